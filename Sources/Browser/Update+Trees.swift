import GraphAnalysis
import Layout
import ReferenceGraph

extension Model {
  /// Opens the selected row of a tree; children in great number are arranged off the screen's thread first.
  mutating func openRow() {
    var pane = focused
    switch pane.place {
    case .retention:
      guard let source = retentionTree, var tree = pane.retention else { return }
      let row = tree.row(at: pane.selection, source: source)
      guard row.hasChildren else { return }
      if row.isOpen {
        pane.selection += 1
      } else {
        if case .object(let id) = row.node, arrangements[id] == nil {
          guard let analysis else { return }
          if RetentionTree.isLong(id, analysis) {
            opening = id
            return
          }
          arrangements[id] = ChildArrangement(of: id, analysis: analysis)
        }
        tree.open(pane.selection, source: retentionTree!)
        pane.retention = tree
      }
    case .paths(let target):
      guard let source = pathTree(target, pane), var tree = pane.paths, pane.selection + 1 < tree.rowCount else {
        return
      }
      let row = tree.row(at: pane.selection + 1, source: source)
      if let earlier = source.nodes[row.node].repeats {
        // To where the way goes on.
        if let first = (0..<min(tree.rowCount, Self.openAllRows)).first(where: {
          tree.row(at: $0, source: source).node == earlier
        }) {
          pane.selection = first - 1
          scroll(&pane)
          focused = pane
        }
        return
      }
      guard row.hasChildren else { return }
      if row.isOpen { pane.selection += 1 } else { tree.open(pane.selection + 1, source: source) }
      pane.paths = tree
    default:
      follow()
      return
    }
    scroll(&pane)
    focused = pane
  }

  /// Folds the selected row; where it is folded goes to its parent.
  mutating func closeRow() {
    var pane = focused
    switch pane.place {
    case .retention:
      guard let source = retentionTree, var tree = pane.retention else { return }
      if tree.row(at: pane.selection, source: source).isOpen, pane.selection > 0 {
        tree.close(pane.selection)
        pane.retention = tree
      } else if let parent = tree.parentRow(of: pane.selection) {
        pane.selection = parent
      }
    case .paths(let target):
      guard let source = pathTree(target, pane), var tree = pane.paths, pane.selection + 1 < tree.rowCount else {
        return
      }
      if tree.row(at: pane.selection + 1, source: source).isOpen {
        tree.close(pane.selection + 1)
        pane.paths = tree
      } else if let parent = tree.parentRow(of: pane.selection + 1), parent > 0 {
        pane.selection = parent - 1
      }
    default:
      if let previous = history.back(from: self.pane) { self.pane = previous }
      return
    }
    scroll(&pane)
    focused = pane
  }

  /// Rows that `L` opens at most at once.
  static let openAllLimit = 200
  /// Rows that `L` looks at at most at once.
  static let openAllRows = 1000

  mutating func openAllBelow() {
    var pane = focused
    switch pane.place {
    case .retention:
      guard let analysis, var tree = pane.retention else { return }
      // One row after another, each arranged when it is come to; great lists stay folded.
      var row = pane.selection
      let depth = tree.row(at: row, source: retentionTree!).depth
      var opened = 0
      var folded = 0
      while row < tree.rowCount, opened < Self.openAllLimit, row < pane.selection + Self.openAllRows {
        let current = tree.row(at: row, source: retentionTree!)
        if row > pane.selection, current.depth <= depth { break }
        if current.hasChildren, !current.isOpen {
          if case .object(let id) = current.node, row == pane.selection || isShort(id, analysis) {
            if arrangements[id] == nil {
              if RetentionTree.isLong(id, analysis) {
                opening = id
                return
              }
              arrangements[id] = ChildArrangement(of: id, analysis: analysis)
            }
            tree.open(row, source: retentionTree!)
            opened += 1
          } else if case .group = current.node, row == pane.selection {
            tree.open(row, source: retentionTree!)
            opened += 1
          } else {
            folded += 1
          }
        }
        row += 1
      }
      pane.retention = tree
      if opened == Self.openAllLimit || row == pane.selection + Self.openAllRows {
        message = Message(text: "opened \(Count.text(opened, "row")); L opens more", isError: false)
      } else if folded > 0 {
        let lists = Count.text(folded, "long list")
        message = Message(text: "\(lists) below \(folded == 1 ? "stays" : "stay") folded: → opens one", isError: false)
      } else if opened == 0 {
        message = Message(text: "there is nothing below it that is folded", isError: false)
      }
    case .paths(let target):
      guard let source = pathTree(target, pane), var tree = pane.paths, pane.selection + 1 < tree.rowCount else {
        return
      }
      Self.openAll(&tree, from: pane.selection + 1, source: source, limit: Self.openAllLimit)
      pane.paths = tree
    default: return
    }
    focused = pane
  }

  /// Whether the children of an object are few enough to be shown with many others.
  private func isShort(_ id: ObjectID, _ analysis: HeapAnalysis) -> Bool {
    analysis.dominators.childCount(of: id) <= 256 && !RetentionTree.isLong(id, analysis)
  }

  mutating func closeAllBelow() {
    var pane = focused
    switch pane.place {
    case .retention:
      guard let source = retentionTree, var tree = pane.retention else { return }
      if pane.selection == 0 {
        tree = FoldedTree(root: tree.root, childCount: source.childCount(of: tree.root))
      } else {
        tree.close(pane.selection)
      }
      pane.retention = tree
    case .paths:
      guard var tree = pane.paths, pane.selection + 1 < tree.rowCount else { return }
      tree.close(pane.selection + 1)
      pane.paths = tree
    default: return
    }
    scroll(&pane)
    focused = pane
  }

  mutating func moveToSibling(_ offset: Int) {
    switch focused.place {
    case .retention:
      guard let row = focused.retention?.siblingRow(of: focused.selection, offset: offset) else {
        return tellOfNoSibling(offset)
      }
      select(row)
    case .paths:
      guard let tree = focused.paths, focused.selection + 1 < tree.rowCount else { return }
      guard let row = tree.siblingRow(of: focused.selection + 1, offset: offset) else { return tellOfNoSibling(offset) }
      select(row - 1)
    default: move(offset)
    }
  }

  private mutating func tellOfNoSibling(_ offset: Int) {
    message = Message(text: offset > 0 ? "no sibling below it" : "no sibling above it", isError: false)
  }
}
