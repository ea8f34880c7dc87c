import CElf

extension DwarfProgram {
  /// Numbers of `reflect.Kind`, which Go puts beside its types.
  private enum GoKind {
    static let channel: UInt64 = 18
    static let interface: UInt64 = 20
    static let map: UInt64 = 21
    static let slice: UInt64 = 23
    static let string: UInt64 = 24
  }

  /// More than any type has, in bytes.
  private static let sizeLimit: UInt64 = 1 << 40

  /// The number of the type described at `offset`, read with all that it is made of.
  func type(at offset: Dwarf_Off, in table: inout GoTypeTable) -> GoTypeTable.ID {
    let id = number(of: offset, in: &table)
    while let next = waiting.popLast() { describe(next.offset, next.id, in: &table) }
    return id
  }

  /// The number of a type that is read later.
  private func number(of offset: Dwarf_Off, in table: inout GoTypeTable) -> GoTypeTable.ID {
    if let id = known[offset] { return id }
    var current = offset
    var id: GoTypeTable.ID = 0
    // Plain typedefs are another name for the same type.
    for _ in 0..<16 {
      if let found = known[current] {
        id = found
        break
      }
      var die = Dwarf_Die()
      guard dwarf_offdie(debug, current, &die) != nil else { break }
      if Int(dwarf_tag(&die)) == DW_TAG_typedef, isAlias(&die),
        let target = Self.reference(&die, UInt32(DW_AT_type))
      {
        current = target
        continue
      }
      id = table.add()
      known[current] = id
      if id != 0 { waiting.append((current, id)) }
      break
    }
    known[offset] = id
    return id
  }

  private func isAlias(_ die: inout Dwarf_Die) -> Bool {
    switch Self.number(&die, GoAttribute.kind) {
    case GoKind.channel, GoKind.interface, GoKind.map: false
    default: true
    }
  }

  private func target(_ die: inout Dwarf_Die, _ attribute: UInt32, in table: inout GoTypeTable) -> GoTypeTable.ID {
    Self.reference(&die, attribute).map { number(of: $0, in: &table) } ?? 0
  }

  private func describe(_ offset: Dwarf_Off, _ id: GoTypeTable.ID, in table: inout GoTypeTable) {
    var die = Dwarf_Die()
    guard dwarf_offdie(debug, offset, &die) != nil else { return }
    var entry = GoTypeTable.Entry()
    entry.name = table.add(name: Self.name(&die) ?? "?")
    entry.size = min(Self.number(&die, UInt32(DW_AT_byte_size)) ?? 0, Self.sizeLimit)
    let pointerSize = UInt64(Self.pointerSize(&die))
    let kind = Self.number(&die, GoAttribute.kind)
    switch Int(dwarf_tag(&die)) {
    case DW_TAG_base_type:
      switch Int(Self.number(&die, UInt32(DW_AT_encoding)) ?? 0) {
      case DW_ATE_boolean: entry.kind = .boolean
      case DW_ATE_signed, DW_ATE_signed_char: entry.kind = .signed
      case DW_ATE_float: entry.kind = .float
      case DW_ATE_complex_float: entry.kind = .complex
      default: entry.kind = .unsigned
      }
    case DW_TAG_pointer_type:
      entry.size = pointerSize
      entry.element = target(&die, UInt32(DW_AT_type), in: &table)
      entry.kind = entry.element == 0 ? .unsafePointer : .pointer
      // In code that all types of one layout share: a pointer to anything.
      if Self.name(&die) == "go.shape.*uint8" { (entry.kind, entry.element) = (.unsafePointer, 0) }
    case DW_TAG_subroutine_type:
      entry.size = pointerSize
      entry.kind = .function
    case DW_TAG_array_type:
      entry.kind = .array
      entry.element = target(&die, UInt32(DW_AT_type), in: &table)
      entry.count = arrayLength(&die)
    case DW_TAG_typedef:
      entry.size = pointerSize
      switch kind {
      case GoKind.interface:
        entry.size = 2 * pointerSize
        entry.kind = structureBehind(&die) == "runtime.eface" ? .emptyInterface : .interface
      case GoKind.map, GoKind.channel:
        entry.kind = kind == GoKind.map ? .map : .channel
        entry.key = target(&die, kind == GoKind.map ? GoAttribute.key : GoAttribute.element, in: &table)
        if kind == GoKind.map { entry.value = target(&die, GoAttribute.element, in: &table) }
        entry.element = pointee(&die, in: &table)
      default: break
      }
    case DW_TAG_structure_type:
      describeStructure(&die, kind, id, &entry, in: &table)
      return
    default: break
    }
    table[id] = entry
  }

