import ReferenceGraph

/// Reads the first graph of a file in the DOT language (Graphviz), statement by statement, without recursion.
///
/// Defaults hold for what is named later, in their braces and inner ones; a node keeps those in force where it is first
/// named. A subgraph that is opened again goes on with the nodes and defaults it had.
struct DOTParser {
  /// What an edge begins or ends at.
  private enum Endpoint {
    case nodes([UInt32])
    case subgraph(Int)
  }

  /// What stands in one pair of braces.
  private struct Subgraph {
    /// Nodes named in it, as often as they are, and the subgraphs in it.
    var nodes: [UInt32] = []
    var children: [Int] = []
    var named: [DOTName: Int] = [:]
    /// The defaults set in it.
    var nodeDefaults = DOTAttributes()
    var edgeDefaults = DOTAttributes()
  }

  /// An open pair of braces.
  private struct Scope {
    let subgraph: Int
    /// The defaults in force.
    var nodeDefaults: DOTAttributes
    var edgeDefaults: DOTAttributes
    /// The ends of the edge statement that is being read.
    var chain: [Endpoint] = []
  }

  private(set) var graph = DOTGraph()
  /// Where the file ends inside the graph; nil when the graph is whole.
  private(set) var cutAt: Int?
  /// Where the graph ends.
  private(set) var end = 0
  private var lexer: DOTLexer
  private var token = DOTToken.end
  private var subgraphs = [Subgraph()]
  private var scopes: [Scope] = []
  /// By node: the last gathering that met it.
  private var gathered: [Int] = []
  private var gatherings = 0
  /// How many nodes were gathered in all.
  private var gatheredCount = 0
  private let progress: WorkProgress

  /// A file whose edges are more than so many for each byte of it is refused: all nodes of one pair of braces can have
  /// an edge to all of another.
  ///
  /// So is one that goes through the nodes of braces so often.
  private static let edgesPerByte = 64

  init(_ bytes: UnsafeRawBufferPointer, progress: WorkProgress) {
    lexer = DOTLexer(bytes)
    self.progress = progress
  }

  /// Reads the graph.
  /// - Throws: `malformed` where Graphviz would refuse it too, `unsupported` for a graph without directions.
  mutating func parse() throws(LoadError) {
    advance()
    if token == .keyword(.strict) {
      graph.isStrict = true
      advance()
    }
    switch token {
    case .keyword(.digraph): advance()
    case .keyword(.graph):
      throw .unsupported("its graph has no directions (`graph`, not `digraph`): who refers to whom is not known")
    default: throw unexpected("`digraph`")
    }
    if case .name(let name) = token {
      graph.name = name.text
      advance()
    }
    guard token == .sign(UInt8(ascii: "{")) else { throw unexpected("`{`") }
    advance()
    scopes = [Scope(subgraph: 0, nodeDefaults: DOTAttributes(), edgeDefaults: DOTAttributes())]
    var statements = 0
    while !scopes.isEmpty, try statement() {
      statements += 1
      if statements & 0xfff == 0 {
        progress.advance(to: UInt64(lexer.position))
        if progress.isCancelled { throw .cancelled }
      }
    }
    if !scopes.isEmpty { cutAt = lexer.bytes.count }
    end = scopes.isEmpty ? lexer.start : lexer.bytes.count
  }

  private mutating func advance() { token = lexer.next() }

  /// Whether the file ends here, so that what is missing may have been there.
  private var isAtCut: Bool { token == .end && lexer.problem == nil }

  private func unexpected(_ wanted: String) -> LoadError {
    if let problem = lexer.problem { return malformed(problem) }
    if token == .end { return .endsTooEarly(record: "graph", offset: UInt64(lexer.bytes.count)) }
    return malformed("\(wanted) should be here")
  }

  private func malformed(_ problem: String) -> LoadError {
    .malformed(record: "graph", offset: UInt64(lexer.start), problem: "line \(grouped(lexer.lineNumber)): \(problem)")
  }

