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
  /// The name of a field; of a static one that is too long without its class, which is the object that has it; of a
  /// local variable with the method and its line: the class gives way.
  func fittedField(_ name: String, width: Int) -> String {
    guard DisplayWidth.width(of: name, glyphs: glyphs) > width else { return name }
    if let local = fittedLocal(name, width: width) { return local }
    guard name.hasPrefix("static "), let dot = name.lastIndex(of: ".") else { return name }
    return "static " + name[name.index(after: dot)...]
  }

  /// `ScheduledThr…WorkQueue.take(:1182) local` of `ScheduledThreadPoolExecutor$DelayedWorkQueue.take(…) local`; nil
  /// for what is no method with its place.
  private func fittedLocal(_ name: String, width: Int) -> String? {
    guard name.hasSuffix(" local") || name.hasSuffix(" native stack"), let open = name.firstIndex(of: "("),
      let close = name[open...].firstIndex(of: ")"),
      let dot = name[..<open].lastIndex(of: ".")
    else { return nil }
    // The class tells the file.
    let line = name[open...close].lastIndex(of: ":").map { "(" + name[$0...close] } ?? String(name[open...close])
    let what = String(name[name.index(after: close)...])
    let owner = String(name[..<dot])
    for tail in [name[dot..<open] + line + what, name[dot..<open] + line] {
      let room = width - DisplayWidth.width(of: String(tail), glyphs: glyphs)
      if DisplayWidth.width(of: owner, glyphs: glyphs) <= room { return owner + tail }
      // Less of a class tells nothing.
      if room >= 7 { return owner.prefix((room - 1) / 2) + "…" + owner.suffix(room - 1 - (room - 1) / 2) + tail }
    }
    return String(name[name.index(after: dot)..<open]) + line
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
