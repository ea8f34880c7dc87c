import CElf
import Glibc

/// The debug sections of an ELF file that are compressed with zstd, unpacked: older versions of libelf cannot.
///
/// The library for zstd is taken where there is one: it comes with nearly every Linux.
struct ZstdSections {
  /// `ELFCOMPRESS_ZSTD`.
  private static let zstd: UInt32 = 2
  private static let sizeLimit: UInt64 = 4 << 30

  private typealias Decompress =
    @convention(c) (UnsafeMutableRawPointer?, Int, UnsafeRawPointer?, Int) -> Int
  private typealias IsError = @convention(c) (Int) -> UInt32

  private let decompress: Decompress
  private let isError: IsError

  private init?() {
    guard let library = dlopen("libzstd.so.1", RTLD_NOW | RTLD_LOCAL),
      let decompress = dlsym(library, "ZSTD_decompress"),
      let isError = dlsym(library, "ZSTD_isError")
    else { return nil }
    self.decompress = unsafeBitCast(decompress, to: Decompress.self)
    self.isError = unsafeBitCast(isError, to: IsError.self)
  }

  /// Whether a section of `elf` is compressed in this way.
  static func occur(in elf: OpaquePointer) -> Bool {
    var section = elf_nextscn(elf, nil)
    while let current = section {
      if compression(current)?.ch_type == zstd { return true }
      section = elf_nextscn(elf, current)
    }
    return false
  }

  private static func compression(_ section: OpaquePointer) -> GElf_Chdr? {
    var header = GElf_Shdr()
    var compression = GElf_Chdr()
    guard gelf_getshdr(section, &header) != nil, header.sh_flags & UInt64(SHF_COMPRESSED) != 0,
      gelf_getchdr(section, &compression) != nil
    else { return nil }
    return compression
  }

  /// An ELF file of the debug sections of `elf` alone, unpacked.
  ///
  /// Nil when that cannot be done. To be freed.
  static func unpacked(_ elf: OpaquePointer) -> UnsafeMutableRawBufferPointer? {
    guard let library = ZstdSections() else { return nil }
    var fileSize = 0
    guard let raw = elf_rawfile(elf, &fileSize), fileSize >= 64, gelf_getclass(elf) == ELFCLASS64 else { return nil }
    var names = 0
    guard elf_getshdrstrndx(elf, &names) == 0 else { return nil }
    var file = Array(UnsafeRawBufferPointer(start: raw, count: 64))
    // The first section is none.
    var table = [UInt8](repeating: 0, count: 64)
    var texts: [UInt8] = [0]
    var count: UInt16 = 1
    func add(_ name: String, _ bytes: UnsafeRawBufferPointer, type: UInt32, flags: UInt64) {
      file += [UInt8](repeating: 0, count: -file.count & 7)
      table += number(UInt32(texts.count)) + number(type) + number(flags) + number(UInt64(0))
      table += number(UInt64(file.count)) + number(UInt64(bytes.count)) + number(UInt64(0)) + number(UInt64(1))
      table += number(UInt64(0))
      file += bytes
      texts += Array(name.utf8) + [0]
      count += 1
    }
    var section = elf_nextscn(elf, nil)
    while let current = section {
      defer { section = elf_nextscn(elf, current) }
      var header = GElf_Shdr()
      guard gelf_getshdr(current, &header) != nil, let text = elf_strptr(elf, names, Int(header.sh_name)),
        let data = elf_rawdata(current, nil)
      else { continue }
      let name = String(cString: text)
      guard name.hasPrefix(".debug_"), count < 100 else { continue }
      let packed = UnsafeRawBufferPointer(start: data.pointee.d_buf, count: Int(data.pointee.d_size))
      guard let compression = compression(current), compression.ch_type == zstd else {
        add(name, packed, type: header.sh_type, flags: header.sh_flags)
        continue
      }
      guard let plain = library.unpack(packed, size: compression.ch_size) else { return nil }
      plain.withUnsafeBytes { add(name, $0, type: header.sh_type, flags: header.sh_flags & ~UInt64(SHF_COMPRESSED)) }
    }
    let nameBytes = texts + Array(".shstrtab".utf8) + [0]
    nameBytes.withUnsafeBytes { add(".shstrtab", $0, type: UInt32(SHT_STRTAB), flags: 0) }
    file += [UInt8](repeating: 0, count: -file.count & 7)
    // No program headers, and the table of sections at the end.
    file.replaceSubrange(32..<48, with: number(UInt64(0)) + number(UInt64(file.count)))
    file.replaceSubrange(56..<64, with: number(UInt16(0)) + number(UInt16(64)) + number(count) + number(count - 1))
    file += table
    let result = UnsafeMutableRawBufferPointer.allocate(byteCount: file.count, alignment: 16)
    result.copyBytes(from: file)
    return result
  }

  private static func number<Value: FixedWidthInteger>(_ value: Value) -> [UInt8] {
    withUnsafeBytes(of: value.littleEndian) { Array($0) }
  }

  /// The contents of a section behind the 24 bytes that say how it is compressed.
  private func unpack(_ packed: UnsafeRawBufferPointer, size: UInt64) -> [UInt8]? {
    // zstd's own limit is far above what debug information reaches.
    guard packed.count > 24, size > 0, size <= Self.sizeLimit, size / 10_000 <= UInt64(packed.count) else { return nil }
    let source = UnsafeRawBufferPointer(rebasing: packed[24...])
    var written = 0
    let result = [UInt8](unsafeUninitializedCapacity: Int(size)) { buffer, count in
      written = decompress(buffer.baseAddress, Int(size), source.baseAddress, source.count)
      count = isError(written) == 0 ? min(written, Int(size)) : 0
    }
    return result.count == Int(size) ? result : nil
  }
}
