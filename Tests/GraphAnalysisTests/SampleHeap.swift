import GraphAnalysis
import ReferenceGraph

/// Details of graphs that were built by a test: fields have the names `.f0`, `.f1` and so on.
struct PlainDetails: ObjectDetails {
  /// By object whose code its class is.
  var owners: [ObjectID: CodeOwner] = [:]
  /// Whether fields have the names of elements: `[0]`, `[1]` and so on.
  var hasElements = false
  var idioms = HoldingIdioms()
  func owner(of object: ObjectID) -> CodeOwner { owners[object] ?? .unknown }
  func fieldName(_ field: UInt32, of object: ObjectID) -> String {
    hasElements ? "[\(field)]" : ".f\(field)"
  }
  func values(of object: ObjectID, from first: Int, limit: Int) -> (values: [FieldValue], total: Int) { ([], 0) }
  func text(of object: ObjectID, limit: Int) -> (text: String, length: Int)? { nil }
  func allocationStack(of object: ObjectID) -> [StackFrame] { [] }
  func facts(ofRoot index: Int) -> [Fact] { [] }
}

let everything = ReferencePolicy(name: "everything", summary: "all references", kinds: .all)
let everythingAlike = ReferencePolicy(
  name: "alike", summary: "all references, all roots alike", kinds: .all, ranksRoots: false)
let strongOnly = ReferencePolicy(name: "strong", summary: "strong references", kinds: .strong)
let application = ReferencePolicy(
  name: "application", summary: "strong references, no runtime", kinds: .strong, leftOutClasses: .runtime)

extension HeapAnalysis {
  /// The analysis of a graph that a test built.
  static func of(
    _ graph: ReferenceGraph, details: (any ObjectDetails)? = nil, retaining: ReferencePolicy = everything,
    cycles: ReferencePolicy = everything, unreachable: UnreachableKnowledge = UnreachableKnowledge(),
    owners: [ObjectID: CodeOwner] = [:],
    change: (inout AnalysisOptions) -> Void = { _ in }
  ) throws -> HeapAnalysis {
    var facts = DumpFacts(
      format: "test", producer: "test", path: "test", fileBytes: 0, dumpBytes: 0, retainingPolicies: [retaining],
      cyclePolicies: [cycles])
    facts.unreachable = unreachable
    var options = AnalysisOptions(retaining: retaining, cycles: cycles)
    change(&options)
    return try HeapAnalysis(
      heap: Heap(graph: graph, facts: facts, details: details ?? PlainDetails(owners: owners)), options: options,
      progress: WorkProgress())
  }
}
