import CElf

extension DwarfProgram {
  /// A local variable, and where its parts lie on the stack.
  struct Local {
    /// A part of a value that lies in memory.
    struct Part {
      /// Bytes from the beginning of the value.
      var offset: Int
      var size: Int
      /// Bytes from the caller's stack pointer, negative for what lies in the frame.
      var place: Int64
    }

    var name: String
    var type: Dwarf_Off
    /// Empty when the debug information does not say; of parameters only.
    var parts: [Part]
    /// Whether it is a parameter of the function itself: they come in their order, the receiver first.
    var isParameter = false
    /// Whose it is: 0 for the function itself, 1 for one put into it, and so on inwards.
    var level = 0
  }

  /// What the closure whose code begins at `entry` (in the file) captures, with the offsets in the closure.
  func captures(
    ofFunctionAt entry: UInt64, in table: inout GoTypeTable
  ) -> (name: String, fields: [(name: String, type: GoTypeTable.ID, offset: UInt64)])? {
    guard let offset = functions[entry] else { return nil }
    var die = Dwarf_Die()
    guard dwarf_offdie(debug, offset, &die) != nil, let name = Self.name(&die) else { return nil }
    var captured: [(name: String, type: Dwarf_Off, offset: UInt64)] = []
    eachChild(of: &die) { child in
      guard let place = Self.number(&child, GoAttribute.closureOffset), place > 0, place < 1 << 32,
        let type = Self.reference(&child, UInt32(DW_AT_type))
      else { return }
      captured.append((Self.name(&child) ?? "_", type, place))
    }
    return (name, captured.map { ($0.name, self.type(at: $0.type, in: &table), $0.offset) })
  }

  /// The types of the parameters, results left out, of the function that begins at `entry` (in the file).
  func parameters(ofFunctionAt entry: UInt64, in table: inout GoTypeTable) -> [GoTypeTable.ID]? {
    guard let offset = functions[entry] else { return nil }
    var die = Dwarf_Die()
    guard dwarf_offdie(debug, offset, &die) != nil else { return nil }
    var types: [Dwarf_Off] = []
    eachChild(of: &die) { child in
      guard Int(dwarf_tag(&child)) == DW_TAG_formal_parameter,
        Self.flag(&child, UInt32(DW_AT_variable_parameter)) == false,
        let type = Self.reference(&child, UInt32(DW_AT_type))
      else { return }
      types.append(type)
    }
    return types.map { type(at: $0, in: &table) }
  }

  /// The variables of the function at `entry` (in the file) that lie on the stack, those of functions that were put into
  /// it among them.
  ///
  /// `pc` is an instruction of the statement the function is at. `next` is where it will go on: a variable that was in
  /// a register during a call is known to be in memory from there.
  func locals(ofFunctionAt entry: UInt64, pc: UInt64, next: UInt64) -> [Local] {
    guard let offset = functions[entry] else { return [] }
    var locals: [Local] = []
    var blocks = [(offset: offset, level: 0)]
    // Blocks lie in blocks: the list ends because each of them is taken once, at an offset of its own.
    while let (block, level) = blocks.popLast(), locals.count < 10_000 {
      var die = Dwarf_Die()
      guard dwarf_offdie(debug, block, &die) != nil else { continue }
      eachChild(of: &die) { child in
        switch Int(dwarf_tag(&child)) {
        case DW_TAG_variable, DW_TAG_formal_parameter:
          let isParameter =
            block == offset && Int(dwarf_tag(&child)) == DW_TAG_formal_parameter
            && Self.flag(&child, UInt32(DW_AT_variable_parameter)) == false
          if var local = self.local(&child, pc: next) ?? self.local(&child, pc: pc) {
            local.isParameter = isParameter
            local.level = level
            locals.append(local)
          } else if isParameter, let type = Self.reference(&child, UInt32(DW_AT_type)) {
            locals.append(Local(name: Self.name(&child) ?? "_", type: type, parts: [], isParameter: true))
          }
        case DW_TAG_lexical_block, DW_TAG_inlined_subroutine:
          let inner = dwarf_dieoffset(&child)
          let isFunction = Int(dwarf_tag(&child)) == DW_TAG_inlined_subroutine
          if inner > block, dwarf_haspc(&child, pc) == 1 { blocks.append((inner, level + (isFunction ? 1 : 0))) }
        default: break
        }
      }
    }
    return locals
  }

