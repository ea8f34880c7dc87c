/// The types of a program by their layouts: size and places of pointers.
///
/// For executables without debug information.
struct GoLayouts {
  struct Layout: Hashable {
    /// Bytes of the slot that the allocator gives.
    var slot: UInt64
    /// A bit for each word that is a pointer.
    var mask: UInt64
  }

  struct Candidate {
    var type: GoTypeTable.ID
    /// How many of them, one behind the other.
    var count: UInt64
  }

  private var single: [Layout: [GoTypeTable.ID]] = [:]
  /// By size and mask, for arrays.
  private var elements: [Layout: [GoTypeTable.ID]] = [:]
  private(set) var layoutOfType: [GoTypeTable.ID: (size: UInt64, mask: UInt64)] = [:]
  private var found: [Layout: [Candidate]] = [:]
  private let pointerSize: UInt64

  /// The sizes of the allocator's slots up to 512 bytes.
  private static let slots: [UInt64] =
    [8, 16, 24] + Array(stride(from: 32, through: 256, by: 16)) + Array(stride(from: 288, through: 512, by: 32))

  static func slot(_ size: UInt64) -> UInt64 { slots.first { $0 >= size } ?? size }

  /// Reads all types that the runtime's type data describes.
  init(_ source: RuntimeTypeSource, _ table: inout GoTypeTable) {
    pointerSize = source.pointerSize
    for address in source.allTypes() {
      guard let layout = source.pointerMask(atRuntimeAddress: address), layout.size > 0 else { continue }
      let type = source.type(atRuntimeAddress: address, in: &table)
      guard type != 0 else { continue }
      layoutOfType[type] = layout
      // Shapes that types with arguments of one layout share are the types of no object.
      let name = table.name(of: type)
      // The same for the headers and buckets of all maps.
      guard name.firstRange(of: "go.shape.") == nil, name != "runtime.hmap", name != "runtime.bmap" else { continue }
      guard layout.mask != 0 else { continue }
      single[Layout(slot: Self.slot(layout.size), mask: layout.mask), default: []].append(type)
      elements[Layout(slot: layout.size, mask: layout.mask), default: []].append(type)
    }
    for map in source.maps {
      let header = GoMapShapes.Header(source)
      layoutOfType[table[map.id].element] = (header.size, header.mask)
    }
    layoutOfType[0] = nil
  }

  /// The types that an object with pointers at these places can be of.
  mutating func candidates(_ layout: Layout) -> [Candidate] {
    if let known = found[layout] { return known }
    var result = (single[layout] ?? []).map { Candidate(type: $0, count: 1) }
    for (element, types) in elements where element.slot * 2 <= layout.slot && element.slot % pointerSize == 0 {
      let words = element.slot / pointerSize
      // As many elements as the last pointer needs.
      var mask: UInt64 = 0
      var count: UInt64 = 0
      while mask < layout.mask, (count + 1) * words <= layout.slot / pointerSize {
        mask |= element.mask << (count * words)
        count += 1
      }
      guard mask == layout.mask, count > 1 else { continue }
      result += types.map { Candidate(type: $0, count: count) }
    }
    if result.count > 256 { result = [] }
    found[layout] = result
    return result
  }
}
