import ReferenceGraph

/// The entries of the Java library's collections, found in the graph by the fields that hold them together. Only what
/// is asked for is looked at.
struct HPROFCollections: Sendable {
  /// One entry: its value, or of a list its element.
  struct Entry: BitwiseCopyable {
    /// 0 for none; of a list the element's index instead.
    var key: UInt32
    /// 0 for null.
    var value: UInt32
    var isElement: Bool
  }

  let graph: ReferenceGraph
  let reader: HPROFObjectReader

  /// The most entries that are listed.
  static let limit = 1 << 20

  // MARK: Classes

  private func classNumber(_ object: ObjectID) -> Int { Int(graph.classOfObject[object.index]) }

  private func name(ofClass number: Int) -> String { graph.classes[number].name }

  /// Whether objects of a class are collections whose inside is known.
  func isCollection(_ number: Int) -> Bool {
    guard number < reader.table.classes.count, reader.table.classes[number].role == .ordinary else { return false }
    var current = number
    while current >= 0 {
      let name = reader.table.classes[current].name
      if Self.collections.contains(name) || name.hasPrefix(Self.wrappers) { return true }
      current = reader.table.classes[current].superclass
    }
    return false
  }

  /// Classes that make a collection unmodifiable or synchronized: their entries are those of what is inside.
  private static let wrappers = "java.util.Collections$"
  private static let collections: Set<String> = [
    "java.util.AbstractMap", "java.util.AbstractCollection", "java.util.Dictionary",
    "java.util.concurrent.CopyOnWriteArrayList", "java.lang.ThreadLocal$ThreadLocalMap",
  ]

  /// Whether objects of a class hold entries of a collection together: nodes, bins, segments.
  private func isNode(_ number: Int) -> Bool { Self.isNode(name(ofClass: number)[...]) }

  private static func isNode(_ name: Substring) -> Bool {
    guard name.hasPrefix("java.util.") || name.hasPrefix("java.lang.ThreadLocal$"), let mark = name.lastIndex(of: "$")
    else { return false }
    let inner = name[name.index(after: mark)...]
    return inner.hasSuffix("Node") || inner.hasSuffix("Entry") || inner == "TreeBin" || inner == "Segment"
  }

  private func isNodeArray(_ number: Int) -> Bool {
    let name = name(ofClass: number)
    return name.hasSuffix("[]") && Self.isNode(name.dropLast(2))
  }

  // MARK: Fields

  /// What a reference of an object leads to by the name of its field.
  private func target(_ name: String, of object: ObjectID) -> ObjectID? {
    guard let offset = offset(name, ofClass: classNumber(object)) else { return nil }
    return target(at: offset, of: object)
  }

  private func target(at offset: UInt32, of object: ObjectID) -> ObjectID? {
    for k in graph.rows.range(of: object) where graph.fields[k] == offset { return ObjectID(graph.rows.targets[k]) }
    return nil
  }

  private func offset(_ name: String, ofClass number: Int) -> UInt32? {
    guard number < reader.table.classes.count else { return nil }
    return reader.table.fields(of: number).first { $0.type == .object && reader.isNamed($0.name, name) }
      .map { UInt32(clamping: $0.offset) }
  }

  private func integer(_ name: String, of object: ObjectID) -> Int64? {
    reader.object(at: graph.addresses.address(of: object)).flatMap { reader.integer(name, of: $0) }
  }

  /// The name of a field of an instance; nil in arrays and class objects.
  private func fieldName(_ field: UInt32, ofClass number: Int) -> String? {
    guard number < reader.table.classes.count, number != reader.table.javaLangClass else { return nil }
    return reader.table.fields(of: number).first { $0.offset == Int(field) }
      .flatMap { reader.catalog.text($0.name, in: reader.bytes) }
  }

  // MARK: References

  private static let insideFields: Set<String> = [
    "table", "elementData", "elements", "array", "queue", "root", "first", "last", "head", "tail", "header",
    "segments", "items", "a", "al", "vals", "nextTable",
  ]
  private static let linkFields: Set<String> = [
    "next", "prev", "previous", "left", "right", "parent", "before", "after", "first", "root", "table", "nextTable",
  ]

