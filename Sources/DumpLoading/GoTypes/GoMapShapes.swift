/// The maps of a program by what they keep their entries in. For executables without debug information.
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

  let shapes: [Shape]
  /// Whether maps are those of Go 1.24 and later.
  let areSwiss: Bool
  let headerMask: UInt64

  init(_ source: RuntimeTypeSource, _ table: GoTypeTable) {
    areSwiss = source.minorVersion >= 24
    headerMask = Self.headerMask(source)
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

  static let headerSize = 48

  /// The pointers in a map's header, a bit for each word.
  static func headerMask(_ source: RuntimeTypeSource) -> UInt64 { source.minorVersion >= 24 ? 0b100 : 0b101100 }
}
