import GraphAnalysis
import ReferenceGraph

/// The references of a cycle from the objects of one class to those of another, or to any.
public struct ClassLinks: Hashable, Sendable {
  /// The cycle whose matrix it is a cell of, or a row.
  public let component: ComponentID
  /// Where the references come from: a row of the matrix.
  public let source: Int
  /// Where they lead: a column of the matrix, which has the classes of the rows; nil for all of them.
  public let target: Int?
}

extension Model {
  /// References that are listed at most.
  static let linkLimit = 10_000

  /// Whether a pane shows the matrix of a cycle.
  func isMatrix(_ pane: Pane) -> Bool {
    if case .cycle = pane.place { effectiveDrawing(pane) == .matrix } else { false }
  }

  /// To the cell at the right or left; false where there is none, as left of the first.
  mutating func moveInMatrix(_ step: Int) -> Bool {
    guard case .cycle(let id) = focused.place, let report = reports[id], isMatrix(focused) else { return false }
    let next = (focused.matrixColumn ?? -1) + step
    if next < -1 { return false }
    focused.matrixColumn = next < 0 ? nil : min(next, report.matrix.rows.count - 1)
    return true
  }

  /// The link of the matrix that the selected cell is.
  func selectedLink(_ report: CycleReport, _ pane: Pane) -> ClassMatrix.Link? {
    guard let column = pane.matrixColumn else { return nil }
    return report.matrix.links.first { $0.source == pane.selection && $0.target == column }
  }

  /// Draws the focused cycle otherwise; with `tells` says when the ring has no room.
  mutating func drawOtherwise(_ next: CycleDrawing, tells: Bool) {
    // After the list comes the ring, where it has room.
    if tells, next == .matrix, effectiveDrawing(focused) == .list {
      message = Message(text: "no room for a ring of so many boxes", isError: false)
    }
    focused.drawing = next
    focused.matrixColumn = nil
    select(0)
  }

  /// The cells of a matrix, by source and target, that a cut goes through.
  func cutCells(_ cut: CutChoice, _ report: CycleReport) -> Set<[Int]> {
    guard let analysis else { return [] }
    var rows: [Int: Int] = [:]
    for (number, row) in report.matrix.rows.enumerated() { rows[row.classIndex] = number }
    let graph = analysis.graph
    return Set(
      cut.references.prefix(Cut.listLimit).compactMap { place in
        guard place.source != .root, let source = rows[Int(graph.classOfObject[place.source.index])],
          let target = rows[Int(graph.classOfObject[graph.target(of: place).index])]
        else { return nil }
        return [source, target]
      })
  }
}