  /// Reads a statement, or the end of one.
  ///
  /// False when the file ends in it.
  private mutating func statement() throws(LoadError) -> Bool {
    switch token {
    case .end:
      if lexer.problem != nil { throw unexpected("a statement") }
      return false
    case .sign(UInt8(ascii: ";")):
      advance()
      return true
    case .sign(UInt8(ascii: "}")): return try close()
    case .sign(UInt8(ascii: "{")):
      advance()
      open(name: nil)
      return true
    case .keyword(.subgraph): return try openSubgraph()
    case .keyword(let word) where word == .graph || word == .node || word == .edge:
      advance()
      guard token == .sign(UInt8(ascii: "[")) else {
        if isAtCut { return false }
        throw unexpected("`[` after `\(word.rawValue)`")
      }
      guard let attributes = try attributes() else { return false }
      setDefaults(word, attributes)
      return true
    case .name(let name):
      advance()
      if token == .sign(UInt8(ascii: "=")) {
        advance()
        return try skipValue()
      }
      guard try nodes(from: name) else { return false }
      return try afterEndpoint()
    default: throw unexpected("a node, an edge or an attribute")
    }
  }

  private mutating func skipValue() throws(LoadError) -> Bool {
    guard case .name = token else {
      if isAtCut { return false }
      throw unexpected("a value")
    }
    advance()
    return true
  }

  private mutating func setDefaults(_ word: DOTKeyword, _ attributes: DOTAttributes) {
    let last = scopes.count - 1
    let subgraph = scopes[last].subgraph
    if word == .node {
      scopes[last].nodeDefaults = scopes[last].nodeDefaults.overlaid(by: attributes)
      subgraphs[subgraph].nodeDefaults = subgraphs[subgraph].nodeDefaults.overlaid(by: attributes)
    } else if word == .edge {
      scopes[last].edgeDefaults = scopes[last].edgeDefaults.overlaid(by: attributes)
      subgraphs[subgraph].edgeDefaults = subgraphs[subgraph].edgeDefaults.overlaid(by: attributes)
    }
  }

  /// Reads the rest of `a, b:port` and adds it to the statement.
  ///
  /// False when the file ends in it.
  private mutating func nodes(from first: DOTName) throws(LoadError) -> Bool {
    let last = scopes.count - 1
    var numbers: [UInt32] = []
    var name = first
    while true {
      let number = graph.node(name, scopes[last].nodeDefaults)
      subgraphs[scopes[last].subgraph].nodes.append(number)
      numbers.append(number)
      while token == .sign(UInt8(ascii: ":")) {
        advance()
        guard try skipValue() else { return false }
      }
      guard token == .sign(UInt8(ascii: ",")) else { break }
      advance()
      guard case .name(let next) = token else {
        if isAtCut { return false }
        throw unexpected("a node after the comma")
      }
      name = next
      advance()
    }
    scopes[last].chain.append(.nodes(numbers))
    return true
  }

  /// After a node, or braces, in a statement: another end of its edges, or its attributes and its end.
  private mutating func afterEndpoint() throws(LoadError) -> Bool {
    while token == .arrow || token == .line {
      guard token == .arrow else { throw malformed("`--` in a graph with directions") }
      advance()
      switch token {
      case .name(let name):
        advance()
        guard try nodes(from: name) else { return false }
      case .sign(UInt8(ascii: "{")):
        advance()
        open(name: nil)
        return true
      case .keyword(.subgraph): return try openSubgraph()
      default:
        if isAtCut { return false }
        throw unexpected("a node after `->`")
      }
    }
    var own = DOTAttributes()
    if token == .sign(UInt8(ascii: "[")) {
      guard let attributes = try attributes() else { return false }
      own = attributes
    } else if isAtCut, lexer.isCut {
      // The last name may have been longer, and attributes may have followed.
      return false
    }
    try finish(own)
    return true
  }

