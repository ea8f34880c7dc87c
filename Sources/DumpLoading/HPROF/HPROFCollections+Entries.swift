import ReferenceGraph

extension HPROFCollections {
  /// The entries of a collection in the order they are found in, `limit` at most, and whether these are all; none when
  /// the object is no collection.
  func entries(of object: ObjectID, limit: Int = HPROFCollections.limit) -> (entries: [Entry], isWhole: Bool) {
    guard isCollection(classNumber(object)) else { return ([], true) }
    var walk = Walk(collections: self, limit: limit)
    walk.take(object, depth: 0)
    return (walk.entries, !walk.isFull)
  }

  /// Where the parts of a node lie.
  private struct NodeLayout {
    var key: UInt32?
    var value: UInt32?
    var next: UInt32?
    var after: UInt32?
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
    private let limit: Int

    init(collections: HPROFCollections, limit: Int) {
      self.collections = collections
      self.limit = limit
    }

    private var graph: ReferenceGraph { collections.graph }
    /// Whether so much was looked at that the rest is left out.
    var isFull: Bool { steps > 2 * limit || entries.count >= limit }

    /// Takes the entries of a map, or the elements of another collection.
    mutating func take(_ object: ObjectID, depth: Int) {
      let number = collections.classNumber(object)
      let name = collections.name(ofClass: number)
      guard depth < 4, !HPROFCollections.isPart(name) else { return }
      if let view = View(name) { return takeView(object, view, depth: depth) }
      func target(_ name: String) -> ObjectID? { collections.target(name, of: object) }
      if takeSpecial(object, number) { return }
      if let segments = target("segments") {
        for segment in elements(of: segments) {
          if let part = collections.target("table", of: segment.target) { chains(part, isChained: true) }
        }
      } else if let slots = target("table") {
        if collections.isNodeArray(collections.classNumber(slots)) {
          chains(slots, isChained: name != "java.lang.ThreadLocal$ThreadLocalMap")
        } else {
          pairs(slots)
        }
      } else if let root = target("root") {
        tree(root)
      } else if let map = target("map") ?? target("m") ?? target("al") ?? target("c") ?? target("list") ?? target("q"),
        collections.isCollection(collections.classNumber(map))
      {
        let before = entries.count
        take(map, depth: depth + 1)
        // Of a set the keys are the elements.
        if collections.reader.table.isSubclass(number, of: "java.util.AbstractCollection") {
          keepKeys(from: before)
        }
      } else if let array = target("elementData") ?? target("elements") ?? target("array") ?? target("queue")
        ?? target("a") ?? target("items")
      {
        let head = collections.integer("head", of: object) ?? collections.integer("takeIndex", of: object)
        list(array, from: head ?? 0, isHashed: name == "java.util.ImmutableCollections$SetN")
      } else if let first = target("first") ?? target("head") ?? target("header") {
        links(first)
      }
    }

    /// Collections that are told by their class, not by how their fields are called.
    private mutating func takeSpecial(_ object: ObjectID, _ number: Int) -> Bool {
      let table = collections.reader.table
      func target(_ name: String) -> ObjectID? { collections.target(name, of: object) }
      func isA(_ name: String) -> Bool { table.isSubclass(number, of: name) }
      switch collections.name(ofClass: number) {
      case "java.util.Collections$SingletonMap": add(target("k"), target("v"))
      case "java.util.ImmutableCollections$Map1": add(target("k0"), target("v0"))
      case "java.util.Collections$SingletonList", "java.util.Collections$SingletonSet",
        "java.util.Collections$CopiesList":
        if let element = target("element") { addElement(0, element) }
      case "java.util.ImmutableCollections$List12", "java.util.ImmutableCollections$Set12":
        for name in ["e0", "e1"] {
          // Where there is no second element a plain object stands for it.
          if let element = target(name),
            collections.name(ofClass: collections.classNumber(element)) != "java.lang.Object"
          {
            addElement(entries.count, element)
          }
        }
      default:
        if isA("java.util.LinkedHashMap"), let head = target("head") ?? target("header") {
          ordered(head, isRing: target("head") == nil)
        } else if isA("java.util.concurrent.ConcurrentSkipListMap") {
          if let head = target("head") { levels(head) }
        } else if isA("java.util.EnumMap"), let universe = target("keyUniverse"), let values = target("vals") {
          let keys = Dictionary(
            elements(of: universe).map { ($0.index, $0.target) }, uniquingKeysWith: { first, _ in first })
          for value in elements(of: values) where !isFull { add(keys[value.index], value.target) }
        } else if isA("java.util.EnumSet"), let universe = target("universe") {
          enums(object, universe)
        } else {
          return false
        }
      }
      return true
    }

    /// What is seen of another collection.
    private mutating func takeView(_ object: ObjectID, _ view: View, depth: Int) {
      let collections = collections
      guard let inner = HPROFCollections.viewFields.lazy.compactMap({ collections.target($0, of: object) }).first,
        collections.isCollection(collections.classNumber(inner))
      else { return }
      let before = entries.count
      take(inner, depth: depth + 1)
      switch view {
      case .keys: keepKeys(from: before)
      case .values:
        for index in before..<entries.count {
          entries[index] = Entry(key: UInt32(index - before), value: entries[index].value, isElement: true)
        }
      case .entries: break
      }
    }

