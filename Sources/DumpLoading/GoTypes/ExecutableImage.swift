import CElf
import Glibc
import ReferenceGraph

/// The bytes of an executable as they lie in the process: constants, type data, function tables.
///
/// What the process has written to in the meantime is not what the file says.
final class ExecutableImage: @unchecked Sendable {
  // @unchecked: nothing is written to the mapping once it is made.
  private struct Segment: Sendable {
    /// Address in the process.
    var address: UInt64
    /// Where its bytes lie in the file.
    var bytes: Range<Int>
  }

  private let memory: UnsafeRawBufferPointer
  private let base: UnsafeMutableRawPointer
  /// Whether the program may be moved when it is started.
  let isPositionIndependent: Bool
  private let segments: [Segment]
  private let sections: [String: (address: UInt64, bytes: Range<Int>)]

  /// More than any program has, of which every address or name is looked for in all.
  private static let segmentLimit = 64
  private static let sectionLimit = 4096
  private static let longestName = 256

  /// Maps the file at `path`; nil when it is no ELF file that can be read.
  ///
  /// `slide` is what an address in the process is more than the one in the file.
  init?(path: String, slide: UInt64) {
    guard elf_version(UInt32(EV_CURRENT)) != UInt32(EV_NONE) else { return nil }
    let descriptor = open(path.systemPath, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_size > 0, let elf = elf_begin(descriptor, ELF_C_READ_MMAP, nil)
    else { return nil }
    defer { elf_end(elf) }
    // A private mapping: addresses are moved in it as the loader does, the file stays as it is.
    guard let pages = mmap(nil, status.st_size, PROT_READ | PROT_WRITE, MAP_PRIVATE, descriptor, 0), pages != MAP_FAILED
    else { return nil }
    base = pages
    memory = UnsafeRawBufferPointer(start: pages, count: status.st_size)
    let length = UInt64(status.st_size)
    var fileHeader = GElf_Ehdr()
    isPositionIndependent = gelf_getehdr(elf, &fileHeader) != nil && fileHeader.e_type == UInt16(ET_DYN)
    var segments: [Segment] = []
    var count = 0
    guard elf_kind(elf) == ELF_K_ELF, elf_getphdrnum(elf, &count) == 0 else {
      munmap(pages, status.st_size)
      return nil
    }
    for index in 0..<Int32(clamping: min(count, Self.segmentLimit)) {
      var header = GElf_Phdr()
      guard gelf_getphdr(elf, index, &header) != nil else { break }
      guard header.p_type == UInt32(PT_LOAD), header.p_offset <= length, header.p_filesz <= length - header.p_offset
      else { continue }
      let start = Int(header.p_offset)
      segments.append(Segment(address: header.p_vaddr &+ slide, bytes: start..<start + Int(header.p_filesz)))
    }
    var sections: [String: (address: UInt64, bytes: Range<Int>)] = [:]
    sections.reserveCapacity(64)
    var names = 0
    var section = elf_getshdrstrndx(elf, &names) == 0 ? elf_nextscn(elf, nil) : nil
    while let current = section {
      var header = GElf_Shdr()
      if gelf_getshdr(current, &header) != nil, header.sh_type != UInt32(SHT_NOBITS), header.sh_offset <= length,
        header.sh_size <= length - header.sh_offset, let name = elf_strptr(elf, names, Int(header.sh_name)),
        strnlen(name, Self.longestName) < Self.longestName, sections.count < Self.sectionLimit
      {
        let start = Int(header.sh_offset)
        sections[String(cString: name)] = (header.sh_addr &+ slide, start..<start + Int(header.sh_size))
      }
      section = elf_nextscn(elf, current)
    }
    self.segments = segments
    self.sections = sections
    if isPositionIndependent { relocate(by: slide, fileHeader) }
  }

  deinit { munmap(base, memory.count) }

  /// Bytes of the file.
  var size: Int { memory.count }

  /// Whether the file has sections at all.
  var hasSections: Bool { !sections.isEmpty }

  /// Writes the addresses that depend on where the program lies.
  private func relocate(by slide: UInt64, _ header: GElf_Ehdr) {
    let relative: [Int32: UInt64] = [
      EM_X86_64: 8, EM_AARCH64: 1027, EM_RISCV: 3, EM_386: 8, EM_ARM: 23, EM_S390: 12, EM_PPC64: 22, EM_LOONGARCH: 3,
    ]
    guard let type = relative[Int32(header.e_machine)] else { return }
    let (isWide, isBigEndian) = withUnsafeBytes(of: header.e_ident) {
      ($0[Int(EI_CLASS)] == UInt8(ELFCLASS64), $0[Int(EI_DATA)] == UInt8(ELFDATA2MSB))
    }
    let size = isWide ? 8 : 4
    let params = GoParams(
      isBigEndian: isBigEndian, pointerSize: size, heapLow: 0, heapHigh: 0, architecture: "", version: "", processors: 0
    )
    // Entries say place and type, and what is to be added, which else stands at the place.
    for (name, words) in [(".rela", 3), (".rela.dyn", 3), (".rel", 2), (".rel.dyn", 2)] {
      guard let section = section(name) else { continue }
      for index in 0..<section.bytes.count / (words * size) {
        func word(_ number: Int) -> UInt64 {
          GoHeapDumpReader.word(section.bytes, at: (index * words + number) * size, params)
        }
        guard word(1) & (isWide ? 0xffff_ffff : 0xff) == type, let place = place(of: word(0) &+ slide),
          place <= memory.count - size
        else { continue }
        let value = (words == 3 ? word(2) : GoHeapDumpReader.word(memory, at: place, params)) &+ slide
        if isWide {
          base.storeBytes(of: isBigEndian ? value.bigEndian : value.littleEndian, toByteOffset: place, as: UInt64.self)
        } else {
          let short = UInt32(truncatingIfNeeded: value)
          base.storeBytes(of: isBigEndian ? short.bigEndian : short.littleEndian, toByteOffset: place, as: UInt32.self)
        }
      }
    }
  }

  /// The offset in the file of the byte at `address`.
  private func place(of address: UInt64) -> Int? {
    for segment in segments where address &- segment.address < UInt64(segment.bytes.count) {
      return segment.bytes.lowerBound + Int(address &- segment.address)
    }
    return nil
  }

  /// Up to `limit` bytes at `address`; fewer where the segment ends, nil when it lies in none.
  func bytes(at address: UInt64, limit: Int) -> UnsafeRawBufferPointer? {
    for segment in segments where address >= segment.address {
      let offset = address - segment.address
      guard offset < UInt64(segment.bytes.count) else { continue }
      let start = segment.bytes.lowerBound + Int(offset)
      return UnsafeRawBufferPointer(
        rebasing: memory[start..<start + min(max(limit, 0), segment.bytes.upperBound - start)])
    }
    return nil
  }

  /// What the file has of each segment: its address in the process, and its bytes.
  var loaded: [(address: UInt64, bytes: UnsafeRawBufferPointer)] {
    segments.map { ($0.address, UnsafeRawBufferPointer(rebasing: memory[$0.bytes])) }
  }

  /// The section of this name: its address in the process, and its bytes.
  func section(_ name: String) -> (address: UInt64, bytes: UnsafeRawBufferPointer)? {
    sections[name].map { ($0.address, UnsafeRawBufferPointer(rebasing: memory[$0.bytes])) }
  }
}
