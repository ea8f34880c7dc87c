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

  /// An object's class and address in a list whose rows are told apart by their addresses: where it is tight the end
  /// of the name goes first, then the beginning of the address.
  func tellingLabel(_ id: ObjectID, _ heap: Heap, width: Int) -> String {
    let label = shortClassName(heap.label(of: id))
    if DisplayWidth.width(of: label, glyphs: glyphs) <= width { return label }
    let name = shortClassName(heap.name(of: id))
    let address = heap.addressText(of: id)
    for tail in [address, "@…" + address.suffix(6)] where width - tail.count - 1 >= 12 {
      return DisplayWidth.cut(name, to: width - tail.count - 1, glyphs: glyphs) + " " + tail
    }
    return label
  }
}
