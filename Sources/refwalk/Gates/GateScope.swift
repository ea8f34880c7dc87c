import GraphAnalysis
import ReferenceGraph

/// What a gate looks at: what the program owns, and not what is too small to matter.
struct GateScope {
  /// Bytes that a shape has to retain; nil for a thousandth of what is reachable.
  var asked: UInt64?

  init(least: UInt64?) { asked = least }

  /// The bytes that a shape has to retain in this heap.
  func least(_ analysis: HeapAnalysis) -> UInt64 { asked ?? analysis.reachableBytes / 1000 }

  /// Whether a shape may fail.
  func counts(shape: Int, _ analysis: HeapAnalysis) -> Bool {
    analysis.shapes[shape].retained >= max(1, least(analysis)) && analysis.owner(ofShape: shape) != .runtime
  }

  /// `1.6 MiB (74.6 %) Session ⇄ Handler held by global main.sessions; open it with : 0xc000123400`.
  func words(shape index: Int, _ analysis: HeapAnalysis) -> String {
    let shape = analysis.shapes[index]
    let component = analysis.components[shape.components[0]]
    let title = shape.count == 1 ? shape.title : "\(Count.text(shape.count)) × \(shape.title)"
    var words = "\(ByteCount.text(shape.retained)) (\(analysis.percent(shape.retained)) %) \(title)"
    if let root = analysis.holderText(of: component.nearest) { words += " held by \(root)" }
    if let object = component.nearest {
      words += "; see object \(analysis.heap.addressText(of: object))"
    }
    return words
  }
}
