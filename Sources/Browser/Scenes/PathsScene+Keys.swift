import GraphAnalysis
import Layout

extension PathsScene {
  static func act(_ action: Action, _ model: inout Model) -> Bool {
    switch action {
    case .openRow: openRow(&model)
    case .closeRow: closeRow(&model)
    case .openAll: openAll(&model)
    case .closeAll: closeAll(&model)
    case .previousSibling: moveToSibling(-1, &model)
    case .nextSibling: moveToSibling(1, &model)
    case .policy: switchReferences(&model)
    default: return false
    }
    return true
  }

  /// The paths that the focused pane shows, as far as they are unfolded, if a row of them is selected.
  private static func tree(_ model: Model) -> (source: PathTree, folded: FoldedTree<Int>)? {
    let pane = model.focused
    guard case .paths(let goal) = pane.place, let source = model.pathTree(goal, pane), let tree = pane.paths,
      pane.selection + 1 < tree.rowCount
    else { return nil }
    return (source, tree)
  }

  private static func openRow(_ model: inout Model) {
    var pane = model.focused
    guard let (source, folded) = tree(model) else { return }
    var tree = folded
    let row = tree.row(at: pane.selection + 1, source: source)
    if let earlier = source.nodes[row.node].repeats {
      // To where the way goes on.
      if let first = (0..<min(tree.rowCount, Model.openAllRows)).first(where: {
        tree.row(at: $0, source: source).node == earlier
      }) {
        pane.selection = first - 1
        model.scroll(&pane)
        model.focused = pane
      }
      return
    }
    guard row.hasChildren else { return }
    if row.isOpen { pane.selection += 1 } else { tree.open(pane.selection + 1, source: source) }
    pane.paths = tree
    model.scroll(&pane)
    model.focused = pane
  }

  private static func closeRow(_ model: inout Model) {
    var pane = model.focused
    guard let (source, folded) = tree(model) else { return }
    var tree = folded
    if tree.row(at: pane.selection + 1, source: source).isOpen {
      tree.close(pane.selection + 1)
      pane.paths = tree
    } else if let parent = tree.parentRow(of: pane.selection + 1), parent > 0 {
      pane.selection = parent - 1
    }
    model.scroll(&pane)
    model.focused = pane
  }

  private static func openAll(_ model: inout Model) {
    guard let (source, folded) = tree(model) else { return }
    var tree = folded
    Model.openAll(&tree, from: model.focused.selection + 1, source: source, limit: Model.openAllLimit)
    model.focused.paths = tree
  }

  private static func closeAll(_ model: inout Model) {
    var pane = model.focused
    guard var tree = pane.paths, pane.selection + 1 < tree.rowCount else { return }
    tree.close(pane.selection + 1)
    pane.paths = tree
    model.scroll(&pane)
    model.focused = pane
  }

  private static func moveToSibling(_ offset: Int, _ model: inout Model) {
    let pane = model.focused
    guard let tree = pane.paths, pane.selection + 1 < tree.rowCount else { return }
    let row = tree.siblingRow(of: pane.selection + 1, offset: offset)
    if let row { model.select(row - 1) } else { model.tellOfNoSibling(offset) }
  }

  /// Shows the paths through all references, or again through those that count.
  private static func switchReferences(_ model: inout Model) {
    var pane = model.focused
    pane.showsAll.toggle()
    (pane.paths, pane.selection) = (nil, 0)
    model.focused = pane
    model.message = Model.Message(
      text: pane.showsAll
        ? "all paths, those through references that do not count too" : "paths through references that count",
      isError: false)
  }
}
