import ReferenceGraph

/// What the runtime knows of the program's parts, as the linker wrote it down: no stripping removes it.
struct GoModuleData {
  /// Where code begins.
  let text: UInt64
  /// Where the runtime's type data lies.
  let types: Range<UInt64>
  /// Where the table of functions lies, and what it says of functions in other places.
  let functionTable: UInt64
  let functionData: UInt64
  /// The variables with pointers.
  let data: Range<UInt64>
  let bss: Range<UInt64>

  /// Names that sections with the table of functions have; the last in position independent programs of older versions.
  static let functionSections = [".gopclntab", ".data.rel.ro.gopclntab"]

  /// Nil when the executable has no such data: it is not a Go program of version 1.20 or newer.
  init?(image: ExecutableImage, params: GoParams) {
    guard let functions = Self.functionSections.lazy.compactMap({ image.section($0) }).first else { return nil }
    let size = params.pointerSize
    for name in [".go.module", ".noptrdata", ".data", ".data.rel.ro"] {
      guard let section = image.section(name) else { continue }
      let count = section.bytes.count / size
      func word(_ index: Int) -> UInt64 { GoHeapDumpReader.word(section.bytes, at: index * size, params) }
      guard count > 43 else { continue }
      for index in 0..<count - 43 where word(index) == functions.address {
        // Words of the structure, from Go 1.20 on: code at 22, data at 26 and 27, bss at 28 and 29, types at 37, their
        // end at 38, or behind a length at 39 since Go 1.27.
        let ends = (data: word(index + 27), bss: word(index + 29))
        let types = word(index + 37)
        let isLonger = word(index + 38) <= types
        let typesEnd = isLonger ? max(word(index + 39), types) : word(index + 38)
        // No more than what the file has of it: the walk through it is to end.
        guard word(index + 26) <= ends.data, word(index + 28) <= ends.bss,
          let loaded = image.bytes(at: types, limit: .max), loaded.count >= 8,
          image.bytes(at: word(index + 22), limit: 8) != nil
        else { continue }
        text = word(index + 22)
        self.types = types..<min(typesEnd, types &+ UInt64(loaded.count))
        functionTable = functions.address
        // Behind the end of the types and constants; since Go 1.27 the interface tables stand between.
        functionData = word(index + (isLonger ? 43 : 40))
        data = word(index + 26)..<ends.data
        bss = word(index + 28)..<ends.bss
        return
      }
    }
    return nil
  }
}

extension GoModuleData {
  /// How far the program was moved when it was started.
  ///
  /// `dumpData` and `dumpBss` are the ranges of addresses of the two segments in the dump, where it has them. Throws
  /// when they cannot be those of this program.
  func slide(
    data dumpData: Range<UInt64>?, bss dumpBss: Range<UInt64>?, isPositionIndependent: Bool
  ) throws(LoadError) -> UInt64 {
    var slide: UInt64?
    for (name, own, other) in [("data", data, dumpData), ("bss", bss, dumpBss)] {
      guard let other else { continue }
      // Not `count`, which traps for ranges that no program has.
      let (size, otherSize) = (own.upperBound - own.lowerBound, other.upperBound - other.lowerBound)
      guard size == otherSize else {
        throw .executableMismatch(
          "its \(name) segment has \(grouped(size)) bytes, that of the dump \(grouped(otherSize))")
      }
      let distance = other.lowerBound &- own.lowerBound
      guard slide == nil || slide == distance else {
        throw .executableMismatch("its data and bss segments lie otherwise apart than those of the dump")
      }
      guard distance == 0 || isPositionIndependent && distance & 4095 == 0 else {
        throw .executableMismatch(
          "its \(name) segment is at \(hexadecimal(own.lowerBound)), that of the dump at \(hexadecimal(other.lowerBound))"
        )
      }
      slide = distance
    }
    return slide ?? 0
  }
}
