import GraphAnalysis
import ReferenceGraph
import Screen

/// What a search of the whole heap found.
struct FoundScene: ObjectsScene {
  let model: Model
  let pane: Pane
  let query: HeapQuery

  var objects: [ObjectID]? { model.found[query]?.objects }
  var total: Int { model.found[query]?.total ?? 0 }
  var offsets: [ObjectID: Int] { model.found[query]?.offsets ?? [:] }
  var missingRows: WorkRequest? { objects == nil ? .search(query) : nil }

  var title: String { "Found" }
  var helpWords: [String] {
    ["What a search of the whole heap found: the largest first. t shows one in the tree, p its paths."]
  }
  var breadcrumb: [String] { model.trailWords.dropLast() + ["Found", query.title] }

  func draw(_ analysis: HeapAnalysis, focused: Bool, _ canvas: inout Canvas) {
    let working = query.kind == .content ? "looking through what objects hold …" : "looking through names …"
    drawObjects(focused, query, objects == nil ? working : nil, analysis, &canvas)
  }
}
