import CycleMarks
import GraphAnalysis
import Layout
import ReferenceGraph
import Screen

/// Takes one event into the model and says what is to be done outside of it.
///
/// Pure: no clock, no files, no terminal. The marks that are made bear the time `now`, in seconds since 1970.
public func update(_ model: inout Model, _ event: Event, now: Int) -> [Effect] {
  var effects = model.take(event, now: now)
  if model.analysis != nil {
    model.settle()
    while let key = model.nextKeyAhead() {
      effects += model.take(key, now: now)
      model.settle()
    }
    let missing = model.missingWork
    if missing != model.wanted {
      model.wanted = missing
      effects.append(.want(missing))
    }
  }
  return effects
}

extension Model {
  /// Makes both panes ready for what they are to show, and the walk ready for its next step.
  fileprivate mutating func settle() {
    prepare(&pane, width: hasTwoPanes ? firstPaneWidth : columns)
    refreshSecond()
    // Whether there is a second pane may have changed with what the first one shows.
    prepare(&pane, width: hasTwoPanes ? firstPaneWidth : columns)
    advanceTutor()
  }

  /// A key that acts now.
  fileprivate mutating func take(_ key: Key, now: Int) -> [Effect] {
    message = nil
    searching = nil
    return prompt == nil ? press(key, now: now) : answer(key, now: now)
  }

  mutating func take(_ event: Event, now: Int) -> [Effect] {
    switch event {
    case .key(let key): return keepAhead(key) ? [] : take(key, now: now)
    case .paste(let text): return paste(text, now: now)
    case .resize(let rows, let columns):
      (self.rows, self.columns) = (max(1, rows), max(1, columns))
      scroll(&pane)
      scrollClasses()
      return []
    case .click(let row, let column, let double): return click(row: row, column: column, double: double, now: now)
    case .wheel(let up):
      guard analysis != nil, prompt == nil else { return [] }
      for _ in 0..<3 { move(up ? -1 : 1) }
      return []
    case .progress(let report, let seconds):
      guard case .loading(var state) = phase else { return [] }
      // A step that was passed between two reports began and ended where the next one began.
      while state.stepStarts.count <= report.step { state.stepStarts.append(seconds) }
      while state.stepTotals.count <= report.step { state.stepTotals.append(0) }
      state.stepTotals[report.step] = report.total
      state.report = report
      state.seconds = seconds
      phase = .loading(state)
      return []
    case .memory(let bytes):
      changeLoading { $0.memory = bytes }
      return []
    case .read(let outline):
      let hasAnalysis = analysis != nil
      changeLoading { state in
        state.outline = outline
        guard state.awaitedTab == .classes else { return }
        if !hasAnalysis { (state.showsClasses, state.awaitedTab) = (true, nil) }
      }
      openAwaitedTab()
      return []
    case .analysed(let analysis):
      if isLoading { adopt(analysis) }
      return []
    case .loaded(let analysis, let seconds):
      adopt(analysis)
      loadSeconds = seconds
      phase = .ready
      let effects = beginComparing()
      // Who is in the middle of something has seen it where the steps are shown.
      if message != nil || prompt != nil { return effects }
      if let truncation = analysis.heap.facts.truncation {
        message = Message(text: "incomplete dump: \(truncation)", isError: true)
      } else if let warning = analysis.heap.facts.warnings.first {
        message = Message(text: warning, isError: true)
      }
      return effects
    case .workProgress(let request, let report):
      workReport = WorkReport(request: request, report: report)
      return []
    case .analysisProgress(let report):
      changing?.report = report
      return []
    case .analysisChanged(let analysis):
      // One that was stopped may still come.
      guard let changing, changing.cycles == analysis.cyclePolicy.name, changing.retaining == analysis.retaining.name
      else { return [] }
      change(to: analysis)
      return beginComparing()
    case .compareProgress(let report):
      if isComparing { comparison?.state = .reading(report) }
      return []
    case .compared(let diff, let warning):
      finishComparing(diff, warning)
      return []
    case .notCompared(let reason):
      failComparing(reason)
      return []
    case .searchOn: return searchOn()
    case .done(let request, let result): return finish(request, result, now: now)
    case .marksMerged(let merged):
      marks.adopt(merged)
      refreshMarked()
      scroll(&pane)
      return []
    case .notice(let text, let isError):
      message = Message(text: text, isError: isError)
      return []
    case .exportProgress(let report):
      exporting?.report = report
      return []
    case .pathCompleted(let path):
      if case .saveCopy = prompt { prompt = .saveCopy(TextField(path)) }
      return []
    case .exists(let path, let choice):
      exporting = nil
      prompt = .confirmReplace(path: path, choice)
      return []
    case .exported(let text, let isError):
      exporting = nil
      message = Message(text: text, isError: isError)
      return []
    case .noteEdited(let text):
      if case .note(var draft) = prompt {
        draft.field = TextField(text)
        prompt = .note(draft)
      }
      return []
    }
  }

