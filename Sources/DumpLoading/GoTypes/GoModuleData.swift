/// What the runtime knows of the program's parts: found by the places of the data segment, which the dump says too.
struct GoModuleData {
  /// Where code begins.
  let text: UInt64
  /// Where the runtime's type data lies.
  let types: UInt64
  /// Where the table of functions lies.
  let functionTable: UInt64

  /// Nil when the executable has no such data, or its data segment is not that of the dump.
  init?(image: ExecutableImage, dataSegment: Range<UInt64>, pointerSize: Int) {
    guard pointerSize == 8, let functions = image.section(".gopclntab") else { return nil }
    for name in [".go.module", ".noptrdata", ".data"] {
      guard let section = image.section(name) else { continue }
      let count = section.bytes.count / 8
      func word(_ index: Int) -> UInt64 {
        UInt64(littleEndian: section.bytes.loadUnaligned(fromByteOffset: index * 8, as: UInt64.self))
      }
      guard count > 40 else { continue }
      for index in 0..<count - 40 where word(index) == functions.address {
        // Words of the structure: code at 22, the data segment at 26 and 27, types at 37, from Go 1.20 on.
        guard word(index + 26) == dataSegment.lowerBound, word(index + 27) == dataSegment.upperBound else { continue }
        let types = word(index + 37)
        guard image.bytes(at: types, limit: 8) != nil else { continue }
        text = word(index + 22)
        self.types = types
        functionTable = functions.address
        return
      }
    }
    return nil
  }
}
