import CElf
import Glibc
import ReferenceGraph

/// An executable's debug information: an index of what it describes, and single descriptions read on demand.
///
/// Reads with libdw. What lies in the file is not trusted: links that go in circles, sizes that cannot be and missing
/// parts end the reading of what they belong to, nothing else.
final class DwarfProgram {
  /// A variable of the program, at the address the file says.
  struct Variable {
    var address: UInt64
    var name: String
    /// Offset of its type's description.
    var type: Dwarf_Off
  }

  private let descriptor: Int32
  private let elf: OpaquePointer
  /// Debug sections that had to be unpacked.
  private let unpacked: (memory: UnsafeMutableRawBufferPointer, elf: OpaquePointer)?
  let debug: OpaquePointer
  private let isBigEndian: Bool
  private(set) var variables: [Variable] = []
  /// The description of the function that begins at an address of the file.
  private(set) var functions: [UInt64: Dwarf_Off] = [:]
  /// The description of a type by its distance from the runtime's type data.
  private(set) var typesByDistance: [UInt64: Dwarf_Off] = [:]
  /// The descriptions of structures by name.
  private(set) var structures: [String: Dwarf_Off] = [:]
  /// By the name of a generic structure: the arguments of its shapes, and their descriptions.
  private lazy var shapesByName: [String: [(arguments: String, offset: Dwarf_Off)]] = {
    var shapes: [String: [(arguments: String, offset: Dwarf_Off)]] = [:]
    for (name, offset) in structures where name.hasSuffix("]") {
      guard let bracket = name.firstIndex(of: "["), name.firstRange(of: "go.shape.") != nil else { continue }
      shapes[String(name[..<bracket]), default: []].append(
        (String(name[name.index(after: bracket)...].dropLast()), offset))
    }
    return shapes
  }()
  /// Types that were read, or are about to be.
  var known: [Dwarf_Off: GoTypeTable.ID] = [:]
  var waiting: [(offset: Dwarf_Off, id: GoTypeTable.ID)] = []
  /// Bytes of names that may still be taken into the index.
  private var nameBytesLeft = 0