    private mutating func keepKeys(from first: Int) {
      guard first < entries.count, !entries[first].isElement else { return }
      for index in first..<entries.count {
        entries[index] = Entry(key: UInt32(index - first), value: entries[index].key, isElement: true)
      }
    }

    private mutating func add(_ key: ObjectID?, _ value: ObjectID?) {
      entries.append(Entry(key: key?.rawValue ?? 0, value: value?.rawValue ?? 0, isElement: false))
    }

    private mutating func addElement(_ index: Int, _ element: ObjectID) {
      entries.append(Entry(key: UInt32(truncatingIfNeeded: index), value: element.rawValue, isElement: true))
    }

    private func elements(of array: ObjectID) -> some Sequence<(index: UInt32, target: ObjectID)> {
      let graph = graph
      let isArray = graph.classes[collections.classNumber(array)].flags.contains(.array)
      return (isArray ? graph.rows.range(of: array) : 0..<0).lazy.compactMap { k in
        let field = graph.fields[k]
        return field < HPROFFieldNumber.locals ? (field, ObjectID(graph.rows.targets[k])) : nil
      }
    }

    /// A table of nodes that are chained where keys have the same place.
    private mutating func chains(_ table: ObjectID, isChained: Bool) {
      for slot in elements(of: table) {
        if isFull { return }
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

    /// Nodes in the order they were put in, or of a cache last used.
    ///
    /// Up to Java 7 the first is none, and follows the last.
    private mutating func ordered(_ head: ObjectID, isRing: Bool) {
      var node: ObjectID? = head
      if isRing { node = target(layout(ofClass: collections.classNumber(head)).after, of: head) }
      while let current = node, !isFull, !(isRing && current == head) {
        steps += 1
        let layout = layout(ofClass: collections.classNumber(current))
        guard layout.after != nil else { break }
        add(target(layout.key, of: current), target(layout.value, of: current))
        node = target(layout.after, of: current)
      }
    }

    /// A list with shortcuts in several levels above it: goes down to the list.
    private mutating func levels(_ head: ObjectID) {
      var index = head
      while let down = collections.target("down", of: index), steps < 64 {
        steps += 1
        index = down
      }
      var node = collections.target("node", of: index)
      while let current = node, !isFull {
        steps += 1
        let layout = layout(ofClass: collections.classNumber(current))
        guard layout.next != nil else { break }
        // The first node, and those that mark one as taken out, have no key.
        if let key = target(layout.key, of: current), let value = target(layout.value, of: current) { add(key, value) }
        node = target(layout.next, of: current)
        if node == current { break }
      }
    }

    private mutating func enums(_ object: ObjectID, _ universe: ObjectID) {
      guard let set = collections.reader.object(at: graph.addresses.address(of: object)),
        let bits = collections.reader.enumSetBits(set)
      else { return }
      for element in elements(of: universe) {
        let word = Int(element.index / 64)
        if word < bits.count, bits[word] >> UInt64(element.index % 64) & 1 == 1 {
          addElement(entries.count, element.target)
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

    /// Takes what an array refers to as entries, in the order of the array.
    ///
    /// It begins with element `head`, and those before it come last. With `isHashed` the index of an element means
    /// nothing, and entries are counted instead.
    private mutating func list(_ array: ObjectID, from head: Int64, isHashed: Bool) {
      guard graph.classes[collections.classNumber(array)].flags.contains(.array) else { return }
      let range = graph.rows.range(of: array)
      // References stand in the order of their places: those from the head on, then those before it. A list may have
      // millions, so nothing is kept of them but the entries.
      let split =
        head <= 0
        ? range.lowerBound
        : range.first { graph.fields[$0] < HPROFFieldNumber.locals && Int64(graph.fields[$0]) >= head }
          ?? range.lowerBound
      entries.reserveCapacity(min(entries.count + range.count, limit))
      var position = 0
      for part in [split..<range.upperBound, range.lowerBound..<split] {
        for reference in part {
          let field = graph.fields[reference]
          guard field < HPROFFieldNumber.locals else { continue }
          if isFull { return }
          addElement(head == 0 && !isHashed ? Int(field) : position, ObjectID(graph.rows.targets[reference]))
          position += 1
        }
      }
    }

    private mutating func links(_ first: ObjectID) {
      var node: ObjectID? = first
      while let current = node, !isFull {
        steps += 1
        let layout = layout(ofClass: collections.classNumber(current))
        guard layout.item != nil else { break }
        // A node that was taken out refers to itself.
        if let item = target(layout.item, of: current), item != current { addElement(entries.count, item) }
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
        after: offset("after"), left: offset("left"), right: offset("right"), first: offset("first"),
        item: offset("item") ?? offset("element"))
      layouts[number] = layout
      return layout
    }
  }
}