  private func describeStructure(
    _ die: inout Dwarf_Die, _ kind: UInt64?, _ id: GoTypeTable.ID, _ entry: inout GoTypeTable.Entry,
    in table: inout GoTypeTable
  ) {
    let name = table.names[Int(entry.name)]
    switch kind {
    case GoKind.slice:
      entry.kind = .slice
      entry.element = target(&die, GoAttribute.element, in: &table)
    case GoKind.string: entry.kind = .string
    default:
      switch name {
      case "runtime.eface", "sync.eface", "internal/abi.EmptyInterface": entry.kind = .emptyInterface
      case "runtime.iface", "internal/abi.NonEmptyInterface": entry.kind = .interface
      default: entry.kind = .structure
      }
    }
    table[id] = entry
    guard entry.kind == .structure || entry.kind == .emptyInterface else { return }
    table.setFields(members(&die, in: &table), of: id)
    table[id].role = table.role(ofStructure: id)
  }

  private func members(
    _ die: inout Dwarf_Die, in table: inout GoTypeTable
  ) -> [(name: String, type: GoTypeTable.ID, offset: UInt64)] {
    var list: [(name: String, type: GoTypeTable.ID, offset: UInt64)] = []
    eachChild(of: &die) { member in
      guard Int(dwarf_tag(&member)) == DW_TAG_member,
        let offset = Self.number(&member, UInt32(DW_AT_data_member_location)), offset < Self.sizeLimit
      else { return }
      list.append((Self.name(&member) ?? "_", self.target(&member, UInt32(DW_AT_type), in: &table), offset))
    }
    return list
  }

  /// Calls `body` with each description that lies directly in `die`.
  func eachChild(of die: inout Dwarf_Die, _ body: (inout Dwarf_Die) -> Void) {
    var child = Dwarf_Die()
    guard dwarf_child(&die, &child) == 0 else { return }
    while true {
      let offset = dwarf_dieoffset(&child)
      body(&child)
      var next = Dwarf_Die()
      guard dwarf_siblingof(&child, &next) == 0, dwarf_dieoffset(&next) > offset else { return }
      child = next
    }
  }

  private func arrayLength(_ die: inout Dwarf_Die) -> UInt64 {
    var length: UInt64 = 0
    eachChild(of: &die) { child in
      guard Int(dwarf_tag(&child)) == DW_TAG_subrange_type else { return }
      length = Self.number(&child, UInt32(DW_AT_count)) ?? 0
    }
    return min(length, Self.sizeLimit)
  }

  /// The name of the structure that typedefs lead to.
  private func structureBehind(_ die: inout Dwarf_Die) -> String? {
    var current = die
    for _ in 0..<16 {
      guard Int(dwarf_tag(&current)) == DW_TAG_typedef else { return Self.name(&current) }
      guard let next = Self.reference(&current, UInt32(DW_AT_type)), dwarf_offdie(debug, next, &current) != nil else {
        return nil
      }
    }
    return nil
  }

  /// The structure that a map or channel, which is a pointer, points to.
  private func pointee(_ die: inout Dwarf_Die, in table: inout GoTypeTable) -> GoTypeTable.ID {
    var current = die
    for _ in 0..<16 {
      guard let next = Self.reference(&current, UInt32(DW_AT_type)), dwarf_offdie(debug, next, &current) != nil else {
        return 0
      }
      if Int(dwarf_tag(&current)) == DW_TAG_pointer_type { return target(&current, UInt32(DW_AT_type), in: &table) }
    }
    return 0
  }

  static func pointerSize(_ die: inout Dwarf_Die) -> Int {
    var unit = Dwarf_Die()
    var size: UInt8 = 0
    guard dwarf_diecu(&die, &unit, &size, nil) != nil else { return 8 }
    return size == 4 ? 4 : 8
  }
}
