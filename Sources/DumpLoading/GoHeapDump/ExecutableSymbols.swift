import CElf
import Glibc
import ReferenceGraph

/// The names of variables and functions of the program that wrote a dump, from the symbol table of its executable.
struct ExecutableSymbols: Sendable {
  struct Symbol: Sendable {
    var address: UInt64
    /// Bytes, 0 where the table does not say.
    var size: UInt64
    /// Where its name begins in `names`.
    fileprivate var name: Int
  }

  /// Ascending by address, as the file says them.
  private(set) var variables: [Symbol] = []
  private(set) var functions: [Symbol] = []
  /// The string table: names end with a zero byte.
  private var names: [UInt8] = []
  /// What an address in the process is more than the one in the file.
  private(set) var slide: UInt64 = 0
  private(set) var hasSymbolTable = false
  let isPositionIndependent: Bool
  let machine: UInt16

  /// Reads the symbol table of the ELF file at `path`.
  init(path: String) throws(LoadError) {
    // Without waiting for a writer, should it be a pipe.
    let descriptor = open(path.systemPath, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
    guard descriptor >= 0 else { throw .executableUnreadable(systemReason()) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw .executableUnreadable(systemReason()) }
    guard status.st_mode & S_IFMT != S_IFDIR else { throw .executableUnreadable("it is a folder") }
    guard status.st_mode & S_IFMT == S_IFREG else { throw .executableUnreadable("it is no regular file") }
    guard elf_version(UInt32(EV_CURRENT)) != UInt32(EV_NONE) else {
      throw .executableUnreadable("libelf is too old")
    }
    guard let elf = elf_begin(descriptor, ELF_C_READ_MMAP, nil) else {
      throw .executableUnreadable(Self.elfReason())
    }
    defer { elf_end(elf) }
    guard elf_kind(elf) == ELF_K_ELF else { throw .executableUnreadable("not an ELF file") }
    var header = GElf_Ehdr()
    guard gelf_getehdr(elf, &header) != nil else { throw .executableUnreadable(Self.elfReason()) }
    isPositionIndependent = header.e_type == UInt16(ET_DYN)
    machine = header.e_machine

    var section = elf_nextscn(elf, nil)
    while let current = section {
      var sectionHeader = GElf_Shdr()
      if gelf_getshdr(current, &sectionHeader) != nil, sectionHeader.sh_type == UInt32(SHT_SYMTAB) {
        try read(elf, current, sectionHeader)
        break
      }
      section = elf_nextscn(elf, current)
    }
    // Of several at one address the largest comes last: the linker's marks have no size.
    variables.sort { ($0.address, $0.size) < ($1.address, $1.size) }
    functions.sort { $0.address < $1.address }
  }

  private mutating func read(_ elf: OpaquePointer, _ section: OpaquePointer, _ header: GElf_Shdr) throws(LoadError) {
    guard let data = elf_getdata(section, nil), header.sh_entsize > 0,
      let strings = elf_getscn(elf, Int(header.sh_link)), let stringData = elf_getdata(strings, nil),
      let base = stringData.pointee.d_buf
    else { throw .executableUnreadable("its symbol table is damaged") }
    names = Array(UnsafeRawBufferPointer(start: base, count: Int(stringData.pointee.d_size)))
    hasSymbolTable = true
    let count = min(header.sh_size / header.sh_entsize, UInt64(Int32.max))
    for index in 0..<Int32(count) {
      var symbol = GElf_Sym()
      guard gelf_getsym(data, index, &symbol) != nil else { break }
      guard symbol.st_shndx != UInt16(SHN_UNDEF), symbol.st_name != 0, Int(symbol.st_name) < names.count else {
        continue
      }
      let entry = Symbol(address: symbol.st_value, size: symbol.st_size, name: Int(symbol.st_name))
      switch Int32(symbol.st_info & 15) {
      case STT_OBJECT: variables.append(entry)
      case STT_FUNC: functions.append(entry)
      // Assembly functions and the marks at the ends of sections have no type.
      case STT_NOTYPE: functions.append(entry)
      default: break
      }
    }
  }

  private static func elfReason() -> String {
    elf_errmsg(-1).map { String(cString: $0) } ?? "unknown error"
  }

  /// The longest name, in bytes: names that share their ends in one without an end would cost the square of the table.
  private static let nameLimit = 4096

  func name(of symbol: Symbol) -> String {
    String(decoding: names[symbol.name...].prefix(Self.nameLimit).prefix { $0 != 0 }, as: UTF8.self)
  }

  /// The addresses, in the file, of the symbols with one of these names.
  func addresses(ofSymbols wanted: Set<String>) -> [String: [UInt64]] {
    let lengths = Set(wanted.map(\.utf8.count))
    let longest = lengths.max() ?? 0
    var result: [String: [UInt64]] = [:]
    for symbol in variables + functions {
      let text = names[symbol.name...].prefix(longest + 1)
      guard let end = text.firstIndex(of: 0), lengths.contains(end - symbol.name) else { continue }
      let name = self.name(of: symbol)
      if wanted.contains(name) { result[name, default: []].append(symbol.address) }
    }
    return result
  }

  /// The names of variables that begin so.
  func variableNames(withPrefix prefix: String) -> [String] {
    let wanted = Array(prefix.utf8)
    return variables.compactMap { symbol in
      names[symbol.name...].starts(with: wanted) ? name(of: symbol) : nil
    }
  }

  /// The same symbols for a process in which they lie `slide` bytes further on.
  func moved(by slide: UInt64) -> ExecutableSymbols {
    var copy = self
    copy.slide = slide
    return copy
  }

  /// More symbols without a size in a row than a linker sets.
  private static let sizelessLimit = 1000

  /// The names of the functions at exactly `address` of the process.
  func functions(at address: UInt64) -> [String] {
    let wanted = address &- slide
    var index = Self.firstIndex(in: functions) { $0.address >= wanted }
    var found: [String] = []
    while index < functions.count, functions[index].address == wanted {
      found.append(Self.plain(name(of: functions[index])))
      index += 1
    }
    return found
  }

  /// The function that holds the instruction at `address` of the process.
  func function(at address: UInt64) -> String? {
    let wanted = address &- slide
    var index = Self.firstIndex(in: functions) { $0.address > wanted } - 1
    for _ in 0..<Self.sizelessLimit where index >= 0 {
      let symbol = functions[index]
      if wanted - symbol.address < max(symbol.size, 1) { return Self.plain(name(of: symbol)) }
      if symbol.size > 0 { return nil }
      index -= 1
    }
    return nil
  }

  /// The variable at `address` of the process: `main.sessions`, `main.sessions+8` for a place inside it.
  func variable(at address: UInt64) -> String? {
    let wanted = address &- slide
    var index = Self.firstIndex(in: variables) { $0.address > wanted } - 1
    for _ in 0..<Self.sizelessLimit where index >= 0 && variables[index].size == 0 && variables[index].address != wanted
    {
      index -= 1
    }
    guard index >= 0 else { return nil }
    let symbol = variables[index]
    let distance = wanted - symbol.address
    guard distance < max(symbol.size, 1) else { return nil }
    return name(of: symbol) + (distance == 0 ? "" : "+\(distance)")
  }

  /// A name without the mark of the calling convention.
  static func plain(_ name: String) -> String {
    for suffix in [".abi0", ".abiinternal"] where name.hasSuffix(suffix) { return String(name.dropLast(suffix.count)) }
    return name
  }

  private static func firstIndex(in symbols: [Symbol], where holds: (Symbol) -> Bool) -> Int {
    symbols.indices.bisection(where: { holds(symbols[$0]) })
  }
}