  /// Keeps the result of work.
  private mutating func finish(_ request: WorkRequest, _ result: WorkResult, now: Int) -> [Effect] {
    switch (request, result) {
    case (.cycle(let id), .cycle(let report)):
      reports[id] = report
      refreshChoices(id)
      marking.removeAll { $0 == id }
      return completeMarks(report)
    case (.cutGroups(let id), .cutGroups(let groups)):
      keep(groups)
      if case .cut(let place) = pane.place, place.component == id { reorder() }
    case (.paths(let goal, let all), .paths(let tree)): pathTrees[PathKey(goal: goal, all: all)] = tree
    case (.whatIf, .whatIf(let new)): if new.references == cuts { whatIf = new }
    case (.search(let query), .found(let matches)):
      keep(matches, of: query)
      foundInTree(query)
    case (.contents(let id), .contents):
      if pane.place == .object(id) { reorder() }
    case (.strings(let id), .strings(let found)):
      strings[id] = found
      if pane.place == .object(id) { reorder() }
    case (.links(let links, _, _), .links(let places, let total)):
      self.links[links] = (places, total)
      if pane.place == .links(links) { reorder() }
    case (_, .arrangements(let new)):
      arrangements.merge(new) { $1 }
      if let opening, let tree = retentionTree, new[opening] != nil, var folded = pane.retention {
        self.opening = nil
        if folded.row(at: pane.selection, source: tree).node == .object(opening) {
          folded.open(pane.selection, source: tree)
          pane.retention = folded
        }
      }
    case (.instances(let index), .instances(let objects, let total)):
      instances[index] = (objects, total)
      // It may have been filtered or sorted before there was anything.
      if pane.place == .instances(index) { reorder() }
      if var other = second, other.place == .instances(index) {
        reorder(&other)
        second = other
      }
    case (_, .order(let order)): if ordering?.request == request { finishOrdering(order) }
    default: break
    }
    return []
  }

  /// Puts the rows of the first pane into their order: they were filtered or sorted before there were any.
  private mutating func reorder() {
    var own = pane
    reorder(&own)
    pane = own
  }

  /// Keeps what was found; of older searches only what is on the screen, the others are done again when they are seen.
  private mutating func keep(_ matches: HeapMatches, of query: HeapQuery) {
    if found.count >= 8 {
      found = found.filter { pane.place == .found($0.key) || second?.place == .found($0.key) }
    }
    found[query] = matches
    if pane.place == .found(query) { reorder() }
  }

  /// Goes over to an analysis under other policies: what was computed is forgotten, the place is kept where it can be.
  private mutating func change(to new: HeapAnalysis) {
    let selected = selectedObject(pane)
    let isOfTree = if case .retention = pane.place { true } else { false }
    analysis = new
    (reports, pathTrees, links, strings, arrangements, instances, found) = ([:], [:], [:], [:], [:], [:], [:])
    (history, tabPanes, second, isSecondFocused) = (NavigationHistory(), [:], nil, false)
    (opening, marking, ordering, searching, changing, wanted) = (nil, [], nil, nil, nil, [])
    (whatIf, treeQuery, workReport, keysAhead) = (nil, nil, nil, [])
    (cutGroups, choices, unweighed) = ([:], [:], [])
    // What was typed belongs to rows that are gone.
    switch prompt {
    case .search, .filter: prompt = nil
    default: break
    }
    pane = scene(pane).paneUnderOtherPolicies
    if let selected, isOfTree, analysis!.dominators.isReachable(selected) {
      // Below other dominators it may stand elsewhere.
      let chain = Self.chain(to: selected, analysis: analysis!)
      pane = Pane(.retention(chain[0]))
      pane.reveal = selected
    }
    refreshMarked()
    message = Message(
      text: "counting \(new.retaining.name) references for what is kept, \(new.cyclePolicy.name) for cycles",
      isError: false)
  }

  // MARK: Places

  /// Goes to a place; where one was is kept for the way back.
  mutating func go(to place: Place, reveal: ObjectID? = nil) {
    guard place != pane.place || reveal != nil else { return }
    history.push(pane)
    keepTab()
    pane = tabPane(place) ?? Pane(place)
    pane.reveal = reveal
    isSecondFocused = false
  }

  /// Remembers how a tab was left; places that are opened from it are not the tab.
  private mutating func keepTab() {
    if scene(pane).isKept, let tab = pane.place.tab { tabPanes[tab] = pane }
  }

  /// A tab as it was left.
  private func tabPane(_ place: Place) -> Pane? {
    place.tab.flatMap { tabPanes[$0] }.flatMap { $0.place == place ? $0 : nil }
  }

  /// Goes to a tab, to where it was left.
  mutating func show(_ tab: Tab) {
    let place = tab.place
    guard pane.place != place else { return }
    history.push(pane)
    keepTab()
    pane = tabPane(place) ?? Pane(place)
    isSecondFocused = false
  }

  /// Moves the selection by so many rows.
  mutating func move(_ rows: Int) {
    var pane = focused
    let count = rowCount(pane)
    guard count > 0 else { return }
    let (sum, overflow) = pane.selection.addingReportingOverflow(rows)
    pane.selection = max(0, min(overflow ? count - 1 : sum, count - 1))
    scroll(&pane)
    focused = pane
  }

  mutating func select(_ row: Int) {
    var pane = focused
    pane.selection = row
    scroll(&pane)
    focused = pane
  }
}
