import CycleMarks
import GraphAnalysis
import ReferenceGraph

/// The verdicts of marks on the shapes of one heap.
struct Verdicts {
  /// The verdict on each shape, by its index in `HeapAnalysis.shapes`.
  ///
  /// A mark on the shape goes before marks on single cycles of it; of those a suspect before an unsure one, and
  /// expected only when all its held cycles are. A mark on a shape that has become another one comes last.
  private(set) var ofShape: [Int: Verdict] = [:]
  /// By index of a shape that is marked expected: the bytes that it retained when that was said.
  private(set) var acceptedBytes: [Int: UInt64] = [:]

  init(_ marks: MarkSet, analysis: HeapAnalysis) {
    let matches = marks.matching(analysis)
    var cycles: [Int: [ComponentID: Verdict]] = [:]
    var changed: [Int: Verdict] = [:]
    for mark in marks.marks {
      switch matches[mark.target] {
      case .shape(let shape):
        ofShape[shape] = mark.verdict
        if mark.verdict == .expected { acceptedBytes[shape] = mark.retained }
      case .changedShape(let shape):
        // Nobody has said that what has come to it was to be expected.
        if mark.verdict != .expected, changed[shape] != .suspect { changed[shape] = mark.verdict }
      case .cycle(let id): cycles[analysis.components[id].shape, default: [:]][id] = mark.verdict
      case .object, .root, .objects, .cut, .absent: break
      }
    }
    for (index, marked) in cycles where ofShape[index] == nil {
      let shape = analysis.shapes[index]
      if marked.values.contains(.suspect) {
        ofShape[index] = .suspect
      } else if marked.values.contains(.unsure) {
        ofShape[index] = .unsure
      } else if shape.components.prefix(shape.heldCount).allSatisfy({ marked[$0] == .expected }) {
        ofShape[index] = .expected
      }
    }
    for (index, verdict) in changed where ofShape[index] == nil { ofShape[index] = verdict }
  }
}
