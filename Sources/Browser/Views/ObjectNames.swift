import Layout
import ReferenceGraph
import Screen

extension Heap {
  /// The field a reference is stored in, or its root, without packages.
  func shortField(of place: ReferencePlace) -> String { shortClassName(fieldName(of: place)) }

  /// The field by which `parent` refers to `child`, without packages; nil where it is not known.
  func shortField(from parent: ObjectID, to child: ObjectID) -> String? {
    fieldName(from: parent, to: child).map(shortClassName)
  }
}

extension Model {
  /// The name of a field; of a static one that is too long without its class, which is the object that has it.
  func fittedField(_ name: String, width: Int) -> String {
    guard name.hasPrefix("static "), DisplayWidth.width(of: name, glyphs: glyphs) > width,
      let dot = name.lastIndex(of: ".")
    else { return name }
    return "static " + name[name.index(after: dot)...]
  }

  /// An object's class and address, the address only where it fits: half an address tells nothing.
  func fittedLabel(_ id: ObjectID, _ heap: Heap, width: Int) -> String {
    let label = shortClassName(heap.label(of: id))
    return DisplayWidth.width(of: label, glyphs: glyphs) <= width ? label : shortClassName(heap.name(of: id))
  }
}
