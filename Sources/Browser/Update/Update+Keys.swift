import CycleMarks
import GraphAnalysis
import Layout
import ReferenceGraph
import Screen
import TextSafety

extension Model {
  /// A key where no prompt is open.
  mutating func press(_ key: Key, now: Int) -> [Effect] {
    guard let action = keyMap.action(for: key) else {
      message = Message(text: "\(key.name) has no meaning here; ? shows the keys", isError: false)
      return []
    }
    guard analysis != nil else { return pressWhileReading(action) }
    if showsSteps, let effects = pressAtSteps(action) { return effects }
    if let reason = notYetReason(action) {
      message = Message(text: reason, isError: false, isOfParts: true)
      return []
    }
    if let reason = disabledReason(action) {
      message = Message(text: reason, isError: false)
      return []
    }
    return act(action, now: now)
  }

  private mutating func act(_ action: Action, now: Int) -> [Effect] {
    let screen = type(of: scene(focused))
    if screen.act(action, &self) { return [] }
    switch action {
    case .follow where focused.place == .diff:
      if case .failed = comparison?.state { return beginComparing() }
      follow()
    case .up: move(-1)
    case .down: move(1)
    case .pageUp: move(-max(1, pageHeight(focused) - 1))
    case .pageDown: move(max(1, pageHeight(focused) - 1))
    case .halfPageUp: move(-max(1, pageHeight(focused) / 2))
    case .halfPageDown: move(max(1, pageHeight(focused) / 2))
    case .first: select(0)
    case .last: select(rowCount(focused) - 1)
    case .previousSibling: move(-1)
    case .nextSibling: move(1)
    case .openRow, .follow: follow()
    case .closeRow: if let previous = history.back(from: pane) { pane = previous }
    // Only trees open and close, in their screens.
    case .openAll, .closeAll: break
    case .view(let tab): show(tab)
    case .back:
      if let previous = history.back(from: pane) { pane = previous }
      isSecondFocused = false
    case .forward:
      if let next = history.forward(from: pane) { pane = next }
      isSecondFocused = false
    case .nextPane, .previousPane: if hasTwoPanes { isSecondFocused.toggle() }
    case .paths: if let goal = pathGoal(focused) { go(to: .paths(goal)) }
    case .inspect: if let object = selectedObject(focused) { go(to: .object(object)) }
    case .cycle:
      if let object = selectedObject(focused), let component = analysis!.components.component(of: object) {
        go(to: .cycle(component))
      }
    case .inTree:
      if let object = selectedObject(focused) { showInTree(object) }
    case .treemap: showTreemap()
    case .goTo: prompt = .goTo(TextField())
    case .search: prompt = .search(SearchDraft(before: focused))
    case .nextMatch: return find(searchText, from: focused.selection + 1, step: 1)
    case .previousMatch: return find(searchText, from: focused.selection - 1, step: -1)
    case .filter: prompt = .filter(TextField(focused.filter), before: focused)
    case .escape: return escape()
    case .sort: sort(reversing: false)
    case .reverseSort: sort(reversing: true)
    case .sizeColumns:
      sizeColumns = SizeColumns(rawValue: (sizeColumns.rawValue + 1) % SizeColumns.allCases.count)!
      let shown = ["bytes, percent and bars", "bytes and percent", "bytes"][sizeColumns.rawValue]
      message = Message(text: "sizes as \(shown)", isError: false)
    case .zoom:
      isZoomed.toggle()
      isSecondFocused = false
    case .policy: return switchPolicy()
    case .entries: switchEntries()
    case .cutInThought: toggleCut()
    case .restoreCuts: restoreCuts()
    // Only a cycle has cuts and drawings, in its screen.
    case .nextCut, .drawing: break
    case .toggleMark: return toggleMark(now: now)
    case .editMark: editMark(now: now)
    case .jumpToMark: prompt = .jump
    case .saveCopy: prompt = .saveCopy(TextField(marksPath + ".copy"))
    case .export: if let first = exportChoices(focused).first { prompt = .export(TextField(exportPath(first)), first) }
    case .undo, .redo: return undo(redo: action == .redo)
    case .copy: return copy()
    case .mouse:
      isMouseOn.toggle()
      message = Message(
        text: isMouseOn ? "mouse on: click selects, twice opens; M gives it back to the terminal" : "mouse off",
        isError: false)
      return [.mouse(isMouseOn)]
    case .redraw: return [.redraw]
    case .cancel:
      return cancelWork()
    case .suspend: return [.suspend]
    case .help: prompt = .help(top: 0)
    case .close: return close()
    case .quit: return isLoading ? [.cancelLoading, .quit] : [.quit]
    }
    return []
  }

