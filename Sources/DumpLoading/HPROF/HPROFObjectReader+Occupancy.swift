import ReferenceGraph

/// How much of the arrays that collections, texts and buffers keep is in use.
extension HPROFObjectReader {
  /// How a class uses its array.
  struct Use {
    /// The class, or one above it.
    let name: String
    /// The field of the array.
    let array: String
    /// The field with the number of elements; nil where `collectionSize` knows.
    var count: String?
    /// Places are those of a hash table, which is never full.
    var isHashed = false
    /// Places that an entry takes.
    var stride = 1
  }

  static let uses = [
    Use(name: "java.util.HashMap", array: "table", count: "size", isHashed: true),
    Use(name: "java.util.concurrent.ConcurrentHashMap", array: "table", isHashed: true),
    Use(name: "java.util.WeakHashMap", array: "table", count: "size", isHashed: true),
    Use(name: "java.util.Hashtable", array: "table", count: "count", isHashed: true),
    Use(name: "java.util.IdentityHashMap", array: "table", count: "size", isHashed: true, stride: 2),
    Use(name: "java.lang.ThreadLocal$ThreadLocalMap", array: "table", count: "size", isHashed: true),
    Use(name: "java.util.ArrayList", array: "elementData", count: "size"),
    Use(name: "java.util.Vector", array: "elementData", count: "elementCount"),
    Use(name: "java.util.ArrayDeque", array: "elements"),
    Use(name: "java.util.PriorityQueue", array: "queue", count: "size"),
    Use(name: "java.util.concurrent.PriorityBlockingQueue", array: "queue", count: "size"),
    Use(name: "java.util.concurrent.ArrayBlockingQueue", array: "items", count: "count"),
    Use(name: "java.util.BitSet", array: "words", count: "wordsInUse"),
    Use(name: "java.io.ByteArrayOutputStream", array: "buf", count: "count"),
    Use(name: "java.io.CharArrayWriter", array: "buf", count: "count"),
    Use(name: "java.io.BufferedOutputStream", array: "buf", count: "count"),
    Use(name: "java.io.BufferedWriter", array: "cb", count: "nextChar"),
    Use(name: "android.util.ArrayMap", array: "mArray", count: "mSize", stride: 2),
    Use(name: "android.util.SparseArray", array: "mValues", count: "mSize"),
  ]

  /// Of an object's array how much is in use; nil for objects that have none, or that nobody knows.
  ///
  /// A reference takes `referenceSize` bytes in memory.
  func occupancy(_ object: Object, referenceSize: Int) -> Occupancy? {
    guard object.tag == HPROFItem.instance, object.number >= 0 else { return nil }
    func isA(_ name: String) -> Bool { table.isSubclass(object.number, of: name) }
    if isA("java.lang.AbstractStringBuilder") { return builderOccupancy(object) }
    if isA("java.nio.Buffer") { return bufferOccupancy(object, referenceSize) }
    // A set is a map in truth.
    if isA("java.util.HashSet"), let map = reference("map", of: object).flatMap({ self.object(at: $0) }) {
      return occupancy(map, referenceSize: referenceSize)
    }
    // Since Java 9 what a Properties object holds is in a map beside.
    if let map = reference("map", of: object).flatMap({ self.object(at: $0) }), isA("java.util.Properties") {
      return occupancy(map, referenceSize: referenceSize)
    }
    guard let use = Self.uses.first(where: { isA($0.name) }),
      let array = reference(use.array, of: object).flatMap({ self.object(at: $0) }),
      array.tag != HPROFItem.instance, array.tag != HPROFItem.classDump
    else { return nil }
    let entries = use.count.map { integer($0, of: object) } ?? collectionSize(object, depth: 0)?.0
    guard let entries, entries >= 0, entries <= Int64(Int32.max) else { return nil }
    let size = array.element == .object ? referenceSize : array.element.size(identifier: identifierSize)
    return Self.occupancy(
      entries: Int(entries), places: array.count / use.stride, bytes: size * use.stride, isHashed: use.isHashed)
  }

  /// So many entries in so many places of `bytes` each; a hashed table needs more places than it has entries.
  private static func occupancy(entries: Int, places: Int, bytes: Int, isHashed: Bool) -> Occupancy {
    var needed = entries
    if isHashed {
      // The table that the entries would have been given, at three quarters full.
      needed = 16
      while needed * 3 < entries * 4 { needed *= 2 }
    }
    return Occupancy(entries: entries, places: places, unusedBytes: UInt64(max(0, places - needed) * bytes))
  }

  private func builderOccupancy(_ object: Object) -> Occupancy? {
    guard let value = reference("value", of: object).flatMap({ self.object(at: $0) }),
      let count = integer("count", of: object), count >= 0
    else { return nil }
    let isWide = value.element == .char || integer("coder", of: object) ?? 0 != 0
    let places = value.element == .byte && isWide ? value.count / 2 : value.count
    guard count <= places else { return nil }
    return Self.occupancy(entries: Int(count), places: places, bytes: isWide ? 2 : 1, isHashed: false)
  }

  /// Of a buffer of its own array that was filled up to its position, or made ready to be read up to its limit; nil
  /// where neither can be told.
  private func bufferOccupancy(_ object: Object, _ referenceSize: Int) -> Occupancy? {
    guard let array = reference("hb", of: object).flatMap({ self.object(at: $0) }),
      array.tag == HPROFItem.primitiveArray, let position = integer("position", of: object),
      let limit = integer("limit", of: object), let capacity = integer("capacity", of: object),
      integer("offset", of: object) ?? 0 == 0, capacity == array.count, position >= 0, position <= limit,
      limit <= capacity
    else { return nil }
    guard limit < capacity || position > 0 else { return nil }
    return Self.occupancy(
      entries: Int(limit < capacity ? limit : position), places: array.count,
      bytes: array.element.size(identifier: identifierSize), isHashed: false)
  }
}
