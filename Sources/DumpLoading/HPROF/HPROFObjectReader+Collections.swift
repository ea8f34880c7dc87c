/// How many elements or entries the collections of the Java library have.
extension HPROFObjectReader {
  typealias Noun = (one: String, many: String)

  private static let entries: Noun = ("entry", "entries")
  private static let elements: Noun = ("element", "elements")

  /// Chains without a count of their own are followed no further.
  private static let chainLimit = 1000

  /// `(12,001 entries)` of a collection, or of one of a class derived from one; nil for other objects.
  func collectionSummary(_ object: Object) -> String? {
    guard let (count, noun) = collectionSize(object, depth: 0) else { return nil }
    let more = count == Self.chainLimit && isChain(object) ? " or more" : ""
    return "(\(grouped(count)) \(count == 1 ? noun.one : noun.many)\(more))"
  }

  private func isA(_ object: Object, _ name: String) -> Bool { table.isSubclass(object.number, of: name) }

  /// The object that a field of an object refers to.
  private func target(_ field: String, of object: Object) -> Object? {
    guard let address = reference(field, of: object), address != 0 else { return nil }
    return self.object(at: address)
  }

  /// The number of entries or elements of a collection, and what they are called; nil for other objects.
  func collectionSize(_ object: Object, depth: Int) -> (Int64, Noun)? {
    guard object.number >= 0, object.tag == HPROFItem.instance, depth < 4 else { return nil }
    let name = table.classes[object.number].name
    if HPROFCollections.isPart(name) { return target("root", of: object) == nil ? nil : size(object, Self.elements) }
    let isMap = isA(object, "java.util.AbstractMap") || isA(object, "java.util.Dictionary")
    let noun = isMap ? Self.entries : Self.elements
    if let view = HPROFCollections.View(name) {
      guard let inner = HPROFCollections.viewFields.lazy.compactMap({ target($0, of: object) }).first else {
        return nil
      }
      return collectionSize(inner, depth: depth + 1).map { ($0.0, view == .entries ? Self.entries : Self.elements) }
    }
    if let few = fixedSize(object, name) { return (few, noun) }
    // What makes a collection unmodifiable or synchronized: as large as what is inside.
    if name.hasPrefix("java.util.Collections$") || name == "java.util.Properties" {
      for field in ["m", "map", "c", "list"] {
        if let inner = target(field, of: object), let size = collectionSize(inner, depth: depth + 1) {
          return (size.0, name.hasSuffix("$SetFromMap") ? Self.elements : size.1)
        }
      }
    }
    guard
      isMap || isA(object, "java.util.AbstractCollection") || isA(object, "java.util.concurrent.CopyOnWriteArrayList")
    else { return nil }
    if isA(object, "java.util.concurrent.LinkedBlockingQueue"), let count = target("count", of: object),
      let value = integer("value", of: count)
    {
      return (max(0, value), noun)
    }
    if isA(object, "java.util.concurrent.ConcurrentHashMap"), let count = integer("baseCount", of: object) {
      return (max(0, count &+ sum(ofCells: target("counterCells", of: object))), noun)
    }
    if let adder = target("adder", of: object), isA(object, "java.util.concurrent.ConcurrentSkipListMap") {
      return (max(0, (integer("base", of: adder) ?? 0) &+ sum(ofCells: target("cells", of: adder))), noun)
    }
    if let counted = size(object, noun) ?? ringSize(object, noun) { return counted }
    if let elements = enumSetSize(object) { return (elements, noun) }
    // A set that is a map in truth, a queue that is another one.
    for field in ["map", "m", "al", "q"] {
      if let inner = target(field, of: object), let size = collectionSize(inner, depth: depth + 1) {
        return (size.0, noun)
      }
    }
    // Collections that are as long as their array.
    for field in ["elements", "array", "a"] {
      if let array = target(field, of: object), array.tag == HPROFItem.objectArray { return (Int64(array.count), noun) }
    }
    return isChain(object) ? (chainLength(object), noun) : nil
  }

  /// The number that a collection has of its own.
  private func size(_ object: Object, _ noun: Noun) -> (Int64, Noun)? {
    for name in ["size", "elementCount", "count"] {
      if let count = integer(name, of: object), count >= 0 { return (count, noun) }
    }
    return nil
  }

  /// Of collections that their class tells the size of.
  private func fixedSize(_ object: Object, _ name: String) -> Int64? {
    if name.hasPrefix("java.util.Collections$Singleton") { return 1 }
    if name.hasPrefix("java.util.Collections$Empty") { return 0 }
    if name == "java.util.Collections$CopiesList" { return integer("n", of: object) }
    guard name.hasPrefix("java.util.ImmutableCollections$") else { return nil }
    if reference("k0", of: object) != nil { return 1 }
    guard reference("e0", of: object) != nil, let second = reference("e1", of: object) else { return nil }
    // Where there is no second element a plain object stands for it.
    return second == 0 || className(at: second) == "java.lang.Object" ? 1 : 2
  }

  /// Of a ring of elements in an array.
  private func ringSize(_ object: Object, _ noun: Noun) -> (Int64, Noun)? {
    guard let head = integer("head", of: object), let tail = integer("tail", of: object),
      let ring = target("elements", of: object), ring.count > 0, head >= 0, head < ring.count, tail >= 0,
      tail < ring.count
    else { return nil }
    return ((tail - head + Int64(ring.count)) % Int64(ring.count), noun)
  }

  /// Counts that several processors write are split: the parts' sum.
  private func sum(ofCells cells: Object?) -> Int64 {
    guard let cells, cells.tag == HPROFItem.objectArray else { return 0 }
    var sum: Int64 = 0
    for index in 0..<min(cells.count, 4096) {
      let cell = bytes.identifier(at: cells.body + index * identifierSize, size: identifierSize)
      sum &+= object(at: cell).flatMap { integer("value", of: $0) } ?? 0
    }
    return sum
  }

  /// The bits of a set of enums, 64 to a number; nil for other objects.
  func enumSetBits(_ object: Object) -> [UInt64]? {
    guard isA(object, "java.util.EnumSet") else { return nil }
    if let bits = integer("elements", of: object) { return [UInt64(bitPattern: bits)] }
    guard let words = target("elements", of: object), words.element == .long else { return nil }
    return (0..<min(words.count, 4096)).map {
      UInt64(bitPattern: integer(.long, at: words.body + 8 * $0) ?? 0)
    }
  }

  private func enumSetSize(_ object: Object) -> Int64? {
    enumSetBits(object).map { Int64($0.reduce(0) { $0 + $1.nonzeroBitCount }) }
  }

  // MARK: Chains

  private static let chains = [
    "java.util.concurrent.ConcurrentLinkedQueue", "java.util.concurrent.ConcurrentLinkedDeque",
    "java.util.concurrent.LinkedTransferQueue",
  ]

  private func isChain(_ object: Object) -> Bool {
    object.number >= 0 && Self.chains.contains { isA(object, $0) }
  }

  /// Elements of a chain of nodes, those that were taken out already left out.
  private func chainLength(_ object: Object) -> Int64 {
    var count: Int64 = 0
    var steps = 0
    var node = target("head", of: object)
    while let current = node, count < Self.chainLimit, steps < 2 * Self.chainLimit {
      steps += 1
      if let item = reference("item", of: current), item != 0, item != current.address { count += 1 }
      guard let next = reference("next", of: current), next != current.address else { break }
      node = self.object(at: next)
    }
    return count
  }
}
