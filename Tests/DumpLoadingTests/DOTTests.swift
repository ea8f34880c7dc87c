import Foundation
import GraphAnalysis
import ReferenceGraph
import TestSupport
import Testing

@testable import DumpLoading

/// Graphs in the DOT language.
///
/// Figures of the files are those of Graphviz 2.43 (`dot -Tdot_json`, `gc`, `sccmap`).
@Suite struct DOTTests {
  private static func analysis(file: String) throws -> HeapAnalysis {
    let heap = try DumpLoading.load(path: Fixture.path("dot/" + file), options: .alone)
    return try HeapAnalysis(heap: heap, options: AnalysisOptions(heap.facts), progress: WorkProgress())
  }

  private static func load(_ text: String) throws -> Heap { try DumpLoadingTests.load(Array(text.utf8)) }

  /// Edges as `a -> b`, with their labels, in the order of their sources.
  private static func edges(_ heap: Heap) -> [String] {
    let graph = heap.graph
    return (1..<UInt32(graph.objectCount + 1)).flatMap { source in
      graph.references(of: ObjectID(source)).map { place in
        let label = heap.fieldName(of: place)
        return name(heap, ObjectID(source)) + " -> " + name(heap, graph.target(of: place))
          + (label.isEmpty ? "" : " " + label)
      }
    }
  }

  private static func name(_ heap: Heap, _ object: ObjectID) -> String {
    heap.details.summary(of: object) ?? heap.graph.objectClass(of: object).name
  }

  private static func components(_ analysis: HeapAnalysis) -> Set<Set<String>> {
    var sets: [ComponentID: Set<String>] = [:]
    for id in 1..<UInt32(analysis.graph.objectCount + 1) {
      guard let component = analysis.components.component(of: ObjectID(id)) else { continue }
      sets[component, default: []].insert(name(analysis.heap, ObjectID(id)))
    }
    return Set(sets.values)
  }