  /// Goes to what the selected row stands for.
  mutating func follow() {
    guard analysis != nil else { return }
    let scene = scene(focused)
    guard focused.selection < scene.rowCount else { return }
    let screen = type(of: scene)
    switch scene.target(ofRow: focused.selection) {
    case .place(let place): go(to: place)
    case .inTree(let object): showInTree(object)
    case .unfold: _ = screen.act(.openRow, &self)
    case .smallSuspects: showsSmallSuspects = true
    case .nowhere(let reason): message = Message(text: reason, isError: false)
    case nil: break
    }
  }

  /// Shows an object in the retention tree; below its nearest dominators when it lies very deep.
  mutating func showInTree(_ object: ObjectID) {
    guard let analysis else { return }
    guard analysis.dominators.isReachable(object) else {
      message = Message(text: "no root reaches it, so it is not in the retention tree", isError: false)
      return
    }
    let chain = Self.chain(to: object, analysis: analysis)
    go(to: .retention(chain[0]), reveal: object)
  }

  /// The next list of the inspector.
  mutating func changeTab(_ step: Int) {
    let count = ObjectTab.allCases.count
    pane.tab = ObjectTab(rawValue: (pane.tab.rawValue + step + count) % count)!
    (pane.filter, pane.order, ordering) = ("", nil, nil)
    select(0)
  }

  /// Back from a place that was opened, or out of the program.
  private mutating func close() -> [Effect] {
    if let previous = history.back(from: pane) {
      pane = previous
      isSecondFocused = false
      return []
    }
    if let loading { return stopLoading(asks: loading.seconds > 3) }
    if loadSeconds > 3 {
      prompt = .confirmQuit
      return []
    }
    return [.quit]
  }

  /// Drops what was typed ahead and stops what it waits for; else clears search and filter.
  private mutating func escape() -> [Effect] {
    if !keysAhead.isEmpty || awaitsRows { return cancelWork() }
    clear()
    return []
  }

  private mutating func clear() {
    if searchText.isEmpty, focused.filter.isEmpty, tutor?.isFinished != true {
      message = Message(text: "there is no search and no filter to clear", isError: false)
    }
    searchText = ""
    if tutor?.isFinished == true { tutor = nil }
    (treeQuery, awaitedMatch) = (nil, nil)
    if !focused.filter.isEmpty {
      var pane = focused
      pane.filter = ""
      reorder(&pane)
      focused = pane
    }
  }

  private mutating func sort(reversing: Bool) {
    var pane = focused
    let columns = scene(pane).sortColumns
    guard let first = columns.first else { return }
    if reversing {
      pane.reversed.toggle()
    } else {
      let current = columns.firstIndex(of: pane.sort ?? first)!
      pane.sort = columns[(current + 1) % columns.count]
    }
    reorder(&pane)
    focused = pane
  }

  /// Other references count: steps through the policies that the format has, in the retention tree for what is kept
  /// alive, elsewhere for cycles.
  private mutating func switchPolicy() -> [Effect] {
    guard let analysis else { return [] }
    let scene = scene(focused)
    let isOfTree = scene.isOfRetained
    let names = policies(for: scene).map(\.name)
    let now = isOfTree ? analysis.retaining.name : analysis.cyclePolicy.name
    // One that was named on the command line may be none of these.
    let next = names.firstIndex(of: now).map { names[($0 + 1) % names.count] } ?? names.first
    guard let next, next != now else { return [] }
    let change = PolicyChange(
      retaining: isOfTree ? next : analysis.retaining.name, cycles: isOfTree ? analysis.cyclePolicy.name : next,
      words: isOfTree ? "finding what \(next) references keep" : "finding cycles by \(next) references")
    changing = change
    return [.analyse(retaining: change.retaining, cycles: change.cycles)]
  }

  /// The policies that one can go round in on a screen: those for what is kept, or all for what makes a cycle.
  func policies(for scene: some Scene) -> [ReferencePolicy] {
    guard let facts = analysis?.heap.facts else { return [] }
    return scene.isOfRetained ? facts.retainingPolicies : facts.policies
  }

