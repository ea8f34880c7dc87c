import GraphAnalysis
import Layout
import ReferenceGraph

/// What the screens of trees have in common.
extension Model {
  /// Rows that `L` opens at most at once.
  static let openAllLimit = 200
  /// Rows that `L` looks at at most at once.
  static let openAllRows = 1000

  /// Opens everything below a row until so many rows are open.
  static func openAll<Source: TreeSource>(
    _ tree: inout FoldedTree<Source.Node>, from first: Int, source: Source, limit: Int
  ) {
    let depth = tree.row(at: first, source: source).depth
    var row = first
    var opened = 0
    while row < tree.rowCount, opened < limit, row < first + openAllRows {
      let current = tree.row(at: row, source: source)
      if row > first, current.depth <= depth { break }
      if current.hasChildren, !current.isOpen, row == first || !source.isFold(current.node) {
        tree.open(row, source: source)
        opened += 1
      }
      row += 1
    }
  }

  mutating func tellOfNoSibling(_ offset: Int) {
    message = Message(text: offset > 0 ? "no sibling below it" : "no sibling above it", isError: false)
  }
}
