import ReferenceGraph
import Synchronization

/// The entries of the Java library's collections, found in the graph by the fields that hold them together.
///
/// Only what is asked for is looked at.
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
  private let arrayOwners = ArrayOwners()

  init(graph: ReferenceGraph, reader: HPROFObjectReader) {
    self.graph = graph
    self.reader = reader
  }

  /// Found when asked for first.
  private final class ArrayOwners: Sendable {
    private let owners = Mutex<[UInt32: UInt32]?>(nil)

    func find(in collections: HPROFCollections) {
      owners.withLock { known in if known == nil { known = collections.mapsWithoutNodes() } }
    }

    func owner(of array: UInt32, in collections: HPROFCollections) -> UInt32? {
      owners.withLock { known in
        if known == nil { known = collections.mapsWithoutNodes() }
        return known?[array]
      }
    }
  }

  /// Finds what takes a pass over the heap, before it is asked for.
  func prepare() { arrayOwners.find(in: self) }

  /// The most entries that are listed.
  static let limit = 1 << 20

  // MARK: Classes

  func classNumber(_ object: ObjectID) -> Int { Int(graph.classOfObject[object.index]) }

  func name(ofClass number: Int) -> String { graph.classes[number].name }

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
  static let collections: Set<String> = [
    "java.util.AbstractMap", "java.util.AbstractCollection", "java.util.Dictionary",
    "java.util.concurrent.CopyOnWriteArrayList", "java.util.concurrent.ConcurrentHashMap$CollectionView",
    "java.lang.ThreadLocal$ThreadLocalMap",
  ]

  /// What another collection is seen as.
  enum View {
    case keys
    case values
    case entries

    /// By the name of its class; nil for classes that are no view.
    init?(_ name: String) {
      guard name.hasPrefix("java.util."), name.contains("$") else { return nil }
      if name.hasSuffix("KeySet") || name.hasSuffix("KeySetView") {
        self = .keys
      } else if name.hasSuffix("$Values") || name.hasSuffix("ValuesView") || name.hasSuffix("$ValueCollection") {
        self = .values
      } else if name.hasSuffix("$EntrySet") || name.hasSuffix("EntrySetView") {
        self = .entries
      } else {
        return nil
      }
    }
  }
  /// Where views have what they show.
  static let viewFields = ["this$0", "map", "m"]

  /// Whether objects of a class show a part of another collection; which part cannot be told from the graph.
  static func isPart(_ name: String) -> Bool {
    name.hasPrefix("java.util.") && (name.contains("SubList") || name.contains("SubMap"))
  }

  /// Whether objects of a class hold entries of a collection together: nodes, bins, segments.
  private func isNode(_ number: Int) -> Bool { Self.isNode(name(ofClass: number)[...]) }

  private static func isNode(_ name: Substring) -> Bool {
    guard name.hasPrefix("java.util.") || name.hasPrefix("java.lang.ThreadLocal$"), let mark = name.lastIndex(of: "$")
    else { return false }
    let inner = name[name.index(after: mark)...]
    return inner.hasSuffix("Node") || inner.hasSuffix("Entry") || inner == "TreeBin" || inner == "Segment"
      || (inner.hasSuffix("Index") && name.hasPrefix("java.util.concurrent.ConcurrentSkipListMap$"))
  }

  func isNodeArray(_ number: Int) -> Bool {
    let name = name(ofClass: number)
    return name.hasSuffix("[]") && Self.isNode(name.dropLast(2))
  }

  // MARK: Fields

  /// What a reference of an object leads to by the name of its field.
  func target(_ name: String, of object: ObjectID) -> ObjectID? {
    guard let offset = offset(name, ofClass: classNumber(object)) else { return nil }
    return target(at: offset, of: object)
  }

  func target(at offset: UInt32, of object: ObjectID) -> ObjectID? {
    for k in graph.rows.range(of: object) where graph.fields[k] == offset { return ObjectID(graph.rows.targets[k]) }
    return nil
  }

  func offset(_ name: String, ofClass number: Int) -> UInt32? {
    guard number < reader.table.classes.count else { return nil }
    return reader.table.fields(of: number).first { $0.type == .object && reader.isNamed($0.name, name) }
      .map { UInt32(clamping: $0.offset) }
  }

  func integer(_ name: String, of object: ObjectID) -> Int64? {
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
    "down", "node",
  ]

  /// Whether a reference leads to a part of a collection rather than to what the program put there.
  func isInside(_ field: UInt32, of object: ObjectID, leadingTo target: ObjectID) -> Bool {
    let source = classNumber(object)
    let other = classNumber(target)
    if graph.classes[source].flags.contains(.array) { return isNodeArray(source) && isNode(other) }
    let isLink = isNode(source)
    guard isLink || isCollection(source), let name = fieldName(field, ofClass: source) else { return false }
    if isLink { return Self.linkFields.contains(name) && (isNode(other) || isNodeArray(other)) }
    // What a map gave out of itself to be seen, and the map that is seen.
    if View(self.name(ofClass: other)) != nil { return true }
    if View(self.name(ofClass: source)) != nil, Self.viewFields.contains(name) { return isCollection(other) }
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
    if graph.classes[number].flags.contains(.array) { return elementName(field, of: object) }
    if let key = Self.lonePairs[name(ofClass: number)] {
      guard let name = fieldName(field, ofClass: number), name.hasPrefix("v") else { return nil }
      return target(key, of: object).map { "[\(keyText($0))]" }
    }
    guard isNode(number), let name = fieldName(field, ofClass: number), name == "value" || name == "val" else {
      return nil
    }
    return (target("key", of: object) ?? target("referent", of: object)).map { "[\(keyText($0))]" }
  }

  /// Maps of one entry, without a node, and the field of their key.
  private static let lonePairs = [
    "java.util.ImmutableCollections$Map1": "k0", "java.util.Collections$SingletonMap": "k",
  ]

  /// In an array that a map keeps its values in without nodes, the name of one of them.
  private func elementName(_ field: UInt32, of array: ObjectID) -> String? {
    guard let owner = arrayOwners.owner(of: array.rawValue, in: self) else { return nil }
    let key: ObjectID?
    if let universe = target("keyUniverse", of: ObjectID(owner)) {
      key = target(at: field, of: universe)
    } else {
      // Keys and values take turns.
      key = field & 1 == 1 ? target(at: field - 1, of: array) : nil
    }
    return key.map { "[\(keyText($0))]" }
  }

  /// The maps without nodes, by the array that they keep their values in.
  fileprivate func mapsWithoutNodes() -> [UInt32: UInt32] {
    // By class the offset of the field and one, 0 for other classes: objects are many.
    var fields = [UInt32](repeating: 0, count: graph.classes.count)
    for number in reader.table.classes.indices {
      let known = reader.table
      if known.isSubclass(number, of: "java.util.IdentityHashMap")
        || known.classes[number].name == "java.util.ImmutableCollections$MapN"
      {
        fields[number] = offset("table", ofClass: number).map { $0 + 1 } ?? 0
      } else if known.isSubclass(number, of: "java.util.EnumMap") {
        fields[number] = offset("vals", ofClass: number).map { $0 + 1 } ?? 0
      }
    }
    var owners: [UInt32: UInt32] = [:]
    guard fields.contains(where: { $0 > 0 }), let objects = graph.objects else { return owners }
    for id in objects {
      let field = fields[Int(graph.classOfObject[id])]
      if field == 0 { continue }
      if let array = target(at: field - 1, of: ObjectID(id)) { owners[array.rawValue] = id }
      if owners.count >= Self.limit { break }
    }
    return owners
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
}
