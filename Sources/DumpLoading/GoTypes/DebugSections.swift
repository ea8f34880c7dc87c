import CElf

/// What the compressed debug sections of an ELF file say of their sizes, which nothing has to be true of.
struct DebugSections {
  /// Bytes of the file.
  var file: UInt64 = 0
  /// Bytes of the compressed sections in the file, and what they say they have when they are unpacked.
  var packed: UInt64 = 0
  var unpacked: UInt64 = 0
  /// Whether one says more than its kind of compression reaches.
  private var exceedsCompression = false

  /// What is unpacked may have so many times the bytes of the file: debug information of real programs, which is packed
  /// to between a half and a fifth, has less than twice.
  private static let ratio: UInt64 = 6
  /// What every file may have.
  private static let allowance: UInt64 = 16 << 20

  /// Whether unpacking costs memory in proportion to the file.
  var isPlausible: Bool { !exceedsCompression && unpacked <= Self.ratio * file + Self.allowance }

  static func sizes(of elf: OpaquePointer) -> DebugSections {
    var result = DebugSections()
    var fileSize = 0
    if elf_rawfile(elf, &fileSize) != nil { result.file = UInt64(fileSize) }
    var names = 0
    guard elf_getshdrstrndx(elf, &names) == 0 else { return result }
    var section = elf_nextscn(elf, nil)
    while let current = section {
      var header = GElf_Shdr()
      if gelf_getshdr(current, &header) != nil, let size = unpackedSize(of: current, header, elf, names: names) {
        // zlib reaches 1,032.
        if size / 1100 > header.sh_size { result.exceedsCompression = true }
        result.packed &+= header.sh_size
        result.unpacked = result.unpacked.addingReportingOverflow(size).overflow ? .max : result.unpacked + size
      }
      section = elf_nextscn(elf, current)
    }
    return result
  }

  /// What a section says it has when it is unpacked; nil for one that is not compressed.
  private static func unpackedSize(
    of section: OpaquePointer, _ header: GElf_Shdr, _ elf: OpaquePointer, names: Int
  ) -> UInt64? {
    if header.sh_flags & UInt64(SHF_COMPRESSED) != 0 {
      var compression = GElf_Chdr()
      return gelf_getchdr(section, &compression) != nil ? compression.ch_size : nil
    }
    // The older way: a name of its own, and before the data `ZLIB` and the size, highest byte first.
    guard let name = elf_strptr(elf, names, Int(header.sh_name)), String(cString: name).hasPrefix(".zdebug"),
      let data = elf_rawdata(section, nil), data.pointee.d_size >= 12, let bytes = data.pointee.d_buf
    else { return nil }
    return UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 4, as: UInt64.self))
  }
}
