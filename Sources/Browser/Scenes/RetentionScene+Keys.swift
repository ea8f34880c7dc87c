import GraphAnalysis
import Layout
import ReferenceGraph

extension RetentionScene {
  static func act(_ action: Action, _ model: inout Model) -> Bool {
    switch action {
    case .openRow: openRow(&model)
    case .closeRow: closeRow(&model)
    case .openAll: openAll(&model)
    case .closeAll: closeAll(&model)
    case .previousSibling, .nextSibling:
      let offset = action == .nextSibling ? 1 : -1
      let row = model.focused.retention?.siblingRow(of: model.focused.selection, offset: offset)
      if let row { model.select(row) } else { model.tellOfNoSibling(offset) }
    default: return false
    }
    return true
  }

  /// Opens the selected row; children in great number are arranged off the screen's thread first.
  private static func openRow(_ model: inout Model) {
    var pane = model.focused
    guard let source = model.retentionTree, var tree = pane.retention else { return }
    let row = tree.row(at: pane.selection, source: source)
    guard row.hasChildren else { return }
    if row.isOpen {
      pane.selection += 1
    } else {
      if case .object(let id) = row.node, model.arrangements[id] == nil {
        guard let analysis = model.analysis else { return }
        if RetentionTree.isLong(id, analysis) {
          model.opening = id
          return
        }
        model.arrangements[id] = ChildArrangement(of: id, analysis: analysis)
      }
      tree.open(pane.selection, source: model.retentionTree!)
      pane.retention = tree
    }
    model.scroll(&pane)
    model.focused = pane
  }

  /// Folds the selected row; where it is folded goes to its parent.
  private static func closeRow(_ model: inout Model) {
    var pane = model.focused
    guard let source = model.retentionTree, var tree = pane.retention else { return }
    if tree.row(at: pane.selection, source: source).isOpen, pane.selection > 0 {
      tree.close(pane.selection)
      pane.retention = tree
    } else if let parent = tree.parentRow(of: pane.selection) {
      pane.selection = parent
    }
    model.scroll(&pane)
    model.focused = pane
  }

  private static func openAll(_ model: inout Model) {
    var pane = model.focused
    guard let analysis = model.analysis, var tree = pane.retention else { return }
    // One row after another, each arranged when it is come to; great lists stay folded.
    var row = pane.selection
    let depth = tree.row(at: row, source: model.retentionTree!).depth
    var opened = 0
    var folded = 0
    while row < tree.rowCount, opened < Model.openAllLimit, row < pane.selection + Model.openAllRows {
      let current = tree.row(at: row, source: model.retentionTree!)
      if row > pane.selection, current.depth <= depth { break }
      if current.hasChildren, !current.isOpen {
        if case .object(let id) = current.node, row == pane.selection || isShort(id, analysis) {
          if model.arrangements[id] == nil {
            if RetentionTree.isLong(id, analysis) {
              model.opening = id
              return
            }
            model.arrangements[id] = ChildArrangement(of: id, analysis: analysis)
          }
          tree.open(row, source: model.retentionTree!)
          opened += 1
        } else if case .group = current.node, row == pane.selection {
          tree.open(row, source: model.retentionTree!)
          opened += 1
        } else {
          folded += 1
        }
      }
      row += 1
    }
    pane.retention = tree
    if opened == Model.openAllLimit || row == pane.selection + Model.openAllRows {
      model.message = Model.Message(text: "opened \(Count.text(opened, "row")); L opens more", isError: false)
    } else if folded > 0 {
      let lists = Count.text(folded, "long list")
      model.message = Model.Message(
        text: "\(lists) below \(folded == 1 ? "stays" : "stay") folded: → opens one", isError: false)
    } else if opened == 0 {
      model.message = Model.Message(text: "there is nothing below it that is folded", isError: false)
    }
    model.focused = pane
  }

  /// Whether the children of an object are few enough to be shown with many others.
  private static func isShort(_ id: ObjectID, _ analysis: HeapAnalysis) -> Bool {
    analysis.dominators.childCount(of: id) <= 256 && !RetentionTree.isLong(id, analysis)
  }

  private static func closeAll(_ model: inout Model) {
    var pane = model.focused
    guard let source = model.retentionTree, var tree = pane.retention else { return }
    if pane.selection == 0 {
      tree = FoldedTree(root: tree.root, childCount: source.childCount(of: tree.root))
    } else {
      tree.close(pane.selection)
    }
    pane.retention = tree
    model.scroll(&pane)
    model.focused = pane
  }
}
