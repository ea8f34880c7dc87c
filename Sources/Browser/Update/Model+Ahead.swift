import Screen

/// Keys typed ahead: those that act on rows wait until the rows are there, so that none is lost while work is under
/// way. Keys that lead elsewhere act at once.
extension Model {
  /// More keys are not kept: a key that is held down is not to run on for seconds.
  static let keysAheadLimit = 64

  /// Whether the rows that keys would act on are still being worked out.
  var awaitsRows: Bool {
    let pane = focused
    // The list that was there until now stays to be seen, but Enter is meant for the new one.
    if ordering?.place == pane.place { return true }
    if opening != nil, !isSecondFocused { return true }
    if case .retention = pane.place, awaitedMatch != nil, let treeQuery, found[treeQuery] == nil { return true }
    return missingRows(pane) != nil
  }

  /// Keeps a key for later if it can't act now; false when it is to act now.
  mutating func keepAhead(_ key: Key) -> Bool {
    guard analysis != nil, prompt == nil else { return false }
    let action = keyMap.action(for: key)
    if action == .escape || action == .cancel { return false }
    if keysAhead.isEmpty {
      guard let action, mustWait(action) else { return false }
    } else if !keepsOrder, let action, leads(action) {
      // What was to be done here is left with the place.
      keysAhead = []
      return false
    } else if !keepsOrder, let action, isIndependent(action) {
      return false
    }
    message = nil
    if keysAhead.count < Self.keysAheadLimit {
      keysAhead.append(key)
    } else {
      message = Message(text: "\(Self.keysAheadLimit) keys wait already; Esc drops them", isError: false)
    }
    return true
  }

  /// The next key that waited and can act now.
  mutating func nextKeyAhead() -> Key? {
    guard let key = keysAhead.first else { return nil }
    // Help may be read meanwhile.
    if case .help = prompt { return nil }
    if prompt == nil, let action = keyMap.action(for: key), mustWait(action) { return nil }
    keysAhead.removeFirst()
    return key
  }

  /// Whether an action has to wait for work that is under way.
  private func mustWait(_ action: Action) -> Bool {
    switch action {
    // A search that has more rows to look at goes on; other keys end it.
    case .nextMatch, .previousMatch: searching != nil || awaitsRows
    // Another search takes the place of the one under way.
    case .search, .filter: missingRows(focused) != nil
    // All cuts are there before one steps through them.
    case .nextCut: awaitsRows || awaitsCuts
    default: needsRows(action) && awaitsRows
    }
  }

  private var awaitsCuts: Bool { if case .cycle(let id) = focused.place { isWeighing(id) } else { false } }

  /// Whether an action is about the rows of the place, or the selected one.
  func needsRows(_ action: Action) -> Bool {
    switch action {
    case .up, .down, .pageUp, .pageDown, .halfPageUp, .halfPageDown, .first, .last, .previousSibling, .nextSibling,
      .openRow, .closeRow, .openAll, .closeAll, .follow, .paths, .inspect, .cycle, .inTree, .treemap, .export, .nextCut,
      .cutInThought, .drawing, .copy, .toggleMark, .editMark:
      true
    default: false
    }
  }

  /// Whether an action leaves the place.
  private func leads(_ action: Action) -> Bool {
    switch action {
    case .view, .back, .forward, .close, .quit: true
    default: false
    }
  }

  /// Whether it is all the same before and after the keys that wait.
  private func isIndependent(_ action: Action) -> Bool {
    switch action {
    case .help, .mouse, .redraw, .suspend: true
    default: false
    }
  }

  /// Whether a key that waits opens a prompt, so that what follows may be text, or changes something that is kept:
  /// then all that follows waits too.
  private var keepsOrder: Bool {
    keysAhead.contains { key in
      switch keyMap.action(for: key) {
      case .search, .filter, .editMark, .goTo, .jumpToMark, .saveCopy, .export, .toggleMark, .cutInThought: true
      default: false
      }
    }
  }
}
