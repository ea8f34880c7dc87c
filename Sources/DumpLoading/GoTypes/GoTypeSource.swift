/// Where the types of a program come from: its debug information, or the runtime's own type data.
protocol GoTypeSource: AnyObject {
  /// Bytes of a pointer.
  var pointerSize: UInt64 { get }
  /// The type whose runtime description lies at `address` of the process, 0 when it is not known.
  func type(atRuntimeAddress address: UInt64, in table: inout GoTypeTable) -> GoTypeTable.ID
  /// The structure of this name, 0 when there is none.
  func type(named name: String, in table: inout GoTypeTable) -> GoTypeTable.ID
  /// Whether the type whose runtime description lies at `address` is what the program calls it, not only what the runtime
  /// makes of it.
  func isDescribed(atRuntimeAddress address: UInt64) -> Bool
  /// Whether the description of a type lies at `address` of the process, of one that has a name here or not.
  func isType(atRuntimeAddress address: UInt64) -> Bool
  /// The closure whose code begins at `entry` of the process, 0 when that is no function.
  func closure(atEntry entry: UInt64, in table: inout GoTypeTable) -> GoTypeTable.ID
  /// The types of the parameters of the function that begins at `entry` of the process; nil when they are not known.
  func parameters(ofFunctionAt entry: UInt64, in table: inout GoTypeTable) -> [GoTypeTable.ID]?
}

extension GoTypeSource {
  func parameters(ofFunctionAt entry: UInt64, in table: inout GoTypeTable) -> [GoTypeTable.ID]? { nil }
  func isDescribed(atRuntimeAddress address: UInt64) -> Bool { true }
}

/// Types from an executable's debug information.
final class DwarfTypeSource: GoTypeSource {
  let program: DwarfProgram
  let pointerSize: UInt64
  /// What an address in the process is more than the one in the file.
  let slide: UInt64
  /// Where the runtime's type data lies in the process.
  private let typeData: UInt64
  /// Types of which only the shape is described, by name.
  private var shaped: [String: GoTypeTable.ID] = [:]
  /// Types that only interfaces use: older versions of Go do not describe them.
  private let undescribed: RuntimeTypeSource?

  init(
    program: DwarfProgram, pointerSize: Int, slide: UInt64, typeData: UInt64, undescribed: RuntimeTypeSource? = nil
  ) {
    self.program = program
    self.pointerSize = UInt64(pointerSize)
    self.slide = slide
    self.typeData = typeData
    self.undescribed = undescribed
    undescribed?.better = { address, table in
      program.typesByDistance[address &- typeData].map { program.type(at: $0, in: &table) } ?? 0
    }
  }

  func type(atRuntimeAddress address: UInt64, in table: inout GoTypeTable) -> GoTypeTable.ID {
    if let offset = program.typesByDistance[address &- typeData] { return program.type(at: offset, in: &table) }
    guard let undescribed, undescribed.isKnownType(address) else { return 0 }
    let id = undescribed.type(atRuntimeAddress: address, in: &table)
    // The storage of maps is described under another name: the map says more of it.
    return RuntimeTypeSource.isMapStorage(table.name(of: id)) ? 0 : id
  }

  func isDescribed(atRuntimeAddress address: UInt64) -> Bool { program.typesByDistance[address &- typeData] != nil }

  func isType(atRuntimeAddress address: UInt64) -> Bool {
    isDescribed(atRuntimeAddress: address) || undescribed?.isKnownType(address) == true
  }

  func type(named name: String, in table: inout GoTypeTable) -> GoTypeTable.ID {
    if let offset = program.structures[name] { return program.type(at: offset, in: &table) }
    if let known = shaped[name] { return known }
    guard name.hasSuffix("]"), let shape = program.shape(of: name) else { return 0 }
    // Only the shape that types with arguments of the same layout share is described.
    let id = program.type(at: shape, in: &table)
    guard id != 0 else { return 0 }
    var entry = table[id]
    entry.name = table.add(name: name)
    let copy = table.add(entry)
    shaped[name] = copy
    return copy
  }

  func closure(atEntry entry: UInt64, in table: inout GoTypeTable) -> GoTypeTable.ID {
    guard let function = program.captures(ofFunctionAt: entry &- slide, in: &table) else { return 0 }
    return table.addClosure(of: function.name, captures: function.fields, source: self)
  }

  func parameters(ofFunctionAt entry: UInt64, in table: inout GoTypeTable) -> [GoTypeTable.ID]? {
    program.parameters(ofFunctionAt: entry &- slide, in: &table)
  }
}

extension GoTypeTable {
  /// Adds the type of what a func value points to.
  mutating func addClosure(
    of function: String, captures: [(name: String, type: ID, offset: UInt64)], source: any GoTypeSource
  ) -> ID {
    var captures = captures
    if captures.isEmpty, let receiver = receiver(ofMethodValue: function, source) {
      captures = [("receiver", receiver, source.pointerSize)]
    }
    // The first word is the address of the code.
    var size = source.pointerSize
    for field in captures { size = max(size, field.offset &+ self[field.type].size) }
    var entry = Entry()
    entry.kind = .closure
    entry.name = add(name: "closure " + function)
    entry.size = (size &+ source.pointerSize &- 1) & ~(source.pointerSize &- 1)
    let id = add(entry)
    if id != 0 { setFields(captures, of: id) }
    return id
  }

  /// The receiver that a method value, `main.(*T).Run-fm`, has captured.
  private mutating func receiver(ofMethodValue function: String, _ source: any GoTypeSource) -> ID? {
    guard function.hasSuffix("-fm"), let dot = function.lastIndex(of: ".") else { return nil }
    let type = function[..<dot]
    guard let start = type.firstRange(of: ".(*"), type.hasSuffix(")") else {
      let id = source.type(named: String(type), in: &self)
      return id == 0 ? nil : id
    }
    let name = type[..<start.lowerBound] + "." + type[start.upperBound...].dropLast()
    let pointee = source.type(named: String(name), in: &self)
    guard pointee != 0 else { return nil }
    var pointer = Entry()
    pointer.kind = .pointer
    pointer.size = source.pointerSize
    pointer.element = pointee
    pointer.name = add(name: "*" + name)
    let id = add(pointer)
    return id == 0 ? nil : id
  }
}