  @Test func everyTrapOfTheLanguage() throws {
    let analysis = try Self.analysis(file: "traps.dot")
    let heap = analysis.heap
    #expect(heap.graph.objectCount == 34)
    #expect(heap.graph.referenceCount == 32)
    #expect(heap.facts.producer == "graph heap dump")
    #expect(heap.facts.truncation == nil)
    #expect(
      Self.components(analysis) == [["a", "b", "c"], ["g1", "g3", "g4"], ["d", "e"], ["i", "j"], ["-3.14"], ["n1"]])
    // One node has `root=true`: the others of that value are words of a default that no root is.
    #expect(heap.facts.facts == [Fact("roots", "nodes with root=true")])
    #expect(heap.graph.roots.map { heap.graph.rootNames[$0.name] } == ["node root"])
    let edges = Self.edges(heap)
    #expect(edges.filter { $0.hasSuffix(" .next") } == ["root -> a .next", "b -> c .next", "c -> a .next"])
    #expect(edges.contains("a -> b .again"))
    #expect(edges.contains("con" + "cat -> d") == false && edges.contains("quoted \"id\" -> concat"))
    #expect(edges.contains("a -> z .a>b"))
    #expect(edges.contains("two\nlines -> backslash"))
    let typed = try #require((1...34).first { heap.graph.objectClass(of: ObjectID($0)).name == "Type" })
    #expect(heap.graph.size(of: ObjectID(typed)) == 48)
    #expect(heap.details.text(of: ObjectID(typed), limit: 100)?.text == "Type\nsecond\nline\nn1 heap dump\nn1")
    #expect(heap.graph.classes.contains { $0.name == "html & x" })
  }

  @Test func nodesThatNoEdgeEnters() throws {
    let text = try Self.load(
      "strict digraph { a -> b -> a; .5 -> c; subgraph { k } -> c; d -> d }")
    #expect(text.graph.roots.map { text.graph.rootNames[$0.name] } == ["node .5", "node k"])
    #expect(text.facts.facts == [Fact("roots", "nodes that no edge enters")])
  }

  @Test func asObjgraphWritesIt() throws {
    let analysis = try Self.analysis(file: "objgraph-refs.dot")
    #expect(analysis.graph.objectCount == 10)
    #expect(analysis.graph.referenceCount == 14)
    #expect(analysis.components.count == 2)
    #expect(Self.components(analysis).map(\.count).sorted() == [4, 6])
    #expect(Self.edges(analysis.heap).count { $0.hasSuffix(" .k") } == 1)
    #expect(analysis.heap.facts.facts == [Fact("roots", "all nodes, since an edge enters each")])
    let ring = try #require(
      (1...10).first { Self.name(analysis.heap, ObjectID($0)) == "o140714691193872" })
    #expect(analysis.graph.objectClass(of: ObjectID(ring)).name == "Ring")
  }

  @Test(arguments: [
    // Defaults hold for what is named later, in inner braces too, and end with them.
    ("a; node [label=X]; b; { node [label=Y]; c; b } d", ["a", "X", "Y", "X"]),
    // A subgraph that is opened again has its defaults still.
    ("subgraph S { node [label=X]; a } subgraph S { b } c", ["X", "X", "c"]),
    ("a [label=\"\\N!\"]; b [shape=record, label=\"{<p> Head|<f0> next}\"]", ["a!", "Head"]),
    ("a [label=<<table><tr><td>One</td><td>Two</td></tr></table>>]", ["One"]),
  ]) func classesOfNodes(body: String, expected: [String]) throws {
    let heap = try Self.load("digraph { \(body) }")
    let names = (1...heap.graph.objectCount).map { heap.graph.objectClass(of: ObjectID($0)).name }
    #expect(names == expected)
  }

  @Test(arguments: [
    ("a -> b; a -> b", ["a -> b", "a -> b"]),
    ("a -> b [key=1]; a -> b [key=1, label=x]; a -> b [key=2]", ["a -> b .x", "a -> b"]),
    ("a -> {b c} -> d", ["a -> b", "a -> c", "b -> d", "c -> d"]),
    ("a, b -> c", ["a -> c", "b -> c"]),
    ("subgraph S { a; { b } } subgraph S {} -> c", ["a -> c", "b -> c"]),
    ("a:p:n -> b:q", ["a -> b"]),
    ("a -> b # c -> d", ["a -> b"]),
    ("a -> b // }", ["a -> b"]),
    ("edge [label=\"[3]\"]; a -> b; a -> c [label=\"\"]", ["a -> b [3]", "a -> c"]),
    ("\"node\" -> \"NODE\"", ["node -> NODE"]),
    ("l -> cluster_y; subgraph cluster_y { m }", ["l -> cluster_y"]),
  ]) func edgesOfStatements(body: String, expected: [String]) throws {
    #expect(Self.edges(try Self.load("digraph G {\n\(body)\n}")) == expected)
  }

  @Test(arguments: [
    ("graph { a -- b }", "cannot be read: its graph has no directions (`graph`, not `digraph`)"),
    ("digraph { node -> a }", "`[` after `node` should be here"),
    ("digraph { subgraph S -> q }", "`{` of the subgraph should be here"),
    ("digraph {\n a -- b }", "line 2: `--` in a graph with directions"),
    ("digraph { a -> \"b\" + c }", "`+` joins texts in quotes only"),
    ("digraph { a [label] = 3 }", "line 1"),
    ("digraph { a -> ] }", "a node after `->` should be here"),
    ("digraph { \u{1}a ? b }", "a byte 0x3f that begins no name"),
  ]) func whatGraphvizRefusesToo(text: String, expected: String) throws {
    let words = try #require(loadError(Array(text.utf8))).description
    #expect(words.contains(expected), "\(words)")
    #expect(!words.contains("\n"))
  }

  /// What is whole is shown wherever a file is cut, and what is not is never taken for more than it is.
  @Test func cutAnywhere() throws {
    let whole = try Fixture.bytes("dot/traps.dot")
    let all = Set(Self.edges(try DumpLoadingTests.load(whole)).map { $0.split(separator: ">").first.map(String.init)! })
    var opened = 0
    for length in 1..<whole.count - 1 {
      let bytes = Array(whole[..<length])
      do {
        let heap = try DumpLoadingTests.load(bytes)
        opened += 1
        #expect(heap.facts.truncation != nil, "\(length)")
        for edge in Self.edges(heap) {
          #expect(all.contains(edge.split(separator: ">").first.map(String.init)!), "\(length): \(edge)")
        }
      } catch let error as LoadError {
        #expect(!error.description.contains("\n"))
      }
    }
    #expect(opened > whole.count / 2)
  }

  /// Small files that say they have very many edges, and braces that are gone through very often.
  @Test func edgesWithoutEnd() throws {
    let many = (0..<3000).map { "a\($0)" }.joined(separator: " ")
    let product = try #require(loadError(Array("digraph { {\(many)} -> {\(many)} }".utf8)))
    #expect(product.description.contains("edges between all nodes"))
    let again = String(repeating: "{} -> subgraph S {}\n", count: 3000)
    #expect(loadError(Array("digraph { subgraph S {\(many)} \(again) }".utf8)) != nil)
    let deep = String(repeating: "{", count: 100_000) + "a -> b" + String(repeating: "}", count: 100_000)
    #expect(try Self.load("digraph { \(deep) }").graph.referenceCount == 1)
  }

  /// Changed bytes end in one line or a graph.
  @Test func changedBytes() throws {
    let whole = try Fixture.bytes("dot/traps.dot")
    var random = SeededNumbers(17)
    for _ in 0..<400 {
      var bytes = whole
      random.damage(&bytes)
      do {
        HeapExercise.run(try DumpLoadingTests.load(bytes), limit: 100)
      } catch let error as LoadError {
        #expect(!error.description.isEmpty && !error.description.contains("\n"), "\(bytes)")
      }
    }
  }

  /// Names are equal when their bytes are: two ways to write one letter are two nodes.
  @Test func namesAreBytes() throws {
    let heap = try Self.load("digraph { \"\u{e9}\" -> \"e\u{301}\"; 5. -> 05; .5 -> 5.; <a> -> a }")
    #expect(heap.graph.objectCount == 7)
  }

  /// A graph behind a long comment, through a pipe that gives a few bytes at a time.
  @Test func throughAPipe() throws {
    var ends: [Int32] = [0, 0]
    try #require(pipe(&ends) == 0)
    let reading = ends[0]
    let writing = ends[1]
    defer { close(reading) }
    let text = Array("/* \(String(repeating: "words ", count: 40)) */\n# more\nstrict digraph g { a -> b -> a }".utf8)
    let writer = Thread {
      for start in stride(from: 0, to: text.count, by: 7) {
        let piece = text[start..<min(text.count, start + 7)]
        _ = piece.withUnsafeBytes { write(writing, $0.baseAddress!, piece.count) }
      }
      close(writing)
    }
    writer.start()
    let heap = try DumpLoading.load(path: "/dev/fd/\(reading)", options: .alone)
    #expect(heap.graph.referenceCount == 2)
    #expect(heap.facts.format == "Graphviz DOT")
  }
}
