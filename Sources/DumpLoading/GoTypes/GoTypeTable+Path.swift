extension GoTypeTable {
  /// The way from a value of `type` to what lies `offset` bytes into it: `.a.b[3]`, `captured s`.
  ///
  /// Empty for what begins with the value itself and for a part of a string, slice or interface.
  func path(_ type: ID, _ offset: UInt64) -> String { part(type, offset).path }

  /// The same way, and what a pointer that lies there is a part of.
  func part(_ type: ID, _ offset: UInt64) -> (path: String, value: GoRoots.Value) {
    var type = type
    var rest = offset
    var result = ""
    for _ in 0..<32 {
      let entry = self[type]
      switch entry.kind {
      case .array:
        let size = self[entry.element].size
        guard size > 0 else { return (result, .other) }
        result += "[\(rest / size)]"
        rest %= size
        type = entry.element
      case .structure, .closure:
        guard let field = field(of: type, holding: rest) else {
          return (rest == 0 ? result : result + "+\(rest)", .other)
        }
        let name = self.name(of: field)
        result += entry.kind == .closure ? "captured " + Self.capturedName(name) : "." + name
        rest -= field.offset
        type = field.type
      case .slice where rest == 0: return (result, .slice)
      case .string where rest == 0: return (result, .string)
      default: return (result, .other)
      }
    }
    return (result, .other)
  }

  /// A variable that a closure changes is captured by its address.
  static func capturedName(_ name: String) -> String { name.hasPrefix("&") ? String(name.dropFirst()) : name }

  /// The field of a structure that `offset` lies in: the last that begins there or before, of those with a size.
  private func field(of type: ID, holding offset: UInt64) -> Field? {
    fields(of: type).last { $0.offset <= offset && offset - $0.offset < self[$0.type].size }
  }
}