  /// Makes of the statement that was read what it says.
  private mutating func finish(_ own: DOTAttributes) throws(LoadError) {
    let last = scopes.count - 1
    let chain = scopes[last].chain
    scopes[last].chain = []
    if chain.count == 1 {
      if case .nodes(let numbers) = chain[0] { for number in numbers { graph.set(own, of: number) } }
      return
    }
    let inForce = scopes[last].edgeDefaults
    var sources = members(of: chain[0])
    for endpoint in chain.dropFirst() {
      let targets = members(of: endpoint)
      let limit = Self.edgesPerByte * lexer.bytes.count
      let (product, overflow) = sources.count.multipliedReportingOverflow(by: targets.count)
      gatheredCount += targets.count
      guard !overflow, product <= limit - graph.edges.count, gatheredCount <= limit else {
        throw .tooLarge("more than \(grouped(limit)) edges between all nodes of one pair of braces and all of another")
      }
      for source in sources { for target in targets { graph.connect(source, target, inForce, own) } }
      sources = targets
    }
  }

  /// The nodes that an end of an edge stands for, those of inner braces with them, each once, as they were first named.
  private mutating func members(of endpoint: Endpoint) -> [UInt32] {
    guard case .subgraph(let subgraph) = endpoint else {
      if case .nodes(let numbers) = endpoint { return numbers }
      return []
    }
    gatherings += 1
    if gathered.count < graph.nodes.count {
      gathered += [Int](repeating: 0, count: graph.nodes.count - gathered.count)
    }
    var found: [UInt32] = []
    var open = [subgraph]
    while let next = open.popLast() {
      for node in subgraphs[next].nodes where gathered[Int(node)] != gatherings {
        gathered[Int(node)] = gatherings
        found.append(node)
      }
      open += subgraphs[next].children
    }
    return found.sorted()
  }

  private mutating func openSubgraph() throws(LoadError) -> Bool {
    advance()
    var name: DOTName?
    if case .name(let given) = token {
      name = given
      advance()
    }
    guard token == .sign(UInt8(ascii: "{")) else {
      if isAtCut { return false }
      throw unexpected("`{` of the subgraph")
    }
    advance()
    open(name: name)
    return true
  }

  private mutating func open(name: DOTName?) {
    let outer = scopes[scopes.count - 1]
    let number: Int
    if let name, let known = subgraphs[outer.subgraph].named[name] {
      number = known
    } else {
      number = subgraphs.count
      subgraphs.append(Subgraph())
      subgraphs[outer.subgraph].children.append(number)
      if let name { subgraphs[outer.subgraph].named[name] = number }
    }
    scopes.append(
      Scope(
        subgraph: number, nodeDefaults: outer.nodeDefaults.overlaid(by: subgraphs[number].nodeDefaults),
        edgeDefaults: outer.edgeDefaults.overlaid(by: subgraphs[number].edgeDefaults)))
  }

  /// Closes a pair of braces: the graph's, or one that an edge may begin or end at.
  private mutating func close() throws(LoadError) -> Bool {
    let closed = scopes.removeLast()
    advance()
    if scopes.isEmpty { return true }
    scopes[scopes.count - 1].chain.append(.subgraph(closed.subgraph))
    return try afterEndpoint()
  }

  /// Reads `[a=b, c=d] [e=f]`.
  ///
  /// Nil when the file ends in it.
  private mutating func attributes() throws(LoadError) -> DOTAttributes? {
    var attributes = DOTAttributes()
    while token == .sign(UInt8(ascii: "[")) {
      advance()
      while token != .sign(UInt8(ascii: "]")) {
        guard case .name(let name) = token else {
          if isAtCut { return nil }
          throw unexpected("an attribute")
        }
        advance()
        if token == .sign(UInt8(ascii: "=")) {
          advance()
          guard case .name(let value) = token else {
            if isAtCut { return nil }
            throw unexpected("the attribute's value")
          }
          attributes.set(name, to: value)
          advance()
        } else {
          attributes.set(name, to: DOTName("true"))
        }
        if token == .sign(UInt8(ascii: ",")) || token == .sign(UInt8(ascii: ";")) { advance() }
      }
      advance()
    }
    return attributes
  }
}
