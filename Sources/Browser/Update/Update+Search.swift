import GraphAnalysis
import Layout
import ReferenceGraph
import Screen

/// Searching rows, the retention tree, and the whole heap.
extension Model {
  /// A key while a text to be searched for is typed.
  mutating func answerSearch(_ key: Key, _ draft: inout SearchDraft) -> [Effect] {
    switch key {
    case .enter:
      prompt = nil
      return search(for: draft)
    case .tab, .backTab: draft.isWide.toggle()
    default: if !draft.field.take(key) { return [] }
    }
    return typed(draft)
  }

  /// Shows the first row that has what was typed so far; whatever takes longer waits for Enter.
  mutating func typed(_ draft: SearchDraft) -> [Effect] {
    prompt = .search(draft)
    putBack(draft.before)
    (treeQuery, awaitedMatch) = (nil, nil)
    let text = draft.field.text
    guard !text.isEmpty, !draft.isWide, !ObjectName.isMarked(text), !text.hasPrefix("\"") else {
      return []
    }
    if case .retention = focused.place, text.count > 1 {
      (treeQuery, awaitedMatch) = (HeapQuery(.name, text), 0)
      if found[treeQuery!] != nil {
        foundInTree(treeQuery!)
        return []
      }
    }
    guard rowCount(focused) > 0 else { return [] }
    searching = RowSearch(
      text: text, start: focused.selection, step: 1, place: focused.place, isTyping: true)
    return searchOn()
  }

  /// Enter: goes to what was typed.
  private mutating func search(for draft: SearchDraft) -> [Effect] {
    let text = draft.field.text
    guard !text.isEmpty else {
      putBack(draft.before)
      return []
    }
    searchText = text
    if let query = HeapQuery.content(text) {
      if query.text.isEmpty {
        message = Message(text: "\"text\" searches what strings hold: there is no text", isError: false)
      } else {
        go(to: .found(query))
      }
      return []
    }
    if draft.isWide, !ObjectName.isMarked(text) {
      go(to: .found(HeapQuery(.name, text)))
      return []
    }
    return find(text, from: draft.before.selection, step: 1, first: true)
  }

  /// The pane as it was before something was typed, unless it shows something else by now.
  mutating func putBack(_ before: Pane) {
    guard before.place == focused.place else { return }
    var pane = before
    pane.width = focused.width
    scroll(&pane)
    focused = pane
  }

  /// Selects the next row from `start` on, or before it, that has `text` in it; goes round at the end.
  ///
  /// `step` is 1 or -1. With `first` this begins a search: in the tree what was found while typing is kept.
  mutating func find(_ text: String, from start: Int, step: Int, first: Bool = false) -> [Effect] {
    guard !text.isEmpty else { return [] }
    if namesObject(text) {
      goTo(text)
      return []
    }
    if case .found(let query) = focused.place, query.title == text || query.text == text, rowCount(focused) > 0 {
      // Each row has been found.
      let count = rowCount(focused)
      select(((focused.selection + (first ? 0 : step)) % count + count) % count)
      return []
    }
    if let content = HeapQuery.content(text) {
      go(to: .found(content))
      return []
    }
    if case .retention = focused.place {
      let query = HeapQuery(.name, text)
      (treeQuery, awaitedMatch) = (query, first ? 0 : step)
      if found[query] != nil { foundInTree(query) }
      return []
    }
    return findRow(text, from: start, step: step)
  }

  private mutating func findRow(_ text: String, from start: Int, step: Int) -> [Effect] {
    guard rowCount(focused) > 0 else {
      message = Message(text: "there are no rows to search", isError: false)
      return []
    }
    searching = RowSearch(text: text, start: start, step: step, place: focused.place)
    return searchOn()
  }

