/// The maps of a program by what they keep their entries in.
///
/// For executables without debug information.
struct GoMapShapes {
  struct Shape {
    /// The structure that a map's value points to.
    var header: GoTypeTable.ID
    /// A bucket, since Go 1.24 a group.
    var storage: GoTypeTable.ID
    /// Bytes of one.
    var size: UInt64
    /// Where it has pointers, in bytes from its beginning.
    var places: [Int]
  }

  /// Where the structure that a map's value points to has what, in bytes from its beginning.
  struct Header {
    /// Bytes of it, with what the allocator adds.
    let size: UInt64
    /// The pointers, a bit for each word.
    let mask: UInt64
    /// Where it keeps its entries: buckets and, while it grows, those of before; since Go 1.24 the directory.
    let storage: Int
    /// The logarithm of the number of buckets; since Go 1.24 the number of tables.
    let length: Int
    /// More of the map; behind the buckets before Go 1.24.
    let extra: Int

    init(_ source: RuntimeTypeSource) {
      // Before Go 1.24 an int, four bytes, four more, pointers to buckets twice, an int, a pointer. Since then 8 bytes, a
      // word, the directory, its length, four bytes, 8 bytes.
      let word = Int(source.pointerSize)
      let isSwiss = source.minorVersion >= 24
      storage = word + 8
      length = isSwiss ? storage + word : word + 1
      extra = storage + 3 * word
      size = word == 8 ? 48 : 32
      let first = UInt64(1) << UInt64(storage / word)
      mask = isSwiss ? first : first | first << 1 | first << 3
    }
  }

  let shapes: [Shape]
  /// Whether maps are those of Go 1.24 and later.
  let areSwiss: Bool
  let header: Header

  init(_ source: RuntimeTypeSource, _ table: GoTypeTable) {
    areSwiss = source.minorVersion >= 24
    header = Header(source)
    var known: Set<GoTypeTable.ID> = []
    shapes = source.maps.compactMap { map in
      let header = table[map.id].element
      guard header != 0, known.insert(header).inserted, map.storage != 0,
        let layout = source.pointerPlaces(atRuntimeAddress: map.storageAddress),
        layout.size > 0
      else { return nil }
      return Shape(header: header, storage: map.storage, size: layout.size, places: layout.places)
    }
  }
}
