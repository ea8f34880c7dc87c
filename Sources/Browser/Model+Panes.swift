import GraphAnalysis
import Layout
import ReferenceGraph

extension Model {
  /// The rows of a pane that are seen at once.
  func pageHeight(_ pane: Pane) -> Int { max(1, bodyHeight - headerHeight(pane) - footerHeight(pane)) }

  /// The rows below the list of a pane: reasons, cuts, the mark in full.
  func footerHeight(_ pane: Pane) -> Int {
    switch pane.place {
    case .overview: reasonHeight
    case .marks: marks.isEmpty ? 0 : marksFooterHeight
    case .cycle(let id):
      switch effectiveDrawing(pane) {
      case .ring: 0
      case .matrix, .list: reports[id].map { cycleFooterHeight($0, pane) } ?? 0
      }
    case .object(let id): companionHeight(of: id, pane)
    case .cycles, .shape: cyclesFooterHeight
    case .classes: classesFooterHeight
    case .diff: diffFooterHeight
    default: 0
    }
  }

  /// The rows above the first row of a pane: column titles, facts, drawings.
  func headerHeight(_ pane: Pane) -> Int {
    switch pane.place {
    case .overview: overviewHeaderHeight(max(Self.minimumColumns / 2, pane.width))
    case .cycles, .shape, .retention, .treemap, .classes, .instances, .found, .marks: 1
    case .paths, .links, .cut: 2
    case .diff: diffHeaderHeight
    case .object: objectHeaderHeight
    case .cycle(let id):
      switch effectiveDrawing(pane) {
      case .ring: bodyHeight - 1
      case .matrix, .list: reports[id].map { cycleHeaderHeight($0, pane) } ?? 1
      }
    }
  }

  /// Moves the window of a pane so that its selection is seen.
  func scroll(_ pane: inout Pane) {
    let count = rowCount(pane)
    pane.selection = max(0, min(pane.selection, count - 1))
    if case .cycle = pane.place, effectiveDrawing(pane) == .ring {
      pane.top = 0
      return
    }
    if case .treemap = pane.place {
      pane.top = 0
      return
    }
    let page = pageHeight(pane)
    pane.top = max(0, min(pane.top, max(0, count - page)))
    if pane.selection < pane.top { pane.top = pane.selection }
    if pane.selection >= pane.top + page { pane.top = pane.selection - page + 1 }
  }

  /// Makes a pane ready for its place: trees get their first rows as soon as there is what they need.
  func prepare(_ pane: inout Pane, width: Int) {
    guard let analysis else { return }
    pane.width = width
    switch pane.place {
    case .retention(let root):
      if pane.retention == nil, let arrangement = arrangements[root] {
        pane.retention = FoldedTree(root: .object(root), childCount: arrangement.entries.count)
      }
      if let object = pane.reveal { reveal(object, in: &pane, analysis: analysis) }
    case .treemap:
      if let object = pane.reveal, let content = treemap(pane) {
        pane.selection = treemapPosition(of: object, content)
        pane.reveal = nil
      }
    case .paths(let target):
      if pane.paths == nil, let tree = pathTree(target, pane) {
        var folded = FoldedTree(root: 0, childCount: tree.childCount(of: 0))
        Self.openAll(&folded, from: 0, source: tree, limit: Self.openAllLimit)
        pane.paths = folded
      }
    default: break
    }
    scroll(&pane)
  }

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

  /// Unfolds the tree down to an object and selects it, if all that is on the way has been arranged.
  private func reveal(_ object: ObjectID, in pane: inout Pane, analysis: HeapAnalysis) {
    guard var tree = pane.retention, case .object(let root) = tree.root, let source = retentionTree else { return }
    var chain = Self.chain(to: object, analysis: analysis)
    guard let start = chain.firstIndex(of: root) else { return }
    chain.removeFirst(start + 1)
    guard chain.dropLast().allSatisfy({ arrangements[$0] != nil }), arrangements[root] != nil else { return }
    var row = 0
    var parent = root
    for id in chain {
      // A part of a collection has no row: what comes below it stands below the collection.
      if arrangements[parent]?.isPart(id) == true { continue }
      guard let position = source.position(of: id, under: parent) else { return }
      tree.open(row, source: source)
      guard var next = tree.childRow(of: row, at: position.entry) else { return }
      if let member = position.member {
        tree.open(next, source: source)
        guard let inner = tree.childRow(of: next, at: member) else { return }
        next = inner
      }
      row = next
      parent = id
    }
    pane.retention = tree
    pane.reveal = nil
    pane.selection = row
    pane.top = max(0, row - pageHeight(pane) / 2)
  }