  /// Whether a reference leads to a part of a collection rather than to what the program put there.
  func isInside(_ field: UInt32, of object: ObjectID, leadingTo target: ObjectID) -> Bool {
    let source = classNumber(object)
    let other = classNumber(target)
    if graph.classes[source].flags.contains(.array) { return isNodeArray(source) && isNode(other) }
    let isLink = isNode(source)
    guard isLink || isCollection(source), let name = fieldName(field, ofClass: source) else { return false }
    if isLink { return Self.linkFields.contains(name) && (isNode(other) || isNodeArray(other)) }
    if Self.insideFields.contains(name) {
      return isNode(other) || graph.classes[other].flags.contains(.array) || (name == "al" && isCollection(other))
    }
    // A set is a map in truth.
    return (name == "map" || name == "m") && reader.table.isSubclass(source, of: "java.util.AbstractSet")
      && isCollection(other)
  }

  /// `["key"]` for the reference from a node to its value; nil for others.
  func entryName(_ field: UInt32, of object: ObjectID) -> String? {
    let number = classNumber(object)
    guard isNode(number), let name = fieldName(field, ofClass: number), name == "value" || name == "val" else {
      return nil
    }
    return (target("key", of: object) ?? target("referent", of: object)).map { "[\(keyText($0))]" }
  }

  /// What tells a key from others: `"name"`, `42`, `READ_ONLY`, `Point @f00`.
  func keyText(_ key: ObjectID) -> String {
    let address = graph.addresses.address(of: key)
    let number = classNumber(key)
    if let object = reader.object(at: address) {
      if let string = reader.string(object, limit: 48) {
        return "\"\(string.text)\(string.length > 48 ? "…" : "")\""
      }
      if let summary = reader.summary(object), !isCollection(number), !graph.classes[number].flags.contains(.array) {
        return summary
      }
    }
    return "\(JavaText.simpleName(name(ofClass: number))) @\(String(address, radix: 16))"
  }

  // MARK: Entries

  /// The entries of a collection in the order they are found in, `limit` at most; nil when the object is none.
  func entries(of object: ObjectID) -> [Entry]? {
    guard isCollection(classNumber(object)) else { return nil }
    var walk = Walk(collections: self)
    walk.take(object, depth: 0)
    return walk.entries
  }

  /// Where the parts of a node lie.
  private struct NodeLayout {
    var key: UInt32?
    var value: UInt32?
    var next: UInt32?
    var left: UInt32?
    var right: UInt32?
    var first: UInt32?
    var item: UInt32?
  }

  /// Goes through one collection.
  private struct Walk {
    let collections: HPROFCollections
    var entries: [Entry] = []
    private var layouts: [Int: NodeLayout] = [:]
    private var steps = 0

    init(collections: HPROFCollections) { self.collections = collections }

    private var graph: ReferenceGraph { collections.graph }
    private var isFull: Bool { steps > 2 * HPROFCollections.limit || entries.count >= HPROFCollections.limit }

    /// Takes the entries of a map, or the elements of another collection.
    mutating func take(_ object: ObjectID, depth: Int) {
      guard depth < 3 else { return }
      let number = collections.classNumber(object)
      let table = collections.reader.table
      func target(_ name: String) -> ObjectID? { collections.target(name, of: object) }
      if let segments = target("segments") {
        for segment in elements(of: segments) {
          if let part = collections.target("table", of: segment.target) { chains(part, isChained: true) }
        }
      } else if let slots = target("table") {
        let isThreadLocal = table.classes[number].name == "java.lang.ThreadLocal$ThreadLocalMap"
        if collections.isNodeArray(collections.classNumber(slots)) {
          chains(slots, isChained: !isThreadLocal)
        } else {
          pairs(slots)
        }
      } else if let universe = target("keyUniverse"), let values = target("vals") {
        let keys = Dictionary(
          elements(of: universe).map { ($0.index, $0.target) }, uniquingKeysWith: { first, _ in first })
        for value in elements(of: values) where !isFull { add(keys[value.index], value.target) }
      } else if let root = target("root") {
        tree(root)
      } else if let map = target("map") ?? target("m") ?? target("al") ?? target("c") ?? target("list") {
        let before = entries.count
        take(map, depth: depth + 1)
        // Of a set the keys are the elements.
        if table.isSubclass(number, of: "java.util.AbstractCollection"), target("al") == nil,
          before < entries.count, !entries[before].isElement
        {
          for index in before..<entries.count {
            entries[index] = Entry(key: UInt32(index - before), value: entries[index].key, isElement: true)
          }
        }
      } else if let key = target("k0") {
        add(key, target("v0"))
      } else if let array = target("elementData") ?? target("elements") ?? target("array") ?? target("queue")
        ?? target("a") ?? target("items")
      {
        list(array, from: collections.integer("head", of: object) ?? 0)
      } else if let first = target("first") ?? target("head") {
        links(first)
      } else {
        for name in ["e0", "e1"] {
          // Where there is no second element a plain object stands for it.
          if let element = target(name),
            collections.name(ofClass: collections.classNumber(element)) != "java.lang.Object"
          {
            addElement(entries.count, element)
          }
        }
      }
    }