  private func local(_ die: inout Dwarf_Die, pc: UInt64) -> Local? {
    var attribute = Dwarf_Attribute()
    guard dwarf_attr(&die, UInt32(DW_AT_location), &attribute) != nil,
      let type = Self.reference(&die, UInt32(DW_AT_type))
    else { return nil }
    var expression: UnsafeMutablePointer<Dwarf_Op>?
    var length = 0
    guard dwarf_getlocation_addr(&attribute, pc, &expression, &length, 1) == 1, let expression, length > 0,
      length < 1000
    else { return nil }
    var parts: [Local.Part] = []
    var offset = 0
    var place: Int64?
    for index in 0..<length {
      let operation = expression[index]
      switch Int(operation.atom) {
      case DW_OP_fbreg: place = Int64(bitPattern: operation.number)
      case DW_OP_call_frame_cfa: place = 0
      case DW_OP_plus: break
      case DW_OP_plus_uconst, DW_OP_consts: place = place.map { $0 &+ Int64(bitPattern: operation.number) }
      case DW_OP_piece:
        let size = Int(clamping: operation.number)
        if let place, size < 1 << 20 { parts.append(.init(offset: offset, size: size, place: place)) }
        offset = min(offset &+ size, 1 << 32)
        place = nil
      default: place = nil
      }
    }
    if let place { parts.append(.init(offset: offset, size: 0, place: place)) }
    return parts.isEmpty ? nil : Local(name: Self.name(&die) ?? "_", type: type, parts: parts)
  }

  /// The file, without its folders, and line of the instruction at `pc` of the function at `entry`, both in the file.
  func line(ofFunctionAt entry: UInt64, pc: UInt64) -> String? {
    var die = Dwarf_Die()
    var unit = Dwarf_Die()
    guard let offset = functions[entry], dwarf_offdie(debug, offset, &die) != nil,
      dwarf_diecu(&die, &unit, nil, nil) != nil, let line = dwarf_getsrc_die(&unit, pc)
    else { return nil }
    var number: Int32 = 0
    guard dwarf_lineno(line, &number) == 0, number > 0, let file = dwarf_linesrc(line, nil, nil) else { return nil }
    let name = String(cString: file)
    return "\(name.split(separator: "/").last ?? ""):\(number)"
  }

  /// The functions put into the one at `entry` that hold the instruction at `pc`, outermost first, each with the line
  /// that calls it.
  func inlinedPlaces(ofFunctionAt entry: UInt64, pc: UInt64) -> [(function: String, callLine: String?)] {
    guard let offset = functions[entry] else { return [] }
    var places: [(function: String, callLine: String?)] = []
    var block: Dwarf_Off? = offset
    // A block lies behind the one that it is in: the walk ends.
    while let outer = block, places.count < 1000 {
      block = nil
      var die = Dwarf_Die()
      guard dwarf_offdie(debug, outer, &die) != nil else { break }
      eachChild(of: &die) { child in
        let tag = Int(dwarf_tag(&child))
        guard block == nil, tag == DW_TAG_lexical_block || tag == DW_TAG_inlined_subroutine,
          dwarf_dieoffset(&child) > outer, dwarf_haspc(&child, pc) == 1
        else { return }
        block = dwarf_dieoffset(&child)
        guard tag == DW_TAG_inlined_subroutine else { return }
        places.append((Self.name(&child) ?? "_", callLine(of: &child)))
      }
    }
    return places
  }

  /// The file, without its folders, and line that call a function that was put into another.
  private func callLine(of die: inout Dwarf_Die) -> String? {
    var unit = Dwarf_Die()
    var files: OpaquePointer?
    var count = 0
    guard let number = Self.number(&die, UInt32(DW_AT_call_line)), number > 0,
      let file = Self.number(&die, UInt32(DW_AT_call_file)), dwarf_diecu(&die, &unit, nil, nil) != nil,
      dwarf_getsrcfiles(&unit, &files, &count) == 0, file < UInt64(count),
      let path = dwarf_filesrc(files, Int(file), nil, nil)
    else { return nil }
    return "\(String(cString: path).split(separator: "/").last ?? ""):\(number)"
  }
}