  /// The work that panes need and that has not been done.
  var missingWork: [WorkRequest] {
    guard analysis != nil else { return [] }
    var work: [WorkRequest] = []
    if let ordering { work.append(ordering.request) }
    if !cuts.isEmpty, whatIf?.references != cuts, !isCountingStopped { work.append(.whatIf(cuts)) }
    if case .retention = pane.place, let treeQuery, found[treeQuery] == nil { work.append(.search(treeQuery)) }
    for pane in [pane] + (hasTwoPanes ? [second!] : []) {
      if let request = missingRows(pane) { work.append(request) }
    }
    for pane in [pane] + (hasTwoPanes ? [second!] : []) {
      if case .cycle(let id) = pane.place, reports[id] != nil, isWeighing(id) { work.append(.cutGroups(id)) }
    }
    if let opening, arrangements[opening] == nil { work.append(.arrange(opening)) }
    for id in marking where reports[id] == nil { work.append(.cycle(id)) }
    return work
  }

  /// The work that the rows of a pane come from, when it has not been done.
  func missingRows(_ pane: Pane) -> WorkRequest? {
    switch pane.place {
    case .cycle(let id): return reports[id] == nil ? .cycle(id) : nil
    case .object(let id):
      switch pane.tab {
      case .strings: return strings[id] == nil ? .strings(id) : nil
      case .fields: return analysis?.heap.hasValuesAtHand(of: id) == false ? .contents(id) : nil
      case .referrers, .dominated, .allocation: return nil
      }
    case .paths(let goal): return pathTree(goal, pane) == nil ? .paths(goal, all: pane.showsAll) : nil
    case .links(let links):
      guard let rows = reports[links.component]?.matrix.rows else { return .cycle(links.component) }
      if self.links[links] != nil { return nil }
      return .links(links, source: rows[links.source].classIndex, target: links.target.map { rows[$0].classIndex })
    case .cut(let place):
      if reports[place.component] == nil { return .cycle(place.component) }
      if case .group = place.choice, cutGroups[place.component] == nil { return .cutGroups(place.component) }
      return nil
    case .instances(let index): return instances[index] == nil ? .instances(classIndex: index) : nil
    case .found(let query): return found[query] == nil ? .search(query) : nil
    case .retention(let root):
      if let object = pane.reveal { return .reveal(object) }
      return arrangements[root] == nil ? .arrange(root) : nil
    case .treemap(let node, _): return arrangements[arranged(node)] == nil ? .arrange(arranged(node)) : nil
    default: return nil
    }
  }

  /// What the second pane shows beside the first one's selection.
  func companion(of pane: Pane) -> Place? {
    guard let analysis, rowCount(pane) > 0, pane.selection < rowCount(pane) else { return nil }
    switch pane.place {
    case .overview:
      guard let suspect = suspect(ofRow: pane.selection, pane) else { return nil }
      return suspect.component.map { .cycle($0) } ?? suspect.object.map { .object($0) }
    case .cycles:
      return analysis.shapes[index(ofRow: pane.selection, pane)].components.first.map { .cycle($0) }
    case .shape: return component(ofRow: pane.selection, pane).map { .cycle($0) }
    case .cycle, .links, .cut, .retention, .treemap, .paths, .instances, .found:
      return selectedObject(pane).map { .object($0) }
    case .object(let id):
      return selectedObject(pane).flatMap { $0 == id ? nil : .object($0) } ?? .paths(.object(id))
    case .classes: return .instances(classIndex(ofRow: pane.selection, pane))
    case .diff:
      guard let row = diffRow(pane.selection, pane), let index = row.index else { return nil }
      if case .type = row.subject { return .instances(index) }
      return analysis.shapes[index].components.first.map { .cycle($0) }
    case .marks: return place(of: marks.marks[index(ofRow: pane.selection, pane)])
    }
  }

  /// Derives the second pane anew when the first one's selection leads elsewhere.
  mutating func refreshSecond() {
    guard columns >= 120, !isZoomed, let place = companion(of: pane) else {
      second = nil
      isSecondFocused = false
      return
    }
    if second?.place != place {
      var new = Pane(place)
      // Who looks at referrers, or at matrices, goes on doing so.
      if let old = second { (new.tab, new.drawing) = (old.tab, old.drawing) }
      new.isCompanion = true
      second = new
      isSecondFocused = false
    }
    prepare(&second!, width: columns - firstPaneWidth - 1)
  }
}
