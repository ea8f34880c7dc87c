import CElf

extension DwarfProgram {
  /// The description of the shape of a generic structure: code for types of one layout is shared, and the debug
  /// information may have `entry[go.shape.interface {}]` alone where objects are of `entry[interface {}]`.
  func shape(of name: String) -> Dwarf_Off? {
    guard let bracket = name.firstIndex(of: "["), name.hasSuffix("]") else { return nil }
    let wanted = Self.arguments(name[name.index(after: bracket)...].dropLast())
    let candidates = shapes(named: String(name[..<bracket]))
    let literal = wanted.map { "go.shape." + $0 }.joined(separator: ",")
    if let exact = candidates.first(where: { $0.arguments == literal }) { return exact.offset }
    let shapes = wanted.map(Self.shape)
    var found: Dwarf_Off?
    for (candidate, offset) in candidates {
      let arguments = Self.arguments(candidate)
      guard arguments.count == shapes.count,
        zip(arguments, shapes).allSatisfy({ $1 == nil ? $0.hasPrefix("go.shape.") : String($0) == $1 })
      else { continue }
      guard found == nil else { return nil }
      found = offset
    }
    return found
  }

  /// The shape of a type argument; nil when its name does not tell.
  private static func shape(_ argument: Substring) -> String? {
    if argument.hasPrefix("*") { return "go.shape.*uint8" }
    let literal = ["[", "map[", "func(", "chan ", "<-chan ", "struct {", "interface {"]
    let plain: Set<Substring> = [
      "bool", "int", "int8", "int16", "int32", "int64", "uint", "uint8", "uint16", "uint32", "uint64", "uintptr",
      "float32", "float64", "complex64", "complex128", "string",
    ]
    return plain.contains(argument) || literal.contains { argument.hasPrefix($0) } ? "go.shape." + argument : nil
  }

  /// `A,B` in its parts: commas in brackets divide nothing.
  static func arguments(_ list: some StringProtocol) -> [Substring] {
    var parts: [Substring] = []
    var depth = 0
    var part = list.startIndex
    for index in list.indices {
      switch list[index] {
      case "[", "{", "(": depth += 1
      case "]", "}", ")": depth -= 1
      case "," where depth == 0:
        parts.append(Substring(list[part..<index]))
        part = list.index(after: index)
      default: break
      }
    }
    parts.append(Substring(list[part...]))
    return parts
  }
}
