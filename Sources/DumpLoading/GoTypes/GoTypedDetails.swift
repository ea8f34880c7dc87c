import ReferenceGraph

/// Fields and values of objects whose types are known.
struct GoTypedDetails: @unchecked Sendable {
  // @unchecked: the bytes are never written to.
  let bytes: UnsafeRawBufferPointer
  let params: GoParams
  let slotLayout: GoSlotLayout
  let locator: GoObjectLocator
  let graph: ReferenceGraph
  let classes: GoTypedClasses
  let symbols: ExecutableSymbols?
  let functions: GoFunctionTable?
  /// The executable's constants.
  let image: ExecutableImage?
  /// Types of values outside of the heap.
  let constants: GoConstantTypes?
  let lastSlots = LastSlots()
  let capacities = KnownCapacities()

  var table: GoTypeTable { classes.table }

  /// How an object is to be read: its type, and where its values begin behind the allocator's word.
  struct Reading {
    var type: GoTypeTable.ID
    var isArray: Bool
    /// Bytes of the word in front.
    var header: UInt64
    /// Bytes of one value.
    var size: UInt64
  }

  func reading(of object: ObjectID) -> Reading? {
    let number = Int(graph.classOfObject[object.index])
    guard object != .root, number < classes.layouts.count else { return nil }
    let layout = classes.layouts[number]
    guard layout.type != 0 else { return nil }
    let size = table[layout.type].size
    guard size > 0 else { return nil }
    let isHeaded =
      slotLayout.hasHeader(size: graph.size(of: object)) && !graph.classes[number].flags.contains(.pointerFree)
      && !classes.headerless.contains(object.rawValue)
    return Reading(type: layout.type, isArray: layout.isArray, header: isHeaded ? 8 : 0, size: size)
  }

  /// How values of `type` keep a map's entries; nil for all other types.
  func mapStorage(_ type: GoTypeTable.ID) -> GoMapStorage? {
    GoMapStorage(type, table, isBigEndian: params.isBigEndian)
  }

  /// The function that holds the instruction at `address`.
  func function(at address: UInt64) -> String? {
    symbols?.function(at: address) ?? functions?.name(at: address)?.name
  }

  // MARK: memory

  /// The bytes at `address` of the process: in an object, or among the executable's constants.
  ///
  /// At most `limit`.
  func memory(at address: UInt64, limit: Int) -> UnsafeRawBufferPointer? {
    if let id = locator.object(holding: address, in: graph.addresses) {
      let start = graph.addresses.address(of: id)
      guard let record = locator.record(at: start) else { return nil }
      let contents = record.contents.bytes
      let from = contents.lowerBound + Int(address - start)
      return UnsafeRawBufferPointer(rebasing: bytes[from..<min(from + max(limit, 0), contents.upperBound)])
    }
    return image?.bytes(at: address, limit: limit)
  }

  /// The word at `offset` of `memory`, 0 beyond its end.
  func word(_ memory: UnsafeRawBufferPointer, _ offset: Int) -> UInt64 {
    GoHeapDumpReader.word(memory, at: offset, params)
  }

  /// An integer of 1, 2, 4 or 8 bytes; 0 beyond the end.
  func unsigned(_ memory: UnsafeRawBufferPointer, _ offset: Int, size: Int) -> UInt64 {
    guard size > 0, size <= 8, offset >= 0, offset <= memory.count - size else { return 0 }
    var value: UInt64 = 0
    for index in 0..<size {
      value = value << 8 | UInt64(memory[offset + (params.isBigEndian ? index : size - 1 - index)])
    }
    return value
  }

  func signed(_ memory: UnsafeRawBufferPointer, _ offset: Int, size: Int) -> Int64 {
    let shift = 64 - 8 * min(max(size, 1), 8)
    return Int64(bitPattern: unsigned(memory, offset, size: size) << UInt64(shift)) >> Int64(shift)
  }
}
