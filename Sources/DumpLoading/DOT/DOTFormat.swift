import ReferenceGraph

/// Graphs in the DOT language of Graphviz, as objgraph, refcycle, networkx and jdeps write them: nodes are objects, edges
/// are references.
enum DOTFormat: DumpFormat {
  static let isText = true
  static let policies = [
    ReferencePolicy(name: "edges", summary: "every edge", kinds: .all)
  ]

  /// Whether a graph begins here, after comments: `strict digraph "name" {`.
  static func matches(_ header: UnsafeRawBufferPointer) -> Bool {
    var lexer = DOTLexer(header)
    var token = lexer.next()
    if token == .keyword(.strict) { token = lexer.next() }
    guard token == .keyword(.digraph) || token == .keyword(.graph) else { return false }
    token = lexer.next()
    if case .name = token { token = lexer.next() }
    return token == .sign(UInt8(ascii: "{"))
  }

  /// Whether there are only blanks and comments so far, or the first word of a graph.
  static func mayMatch(_ start: UnsafeRawBufferPointer) -> Bool {
    var lexer = DOTLexer(start)
    switch lexer.next() {
    case .end: return lexer.problem == nil
    case .keyword(.strict), .keyword(.graph), .keyword(.digraph): return true
    default: return false
    }
  }

  static func load(_ input: InputSource, options: LoadOptions, progress: WorkProgress) throws(LoadError) -> Heap {
    try DOTLoader(input: input, progress: progress).load()
  }
}
