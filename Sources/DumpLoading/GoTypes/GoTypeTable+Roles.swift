extension GoTypeTable {
  /// What a structure is for, told by its name and fields.
  func role(ofStructure id: ID) -> Role {
    let name = self.name(of: id)
    switch name {
    case "runtime.hchan": return .channel
    case "sync.Pool": return .pool
    case "time.Timer", "time.Ticker": return .timer
    default: break
    }
    if name.hasPrefix("map<") { return field("dirPtr", of: id) == nil ? .none : .swissMap }
    if name.hasPrefix("table<") { return .swissTable }
    if name.hasPrefix("groupReference<") { return .swissGroups }
    if name.hasPrefix("hash<") { return .oldMap }
    if name.hasPrefix("hchan<") { return .channel }
    if name.hasPrefix("sync/atomic.Pointer[") || name.hasPrefix("internal/runtime/atomic.Pointer[") {
      return .atomicPointer
    }
    if name.contains(".node["), field("isEntry", of: id) != nil, self[id].fieldCount == 1 { return .trieNode }
    return .none
  }

  /// A structure's name as people write it: the headers of maps and channels have names of the linker's own.
  static func plainName(_ name: String) -> String {
    for prefix in ["*", "[]"] where name.hasPrefix(prefix) {
      return prefix + plainName(String(name.dropFirst(prefix.count)))
    }
    let parts = [
      ("map<", "map["), ("hash<", "map["), ("table<", "map.table["), ("groupReference<", "map.groups["),
      ("bucket<", "map.bucket["),
    ]
    for (prefix, replacement) in parts where name.hasPrefix(prefix) && name.hasSuffix(">") {
      let arguments = name.dropFirst(prefix.count).dropLast()
      guard let comma = outerComma(in: arguments) else { return name }
      return replacement + arguments[..<comma] + "]" + arguments[arguments.index(after: comma)...]
    }
    if name.hasPrefix("hchan<"), name.hasSuffix(">") { return "chan " + name.dropFirst(6).dropLast() }
    if name == "runtime.hchan" { return "chan" }
    // The linker's own copies for each type of elements.
    if isCopy(name), let end = name.firstIndex(of: "<") { return "runtime." + name[..<end] }
    if name.hasPrefix("noalg.") { return String(name.dropFirst(6)) }
    if name == "uint8" { return "byte" }
    return name
  }

  /// Whether the linker made the structure of one of the runtime's, with another type for what its pointers refer to.
  static func isCopy(_ name: String) -> Bool { name.hasPrefix("sudog<") || name.hasPrefix("waitq<") }

  /// The comma that lies in no brackets.
  private static func outerComma(in text: Substring) -> Substring.Index? {
    var depth = 0
    for index in text.indices {
      switch text[index] {
      // Nor does that of a channel that only sends or only receives open anything.
      case "<" where text[index...].hasPrefix("<-"): break
      case "[", "{", "(", "<": depth += 1
      case "]", "}", ")": depth -= 1
      // The arrow of a channel type closes nothing.
      case ">": depth -= 1
      case "-" where text[index...].hasPrefix("->"): depth += 1
      case "," where depth <= 0: return index
      default: break
      }
    }
    return nil
  }

  /// What stands between the outer brackets of a generic type: `runtime.m` of `atomic.Pointer[runtime.m]`.
  static func typeArgument(_ name: String) -> String? {
    guard let start = name.firstIndex(of: "["), name.hasSuffix("]") else { return nil }
    return String(name[name.index(after: start)...].dropLast())
  }
}

extension GoTypeTable {
  /// Whether a structure is an entry or inner node of a hash trie: it begins with the node that both have in common.
  func isTrieNode(beginning id: ID) -> Bool { trieNode(beginning: id) != nil }

  /// The node that an entry or inner node of a hash trie begins with.
  private func trieNode(beginning id: ID) -> ID? {
    guard let first = fields(of: id).first, first.offset == 0,
      name(of: first) == "node" || name(of: first).hasSuffix(".node"),
      self[first.type].role == .trieNode
    else { return nil }
    return first.type
  }

  /// The named type for the shape of a hash trie's node: in generic code pointers to nodes are described by what nodes
  /// are made of, `go.shape.struct { unique.isEntry bool }`.
  ///
  /// `holder` is the node that points to it, if it is one.
  mutating func unshaped(_ shape: ID, _ holder: ID?, _ source: any GoTypeSource) -> ID {
    guard shape != 0, name(of: shape).hasPrefix("go.shape.struct {") else { return shape }
    if let node = trieNode(beginning: shape) {
      let name = self.name(of: node)
      guard let start = name.firstRange(of: ".node[") else { return shape }
      let isInner = fields(of: shape).contains { self.name(of: $0).hasSuffix("children") }
      let found = source.type(
        named: name[..<start.lowerBound] + (isInner ? ".indirect[" : ".entry[") + name[start.upperBound...], in: &self)
      return found == 0 ? shape : found
    }
    guard let holder, let node = trieNode(beginning: holder), self[shape].fieldCount == 1,
      let flag = fields(of: shape).first, self.name(of: flag).hasSuffix("isEntry")
    else { return shape }
    return node
  }
}