  /// Reads the debug information of the file at `path`; nil when it has none that can be read.
  ///
  /// `warning` becomes why it is left out, where it is there and says what cannot be.
  init?(path: String, isCancelled: () -> Bool, warning: inout String?) {
    guard elf_version(UInt32(EV_CURRENT)) != UInt32(EV_NONE) else { return nil }
    let descriptor = open(path.systemPath, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    guard let elf = elf_begin(descriptor, ELF_C_READ_MMAP, nil) else {
      close(descriptor)
      return nil
    }
    // Before anything is unpacked.
    let sizes = DebugSections.sizes(of: elf)
    guard sizes.isPlausible else {
      warning =
        "debug information left out: the executable has \(grouped(sizes.packed)) bytes, and says that they unpack to "
        + "\(grouped(sizes.unpacked))"
      elf_end(elf)
      close(descriptor)
      return nil
    }
    nameBytesLeft = Int(clamping: 2 * (sizes.file + sizes.unpacked))
    var unpacked: (memory: UnsafeMutableRawBufferPointer, elf: OpaquePointer)?
    if ZstdSections.occur(in: elf), let memory = ZstdSections.unpacked(elf) {
      let start = memory.baseAddress?.assumingMemoryBound(to: CChar.self)
      if let plain = elf_memory(start, memory.count) { unpacked = (memory, plain) } else { memory.deallocate() }
    }
    let source = unpacked?.elf ?? elf
    guard let debug = dwarf_begin_elf(source, DWARF_C_READ, nil) else {
      if let unpacked {
        elf_end(unpacked.elf)
        unpacked.memory.deallocate()
      }
      elf_end(elf)
      close(descriptor)
      return nil
    }
    self.unpacked = unpacked
    self.descriptor = descriptor
    self.elf = elf
    self.debug = debug
    var header = GElf_Ehdr()
    isBigEndian = gelf_getehdr(elf, &header) != nil && Self.isBigEndian(header)
    index(isCancelled)
    // An executable that was stripped may keep a line table and nothing else.
    if typesByDistance.isEmpty { return nil }
  }

  func shapes(named name: String) -> [(arguments: String, offset: Dwarf_Off)] { shapesByName[name] ?? [] }

  deinit {
    dwarf_end(debug)
    if let unpacked {
      elf_end(unpacked.elf)
      unpacked.memory.deallocate()
    }
    elf_end(elf)
    close(descriptor)
  }

  /// Whether the words of the file have their highest byte first.
  private static func isBigEndian(_ header: GElf_Ehdr) -> Bool {
    withUnsafeBytes(of: header.e_ident) { $0[Int(EI_DATA)] == UInt8(ELFDATA2MSB) }
  }

  /// Goes once over everything at the top of the compilation units.
  private func index(_ isCancelled: () -> Bool) {
    var offset: Dwarf_Off = 0
    while true {
      var next: Dwarf_Off = 0
      var headerSize = 0
      guard dwarf_nextcu(debug, offset, &next, &headerSize, nil, nil, nil) == 0, next > offset else { return }
      if isCancelled() { return }
      var unit = Dwarf_Die()
      if dwarf_offdie(debug, offset + Dwarf_Off(headerSize), &unit) != nil { index(unit: &unit) }
      offset = next
    }
  }

  private func index(unit: inout Dwarf_Die) {
    var die = Dwarf_Die()
    guard dwarf_child(&unit, &die) == 0 else { return }
    while true {
      let offset = dwarf_dieoffset(&die)
      switch Int(dwarf_tag(&die)) {
      case DW_TAG_variable: indexVariable(&die)
      case DW_TAG_subprogram:
        var entry: Dwarf_Addr = 0
        if dwarf_lowpc(&die, &entry) == 0, entry != 0 { functions[entry] = offset }
      case DW_TAG_structure_type:
        if let name = dwarf_diename(&die).flatMap(indexedText) { structures[name] = offset }
        indexType(&die, offset)
      case DW_TAG_pointer_type, DW_TAG_typedef, DW_TAG_array_type, DW_TAG_base_type, DW_TAG_subroutine_type:
        indexType(&die, offset)
      default: break
      }
      var next = Dwarf_Die()
      guard dwarf_siblingof(&die, &next) == 0, dwarf_dieoffset(&next) > offset else { return }
      die = next
    }
  }

  private func indexType(_ die: inout Dwarf_Die, _ offset: Dwarf_Off) {
    guard let distance = Self.address(&die, GoAttribute.runtimeType), distance != 0 else { return }
    typesByDistance[distance] = offset
  }

  private func indexVariable(_ die: inout Dwarf_Die) {
    var attribute = Dwarf_Attribute()
    var block = Dwarf_Block()
    // Go writes the bare address, which dwarf_getlocation does not take.
    guard dwarf_attr(&die, UInt32(DW_AT_location), &attribute) != nil, dwarf_formblock(&attribute, &block) == 0,
      let data = block.data, block.length == 9 || block.length == 5, data[0] == UInt8(DW_OP_addr)
    else { return }
    var address: UInt64 = 0
    for index in 1..<Int(block.length) {
      let byte = UInt64(data[isBigEndian ? index : Int(block.length) - index])
      address = address << 8 | byte
    }
    guard let name = dwarf_diename(&die).flatMap(indexedText), let type = Self.reference(&die, UInt32(DW_AT_type))
    else { return }
    variables.append(Variable(address: address, name: name, type: type))
  }

  // MARK: attributes

  static func address(_ die: inout Dwarf_Die, _ name: UInt32) -> UInt64? {
    var attribute = Dwarf_Attribute()
    var value: Dwarf_Addr = 0
    guard dwarf_attr(&die, name, &attribute) != nil, dwarf_formaddr(&attribute, &value) == 0 else { return nil }
    return value
  }

  static func number(_ die: inout Dwarf_Die, _ name: UInt32) -> UInt64? {
    var attribute = Dwarf_Attribute()
    var value: Dwarf_Word = 0
    guard dwarf_attr_integrate(&die, name, &attribute) != nil, dwarf_formudata(&attribute, &value) == 0 else {
      return nil
    }
    return value
  }

  static func flag(_ die: inout Dwarf_Die, _ name: UInt32) -> Bool? {
    var attribute = Dwarf_Attribute()
    var value = false
    guard dwarf_attr(&die, name, &attribute) != nil, dwarf_formflag(&attribute, &value) == 0 else { return nil }
    return value
  }

  static func reference(_ die: inout Dwarf_Die, _ name: UInt32) -> Dwarf_Off? {
    var attribute = Dwarf_Attribute()
    var target = Dwarf_Die()
    guard dwarf_attr_integrate(&die, name, &attribute) != nil, dwarf_formref_die(&attribute, &target) != nil else {
      return nil
    }
    return dwarf_dieoffset(&target)
  }

  static func name(_ die: inout Dwarf_Die) -> String? { dwarf_diename(&die).map(text) }

  /// The longest name that is taken whole, in bytes.
  private static let nameLimit = 4096

  /// A text of the file, cut: many descriptions may share one that is as long as the file.
  static func text(_ bytes: UnsafePointer<CChar>) -> String {
    String(decoding: UnsafeRawBufferPointer(start: bytes, count: strnlen(bytes, nameLimit)), as: UTF8.self)
  }

  /// The text, as long as all names together are no longer than the file has room for.
  private func indexedText(_ bytes: UnsafePointer<CChar>) -> String? {
    let text = Self.text(bytes)
    nameBytesLeft -= text.utf8.count
    return nameBytesLeft >= 0 ? text : nil
  }
}

/// Attributes of Go's own.
enum GoAttribute {
  static let kind: UInt32 = 0x2900
  static let key: UInt32 = 0x2901
  static let element: UInt32 = 0x2902
  static let runtimeType: UInt32 = 0x2904
  static let closureOffset: UInt32 = 0x2907
}
