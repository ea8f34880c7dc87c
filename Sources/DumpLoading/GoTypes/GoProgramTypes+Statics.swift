/// Parts of the process's memory that the dump holds beside the heap: the segments of variables.
struct GoSegments {
  private let segments: [(address: UInt64, memory: UnsafeRawBufferPointer)]
  let params: GoParams

  init(_ segments: [(address: UInt64, memory: UnsafeRawBufferPointer)], params: GoParams) {
    self.segments = segments
    self.params = params
  }

  /// The bytes from `address` to the end of its segment; nil when it lies in none.
  func memory(at address: UInt64) -> UnsafeRawBufferPointer? {
    for segment in segments where address &- segment.address < UInt64(segment.memory.count) {
      return UnsafeRawBufferPointer(rebasing: segment.memory[Int(address &- segment.address)...])
    }
    return nil
  }

  /// The word at `address`, 0 in no segment.
  func word(_ address: UInt64) -> UInt64 { memory(at: address).map { GoHeapDumpReader.word($0, at: 0, params) } ?? 0 }
}

extension GoProgramTypes {
  /// More values than a program lays out.
  private static let staticLimit = 1 << 20

  /// Finds values that the linker laid out and that have no name of their own: what `var fileSet = token.NewFileSet()`
  /// points to, when the compiler knows it beforehand.
  ///
  /// `interfaceTables` has the runtime type by the address of an interface table.
  func findStaticValues(_ segments: GoSegments, interfaceTables: [UInt64: UInt64]) {
    var slots = GoPointerSlots(byte: 0, pointerSize: segments.params.pointerSize)
    var found: [Variable] = []
    var known: Set<UInt64> = []
    var waiting = variables
    while let value = waiting.popLast(), known.count < Self.staticLimit {
      guard let memory = segments.memory(at: value.address) else { continue }
      let size = table[value.type].size
      let range = slots.range(of: value.type, &table, source)
      guard !range.isEmpty, size > 0 else { continue }
      for index in 0..<min(value.count, UInt64(memory.count) / size) {
        for slot in slots.slots[range] {
          let place = value.address &+ index &* size &+ UInt64(slot.offset)
          guard let next = staticValue(slot, at: place, segments, interfaceTables) else { continue }
          let element = value.count > 1 ? "[\(index)]" : ""
          var variable = Variable(
            address: next.address, name: value.name + element + table.path(value.type, UInt64(slot.offset)),
            type: next.type, count: next.count)
          if slot.kind == .repeated {
            // A part of the value itself: the path leads to the first of its elements.
            if variable.name.hasSuffix("[0]") { variable.name.removeLast(3) }
          } else {
            guard self.variable(holding: next.address) == nil, known.insert(next.address).inserted else { continue }
            found.append(variable)
          }
          waiting.append(variable)
        }
      }
    }
    variables = (variables + found).sorted { $0.address < $1.address }
  }

  /// What the pointer at `place` leads to in a segment.
  private func staticValue(
    _ slot: GoPointerSlots.Slot, at place: UInt64, _ segments: GoSegments, _ interfaceTables: [UInt64: UInt64]
  ) -> (address: UInt64, type: GoTypeTable.ID, count: UInt64)? {
    let pointer = UInt64(segments.params.pointerSize)
    let first = segments.word(place)
    var type = slot.type
    var target = first
    var count: UInt64 = 1
    switch slot.kind {
    case .repeated: (target, count) = (place, UInt64(slot.length))
    case .pointer: break
    case .slice: count = segments.word(place &+ 2 &* pointer)
    case .interface, .emptyInterface:
      target = segments.word(place &+ pointer)
      let address = slot.kind == .interface ? interfaceTables[first] ?? 0 : first
      guard address != 0, segments.memory(at: target) != nil else { return nil }
      type = source.type(atRuntimeAddress: address, in: &table)
      if table.isDirect(type) { type = table[type].kind == .pointer ? table[type].element : 0 }
    default: return nil
    }
    guard target != 0, count > 0, type != 0, table[type].size > 0, segments.memory(at: target) != nil else {
      return nil
    }
    return (target, type, count)
  }
}

extension UInt64 {
  /// The product, or the largest number.
  func multipliedClamping(by other: UInt64) -> UInt64 {
    let (product, overflow) = multipliedReportingOverflow(by: other)
    return overflow ? .max : product
  }
}