    private mutating func add(_ key: ObjectID?, _ value: ObjectID?) {
      entries.append(Entry(key: key?.rawValue ?? 0, value: value?.rawValue ?? 0, isElement: false))
    }

    private mutating func addElement(_ index: Int, _ element: ObjectID) {
      entries.append(Entry(key: UInt32(truncatingIfNeeded: index), value: element.rawValue, isElement: true))
    }

    private func elements(of array: ObjectID) -> [(index: UInt32, target: ObjectID)] {
      guard graph.classes[collections.classNumber(array)].flags.contains(.array) else { return [] }
      return graph.rows.range(of: array).compactMap { k in
        let field = graph.fields[k]
        return field < HPROFFieldNumber.locals ? (field, ObjectID(graph.rows.targets[k])) : nil
      }
    }

    /// A table of nodes that are chained where keys have the same place.
    private mutating func chains(_ table: ObjectID, isChained: Bool) {
      for slot in elements(of: table) {
        var node: ObjectID? = slot.target
        while let current = node, !isFull {
          steps += 1
          let layout = layout(ofClass: collections.classNumber(current))
          if let first = layout.first, layout.key == nil || self.target(layout.value, of: current) == nil {
            // A bin of a tree: its nodes are chained as well.
            if let next = collections.target(at: first, of: current) {
              node = next
              continue
            }
          }
          guard layout.value != nil else { break }
          add(self.target(layout.key, of: current), self.target(layout.value, of: current))
          node = isChained ? self.target(layout.next, of: current) : nil
        }
      }
    }

    /// Keys and values that take turns in one array.
    private mutating func pairs(_ table: ObjectID) {
      var key: (index: UInt32, target: ObjectID)?
      for slot in elements(of: table) where !isFull {
        if slot.index & 1 == 0 {
          if let key { add(key.target, nil) }
          key = slot
        } else {
          add(key.flatMap { $0.index + 1 == slot.index ? $0.target : nil }, slot.target)
          key = nil
        }
      }
      if let key { add(key.target, nil) }
    }

    private mutating func list(_ array: ObjectID, from head: Int64) {
      let found = elements(of: array)
      let split = found.firstIndex { Int64($0.index) >= head } ?? 0
      for (position, element) in (found[split...] + found[..<split]).enumerated() where !isFull {
        addElement(head == 0 ? Int(element.index) : position, element.target)
      }
    }

    private mutating func links(_ first: ObjectID) {
      var node: ObjectID? = first
      while let current = node, !isFull {
        steps += 1
        let layout = layout(ofClass: collections.classNumber(current))
        guard layout.item != nil else { break }
        if let item = target(layout.item, of: current) { addElement(entries.count, item) }
        node = target(layout.next, of: current)
        if node == first || node == current { break }
      }
    }

    /// A search tree, in order; its depth is not bounded where it is damaged.
    private mutating func tree(_ root: ObjectID) {
      var path: [ObjectID] = []
      var node: ObjectID? = root
      while !isFull {
        while let current = node, !isFull {
          steps += 1
          path.append(current)
          node = target(layout(ofClass: collections.classNumber(current)).left, of: current)
        }
        guard let current = path.popLast() else { break }
        let layout = layout(ofClass: collections.classNumber(current))
        guard layout.key != nil else { break }
        add(target(layout.key, of: current), target(layout.value, of: current))
        node = target(layout.right, of: current)
      }
    }

    private func target(_ offset: UInt32?, of object: ObjectID) -> ObjectID? {
      offset.flatMap { collections.target(at: $0, of: object) }
    }

    private mutating func layout(ofClass number: Int) -> NodeLayout {
      if let known = layouts[number] { return known }
      func offset(_ name: String) -> UInt32? { collections.offset(name, ofClass: number) }
      let layout = NodeLayout(
        key: offset("key") ?? offset("referent"), value: offset("value") ?? offset("val"), next: offset("next"),
        left: offset("left"), right: offset("right"), first: offset("first"), item: offset("item"))
      layouts[number] = layout
      return layout
    }
  }
}
