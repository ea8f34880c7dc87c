import ReferenceGraph

/// What an executable says about the types of the program: variables, stacks, and a source of types.
final class GoProgramTypes {
  /// A global variable at its address in the process, or a value that the linker laid out for one to point to.
  struct Variable {
    var address: UInt64
    var name: String
    var type: GoTypeTable.ID
    /// How many values of the type lie there.
    var count: UInt64 = 1
  }

  /// A local variable: where its parts lie in the frame's contents.
  struct Local {
    struct Part {
      /// Bytes from the beginning of the value, and how many.
      var offset: Int
      var size: Int
      /// Bytes from the beginning of the frame's contents; at their end the caller's begin, which keep the arguments
      /// that a function saves from registers.
      var place: Int
    }

    var name: String
    var type: GoTypeTable.ID
    var parts: [Part]
    /// Whether its place follows from the order of the parameters only: it may never have been saved, and then what
    /// lies there is something else.
    ///
    /// Where the runtime says that there is a pointer, it was.
    var isGuessed = false
    /// Whose it is: 0 for the frame's function itself, 1 for one put into it, and so on inwards.
    var level = 0
  }

  let source: any GoTypeSource
  private let program: DwarfProgram?
  private let functions: GoFunctionTable?
  private let slide: UInt64
  /// Whether functions save arguments that come in registers at the beginning of the caller's frame.
  private let savesArguments: Bool
  /// Ascending by address.
  var variables: [Variable]
  /// The types read so far.
  var table: GoTypeTable

  init(
    program: DwarfProgram, slide: UInt64, typeData: UInt64, params: GoParams, undescribed: RuntimeTypeSource?
  ) {
    let source = DwarfTypeSource(
      program: program, pointerSize: params.pointerSize, slide: slide, typeData: typeData, undescribed: undescribed)
    var table = GoTypeTable()
    var variables: [Variable] = []
    for variable in program.variables {
      let type = program.type(at: variable.type, in: &table)
      guard type != 0, table[type].size > 0 else { continue }
      variables.append(Variable(address: variable.address &+ slide, name: variable.name, type: type))
    }
    self.variables = variables.sorted { $0.address < $1.address }
    self.program = program
    self.source = source
    functions = nil
    savesArguments = params.architecture == "amd64"
    self.slide = slide
    self.table = table
  }

  /// Types without debug information.
  init(runtime source: RuntimeTypeSource) {
    self.source = source
    program = nil
    savesArguments = false
    slide = 0
    variables = []
    table = GoTypeTable()
    functions = source.functions
  }

  /// Whether types come from debug information, not from what the runtime carries.
  var isComplete: Bool { program != nil }

  /// More than the saved arguments of a function take, in bytes.
  private static let argumentLimit = 1 << 16

  /// The local variables of a frame that lie in it, or, being arguments, at the beginning of the caller's.
  func locals(of frame: GoFrame, in table: inout GoTypeTable) -> [Local] {
    guard let program else { return [] }
    // Above the top frame the pc is where a call returns to, which may be the next statement already.
    let next = frame.pc &- slide
    let pc = next &- (frame.depth > 0 ? 1 : 0)
    let length = frame.contents.bytes.count
    var result: [Local] = []
    var saved = savesArguments ? GoSavedArguments() : nil
    for local in program.locals(ofFunctionAt: frame.entry &- slide, pc: pc, next: next) {
      let type = program.type(at: local.type, in: &table)
      guard type != 0 else { continue }
      let whole = Int(clamping: table[type].size)
      var parts: [Local.Part] = []
      for part in local.parts {
        let size = part.size == 0 ? whole : part.size
        let (place, overflow) = length.addingReportingOverflow(Int(part.place))
        let isInside = place >= 0 && size <= length && place <= length - size
        let isArgument = place >= length && place - length <= Self.argumentLimit && size <= Self.argumentLimit
        guard !overflow, isInside || isArgument else { continue }
        parts.append(Local.Part(offset: part.offset, size: size, place: place))
      }
      if local.isParameter, let place = saved?.place(of: type, table), parts.isEmpty {
        let part = Local.Part(offset: 0, size: whole, place: length + place)
        result.append(Local(name: local.name, type: type, parts: [part], isGuessed: true))
      } else if !parts.isEmpty {
        result.append(Local(name: local.name, type: type, parts: parts, level: local.level))
      }
    }
    return result
  }

  /// The variable at `address`, with the way to the place inside it, `main.cache.items`, and what lies there.
  func variable(at address: UInt64) -> (name: String, value: GoRoots.Value)? {
    guard let index = variable(holding: address) else { return nil }
    let variable = variables[index]
    let size = table[variable.type].size
    let offset = address - variable.address
    let element = variable.count > 1 ? "[\(offset / size)]" : ""
    let (path, value) = table.part(variable.type, offset % size)
    return (variable.name + element + path, value)
  }

  /// The index of the variable that `address` lies in.
  func variable(holding address: UInt64) -> Int? {
    let next = variables.indices.bisection(where: { variables[$0].address > address })
    // A value that begins in front of the nearest may reach further.
    for index in stride(from: next - 1, through: max(next - 4, 0), by: -1) {
      let variable = variables[index]
      let size = table[variable.type].size
      if size > 0, address - variable.address < size.multipliedClamping(by: variable.count) { return index }
    }
    return nil
  }

  /// The names of the local variables of a frame by their places in it.
  func localNames(of frame: GoFrame) -> [FrameLocal] {
    let locals = self.locals(of: frame, in: &table)
    let table = self.table
    return locals.flatMap { local in
      local.parts.map { part in
        FrameLocal(
          range: part.place..<part.place + part.size, isGuessed: local.isGuessed, level: local.level
        ) { place in
          let (path, value) = table.part(local.type, UInt64(part.offset + place - part.place))
          // What is kept in parts does not stand together.
          let isWhole = local.parts.count == 1 && value != .other
          return (GoTypeTable.capturedName(local.name) + path, isWhole ? value : .other)
        }
      }
    }
  }

  /// The name of the type whose runtime description lies at `address`.
  func typeName(atRuntimeAddress address: UInt64) -> String? {
    let type = source.type(atRuntimeAddress: address, in: &table)
    return type == 0 ? nil : GoTypeTable.plainName(table.name(of: type))
  }

  /// The function of a frame, then those the compiler put into it that the frame stands in, inwards; each with where it
  /// stands: `worker.go:41`.
  func places(of frame: GoFrame) -> [(function: String, line: String?)] {
    let pc = frame.pc &- slide &- (frame.depth > 0 ? 1 : 0)
    if let functions {
      // The dump has type arguments that the table leaves out.
      let places = functions.places(at: pc)
      if let first = places.first { return [(frame.function, first.line)] + places.dropFirst() }
    }
    let entry = frame.entry &- slide
    let places = program?.inlinedPlaces(ofFunctionAt: entry, pc: pc) ?? []
    let innermost = program?.line(ofFunctionAt: entry, pc: pc)
    // Each function stands at the line where it calls the next one; the last one at that of the instruction.
    let lines: [String?] = places.map(\.callLine) + [innermost]
    return zip([frame.function] + places.map(\.function), lines).map { ($0, $1) }
  }
}