  /// Looks at the next rows of a search.
  ///
  /// It goes on between the keys, so that a list of millions does not hold them up.
  mutating func searchOn() -> [Effect] {
    guard var search = searching else { return [] }
    searching = nil
    let pane = focused
    let scene = scene(pane)
    let count = rowCount(pane)
    guard search.place == pane.place, count > 0 else { return [] }
    let end = min(count, search.done + scene.rowsSearchedAtOnce)
    while search.done < end {
      let row = ((search.start + search.done * search.step) % count + count) % count
      search.done += 1
      guard matches(scene.text(ofRow: row), search.text) else { continue }
      select(row)
      if search.isTyping { return [] }
      let wrapped = search.step > 0 ? row < search.start : row > search.start
      let number = matchNumber(of: row, search.text, scene, count)
      message = Message(
        text: "found “\(search.text)”\(number)" + (wrapped ? ", gone round the end" : ""), isError: false)
      return []
    }
    if search.done < count {
      searching = search
      return [.searchOn]
    }
    let isLooked = treeQuery != nil
    message =
      isLooked
      ? nil
      : Message(
        text: "“\(search.text)” not found in these rows" + (search.isTyping ? ": ⇥ searches the whole heap" : ""),
        isError: true)
    return []
  }

  /// `, 3 of 12`, where the rows are few enough to look at all of them.
  private func matchNumber(of row: Int, _ text: String, _ scene: some Scene, _ count: Int) -> String {
    guard count <= scene.rowsSearchedAtOnce else { return "" }
    let found = (0..<count).filter { $0 == row || matches(scene.text(ofRow: $0), text) }
    return ", \(Count.text((found.firstIndex(of: row) ?? 0) + 1)) of \(Count.text(found.count))"
  }

  // MARK: The tree

  /// Objects of these names are known: the one that is waited for is shown.
  mutating func foundInTree(_ query: HeapQuery) {
    guard query == treeQuery, let step = awaitedMatch, let matches = found[query] else { return }
    guard case .retention = pane.place, let analysis else { return }
    awaitedMatch = nil
    let objects = matches.objects.prefix(matches.reachable)
    guard !objects.isEmpty else {
      let hidden = matches.total > 0 ? ", but in objects that no root reaches" : ""
      message = Message(text: "“\(query.text)” not found\(hidden)", isError: true)
      return
    }
    let selected = selectedObject(pane)
    let isPart = shownMatch.map { match in selected.flatMap { arrangements[$0]?.isPart(match) } ?? false } ?? false
    let current = (isPart ? shownMatch : selected).flatMap { objects.firstIndex(of: $0) }
    var index: Int
    if let current {
      index = (current + step + objects.count) % objects.count
    } else {
      index = step < 0 ? objects.count - 1 : 0
    }
    if let selected, arrangements[selected] == nil, !RetentionTree.isLong(selected, analysis) {
      arrangements[selected] = ChildArrangement(of: selected, analysis: analysis)
    }
    var passed = 0
    if step != 0, let parts = selected.flatMap({ arrangements[$0] }) {
      // Parts of the collection that is selected have no row to go to.
      while passed < objects.count, parts.isPart(objects[index]) {
        index = (index + step + objects.count) % objects.count
        passed += 1
      }
    }
    let more = matches.total > matches.objects.count ? ", the largest of \(Count.text(matches.total))" : ""
    let inside = passed > 0 ? ", past \(Count.text(passed)) inside of the collection" : ""
    let found = "\(Count.text(index + 1)) of \(Count.text(objects.count, "match", "matches"))\(more)\(inside)"
    let long = found + " · n next · N previous · Esc clears"
    message = Message(text: long.count > columns - 2 ? found + " · n N · Esc clears" : long, isError: false)
    if step == 0, current != nil { return }
    let object = objects[index]
    shownMatch = object
    let chain = Self.chain(to: object, analysis: analysis)
    if case .retention(let root) = pane.place, chain.contains(root) {
      pane.reveal = object
    } else {
      go(to: .retention(chain[0]), reveal: object)
    }
  }

}
