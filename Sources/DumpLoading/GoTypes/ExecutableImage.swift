import CElf
import Glibc

/// The bytes of an executable as they lie in the process: constants, type data, function tables. What the process has
/// written to in the meantime is not what the file says.
final class ExecutableImage: Sendable {
  private struct Segment: Sendable {
    /// Address in the process.
    var address: UInt64
    /// Where its bytes lie in the file.
    var bytes: Range<Int>
  }

  private let file: MappedFile
  private let segments: [Segment]
  private let sections: [String: (address: UInt64, bytes: Range<Int>)]

  /// Nil when the file at `path` is no ELF file that can be read.
  /// - Parameter slide: what an address in the process is more than the one in the file.
  init?(path: String, slide: UInt64) {
    guard elf_version(UInt32(EV_CURRENT)) != UInt32(EV_NONE) else { return nil }
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    guard let file = try? MappedFile(descriptor: descriptor), let elf = elf_begin(descriptor, ELF_C_READ_MMAP, nil)
    else { return nil }
    defer { elf_end(elf) }
    let length = UInt64(file.count)
    var segments: [Segment] = []
    var count = 0
    guard elf_kind(elf) == ELF_K_ELF, elf_getphdrnum(elf, &count) == 0 else { return nil }
    for index in 0..<Int32(clamping: min(count, 1000)) {
      var header = GElf_Phdr()
      guard gelf_getphdr(elf, index, &header) != nil else { break }
      guard header.p_type == UInt32(PT_LOAD), header.p_offset <= length, header.p_filesz <= length - header.p_offset
      else { continue }
      let start = Int(header.p_offset)
      segments.append(Segment(address: header.p_vaddr &+ slide, bytes: start..<start + Int(header.p_filesz)))
    }
    var sections: [String: (address: UInt64, bytes: Range<Int>)] = [:]
    var names = 0
    var section = elf_getshdrstrndx(elf, &names) == 0 ? elf_nextscn(elf, nil) : nil
    while let current = section {
      var header = GElf_Shdr()
      if gelf_getshdr(current, &header) != nil, header.sh_type != UInt32(SHT_NOBITS), header.sh_offset <= length,
        header.sh_size <= length - header.sh_offset, let name = elf_strptr(elf, names, Int(header.sh_name))
      {
        let start = Int(header.sh_offset)
        sections[String(cString: name)] = (header.sh_addr &+ slide, start..<start + Int(header.sh_size))
      }
      section = elf_nextscn(elf, current)
    }
    self.file = file
    self.segments = segments
    self.sections = sections
  }

  /// Up to `limit` bytes at `address`; fewer where the segment ends, nil when it lies in none.
  func bytes(at address: UInt64, limit: Int) -> UnsafeRawBufferPointer? {
    for segment in segments where address >= segment.address {
      let offset = address - segment.address
      guard offset < UInt64(segment.bytes.count) else { continue }
      let start = segment.bytes.lowerBound + Int(offset)
      return UnsafeRawBufferPointer(rebasing: file.bytes[start..<min(start + max(limit, 0), segment.bytes.upperBound)])
    }
    return nil
  }

  /// The section of this name: its address in the process, and its bytes.
  func section(_ name: String) -> (address: UInt64, bytes: UnsafeRawBufferPointer)? {
    sections[name].map { ($0.address, UnsafeRawBufferPointer(rebasing: file.bytes[$0.bytes])) }
  }
}