  /// Entries of collections by their keys, or as they lie in memory.
  ///
  /// Paths are searched anew.
  private mutating func switchEntries() {
    guard let known = analysis else { return }
    let named = !known.heap.namesEntries
    let selected = selectedObject(pane)
    analysis = known.naming(entries: named)
    (pathTrees, arrangements, opening) = ([:], [:], nil)
    pane.forgetRows()
    second?.forgetRows()
    history.forgetRows()
    for tab in tabPanes.keys { tabPanes[tab]!.forgetRows() }
    if case .retention = pane.place { pane.reveal = selected.flatMap { known.dominators.isReachable($0) ? $0 : nil } }
    scroll(&pane)
    message = Message(
      text: named ? "entries of collections by their keys" : "collections as they lie in memory", isError: false)
  }

  /// Stops what is under way: the search, the change of policies, or the work that a place waits for, which is left.
  private mutating func cancelWork() -> [Effect] {
    keysAhead = []
    if searching != nil {
      searching = nil
      message = Message(text: "search stopped", isError: false)
      return []
    }
    if changing != nil {
      changing = nil
      message = Message(text: "stopped: the policies stay as they were", isError: false)
      return [.cancelAnalysis]
    }
    if exporting != nil { return [.cancelExport] }
    if isComparing, pane.place == .diff || wanted.isEmpty {
      comparison?.state = .failed("stopped")
      message = Message(text: "stopped: nothing is compared; Enter in 6 Diff tries again", isError: false)
      return [.cancelComparing]
    }
    if let treeQuery, found[treeQuery] == nil {
      (self.treeQuery, awaitedMatch) = (nil, nil)
      message = Message(text: "search stopped", isError: false)
      return []
    }
    if let ordering {
      self.ordering = nil
      for isFirst in [true, false] {
        guard var pane = isFirst ? pane : second, pane.place == ordering.place else { continue }
        (pane.filter, pane.sort, pane.reversed) = ("", nil, false)
        reorder(&pane)
        if isFirst { self.pane = pane } else { second = pane }
      }
      return stopped()
    }
    if !cuts.isEmpty, whatIf?.references != cuts, !isCountingStopped {
      isCountingStopped = true
      message = Message(text: "stopped: what the cuts free is not counted", isError: false)
      return []
    }
    guard !wanted.isEmpty else {
      // What is under way then is the analysis itself.
      if let loading { return stopLoading(asks: loading.seconds > 3) }
      message = Message(text: "nothing is under way; Q quits", isError: false)
      return []
    }
    if case .cutGroups(let id) = wanted.first, case .cycle = pane.place {
      unweighed.insert(id)
      message = Message(text: "stopped: what groups of references free is not weighed", isError: false)
      return []
    }
    opening = nil
    marking = []
    pane.reveal = nil
    // What only the second pane waits for goes with it.
    if missingWork.isEmpty { return stopped() }
    if hasTwoPanes, isMissingInSecondOnly {
      isZoomed = true
      return stopped()
    }
    if let previous = history.back(from: pane) { pane = previous } else { pane = Pane(.overview) }
    return stopped()
  }

  private mutating func stopped() -> [Effect] {
    message = Message(text: "stopped", isError: false)
    return []
  }

  private var isMissingInSecondOnly: Bool {
    var copy = self
    copy.isZoomed = true
    return copy.missingWork.isEmpty
  }

  /// The drawing of a cycle that comes after the one that is shown; a ring only where it has room.
  func nextDrawing(_ pane: Pane, _ step: Int = 1) -> CycleDrawing {
    var next = pane
    next.drawing = effectiveDrawing(pane)
    repeat {
      next.drawing = CycleDrawing(rawValue: (next.drawing.rawValue + step + 3) % 3)!
    } while effectiveDrawing(next) != next.drawing
    return next.drawing
  }

  private func copy() -> [Effect] {
    guard let analysis else { return [] }
    let pane = focused
    if case .paths(.object(let id)) = pane.place {
      let lines = analysis.path(to: id).prefix(1000).map { place in
        SafeText.line(
          "\(analysis.heap.fieldName(of: place)) → \(analysis.heap.label(of: analysis.graph.target(of: place)))")
      }
      return [.copy(lines.joined(separator: "\n"))]
    }
    guard let object = selectedObject(pane) else { return [] }
    return [.copy(SafeText.line(analysis.heap.label(of: object)))]
  }
}
