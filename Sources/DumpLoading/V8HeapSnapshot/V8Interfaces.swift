import ReferenceGraph

/// Names plain objects by their properties, `{name, price}`, as Chrome DevTools infers them: the lists of properties
/// that many plain objects have become classes, and each plain object goes to the one with the most properties of
/// those whose properties it all has.
struct V8Interfaces: ~Copyable {
  /// A list of properties has at least this many objects, and one in so many of all nodes.
  static let leastCount = 2
  static let nodesPerInterface = 1000
  /// The longest name of such a class, in UTF-16 code units; properties beyond do not tell classes apart.
  static let nameLimit = 120

  private struct Candidate {
    var count: Int
    /// The first object that has it.
    let node: UInt32
    /// In the order of first objects.
    let number: Int
  }

  private let strings: V8Strings
  /// By string: its length as part of a class name, capped; 0 when not looked at yet.
  private let lengths: FlatArray<UInt8>
  /// By string: the object that had it last as a property's name, for sets without sets.
  private let marks: FlatArray<UInt32>
  /// The string `__proto__`, once it was met.
  private var prototypeName: UInt32?

  /// Gives plain objects their classes.
  ///
  /// `plain` is the class of all plain objects so far, `Object`.
  static func name(
    _ nodes: borrowing V8Nodes, _ edges: borrowing V8Edges, _ strings: V8Strings, _ classes: inout V8Classes,
    _ classOfObject: borrowing FlatArray<UInt32>, plain: UInt32, progress: WorkProgress
  ) throws(LoadError) {
    var interfaces = V8Interfaces(strings)
    var candidates: [UInt64: Candidate] = [:]
    var names: [UInt32] = []
    for node in 0..<nodes.count where classOfObject[node] == plain {
      if node & 0xffff == 0, progress.isCancelled { throw .cancelled }
      interfaces.properties(of: node, edges, isShort: true, into: &names)
      if names.isEmpty { continue }
      let first = Candidate(count: 0, node: UInt32(node), number: candidates.count)
      candidates[hash(names), default: first].count += 1
    }
    let least = max(leastCount, nodes.count / nodesPerInterface)
    let found = candidates.values.filter { $0.count >= least }
      .sorted { ($1.count, $0.number) < ($0.count, $1.number) }
    if found.isEmpty { return }
    var lists: [[UInt32]] = []
    var numbers: [UInt32] = []
    for candidate in found {
      interfaces.properties(of: Int(candidate.node), edges, isShort: true, into: &names)
      lists.append(names)
      numbers.append(classes.number(named: interfaces.text(names)))
    }
    // A list is looked for where an object has the property of it that the fewest lists have.
    var uses: [UInt32: Int] = [:]
    for name in lists.joined() { uses[name, default: 0] += 1 }
    var listsByName: [UInt32: [Int]] = [:]
    for (index, list) in lists.enumerated() {
      let rarest = list.min { uses[$0, default: 0] < uses[$1, default: 0] }
      if let rarest { listsByName[rarest, default: []].append(index) }
    }
    var known: [UInt64: UInt32] = [:]
    for node in 0..<nodes.count where classOfObject[node] == plain {
      if node & 0xffff == 0, progress.isCancelled { throw .cancelled }
      interfaces.properties(of: node, edges, isShort: false, into: &names)
      if names.isEmpty { continue }
      let key = hash(names)
      let number: UInt32
      if let answer = known[key] {
        number = answer
      } else {
        let best = interfaces.best(for: node, names, lists, listsByName)
        number = best.map { numbers[$0] } ?? plain
        if known.count < 1 << 20 { known[key] = number }
      }
      classOfObject[node] = number
    }
  }

  private init(_ strings: V8Strings) {
    self.strings = strings
    lengths = FlatArray(zeroed: strings.count)
    marks = FlatArray(zeroed: strings.count)
  }

  /// The names of an object's properties, in the order of the file, `__proto__` left out.
  ///
  /// With `isShort` only those that fit into the name of a class.
  private mutating func properties(
    of node: Int, _ edges: borrowing V8Edges, isShort: Bool, into names: inout [UInt32]
  ) {
    names.removeAll(keepingCapacity: true)
    let prototype = V8Strings.Role.prototype.rawValue
    var length = 1
    for k in Int(edges.offsets[node])..<Int(edges.offsets[node + 1]) {
      let field = edges.fields[k]
      guard V8Field.type(of: field) == .property, field & V8Field.isLarge == 0 else { continue }
      let name = field & V8Field.valueMask
      guard Int(name) < strings.count else { continue }
      if strings.role(of: Int(name)) == prototype {
        if prototypeName == nil, strings.text(of: Int(name)) == "__proto__" { prototypeName = name }
        if name == prototypeName { continue }
      }
      if isShort {
        let own = self.length(of: name)
        if length + own > Self.nameLimit { break }
        length += own + (names.isEmpty ? 0 : 2)
      }
      names.append(name)
    }
  }

  private func length(of name: UInt32) -> Int {
    if lengths[name] == 0 { lengths[name] = UInt8(clamping: max(1, formatted(name).utf16.count)) }
    return Int(lengths[name])
  }

  /// A property's name as it stands in that of a class: quoted when it could be misread.
  private func formatted(_ name: UInt32) -> String {
    let text = strings.text(of: Int(name), limit: 512) ?? ""
    guard text.contains(where: { ",'\"{}".contains($0) }) else { return text }
    return "\"\(text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\""))\""
  }

  private func text(_ names: [UInt32]) -> String {
    var parts: [String] = []
    for name in names { parts.append(formatted(name)) }
    return "{\(parts.joined(separator: ", "))}"
  }

  /// The list with the most properties of those that `node` has all of; the more frequent one of equals.
  private func best(
    for node: Int, _ names: [UInt32], _ lists: [[UInt32]], _ listsByName: [UInt32: [Int]]
  ) -> Int? {
    for name in names { marks[name] = UInt32(node) }
    var best: Int?
    for name in names {
      for index in listsByName[name] ?? [] {
        let list = lists[index]
        if let best, (list.count, best) <= (lists[best].count, index) { continue }
        if list.allSatisfy({ marks[$0] == UInt32(node) }) { best = index }
      }
    }
    return best
  }

  private static func hash(_ names: [UInt32]) -> UInt64 {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for name in names {
      hash = (hash ^ UInt64(name)) &* 0x0000_0100_0000_01b3
      hash ^= hash >> 29
    }
    return hash
  }
}
