import GraphAnalysis
import Screen

/// Keys while a dump is being read, and where the steps of that are shown.
extension Model {
  /// How far loading has come; nil when it is done.
  var loading: LoadingState? { if case .loading(let state) = phase { state } else { nil } }

  mutating func changeLoading(_ change: (inout LoadingState) -> Void) {
    guard var state = loading else { return }
    change(&state)
    phase = .loading(state)
  }

  /// A key before there is any of the analysis.
  mutating func pressWhileReading(_ action: Action) -> [Effect] {
    if let effects = pressAtSteps(action) { return effects }
    guard let state = loading else { return [] }
    switch action {
    case .redraw: return [.redraw]
    case .suspend: return [.suspend]
    case .help: prompt = .help(top: 0)
    case .escape: break
    default:
      if let outline = state.outline, state.showsClasses, moveInClasses(action, rows: outline.classes.count) { break }
      message = Message(
        text: state.outline == nil
          ? "not yet: the dump is being read" : "not yet: 4 Classes is ready, what is retained is being worked out",
        isError: false, isOfParts: true)
    }
    return []
  }

  /// A key where the steps of loading are shown; nil when it has no other meaning there than elsewhere.
  mutating func pressAtSteps(_ action: Action) -> [Effect]? {
    guard let state = loading else { return nil }
    switch action {
    case .quit: return [.cancelLoading, .quit]
    case .close where state.showsClasses, .back where state.showsClasses, .escape where state.showsClasses:
      changeLoading { $0.showsClasses = false }
    case .escape where state.awaitedTab != nil: changeLoading { $0.awaitedTab = nil }
    case .close where !history.canGoBack: return stopLoading(asks: state.seconds > 3)
    case .cancel: return stopLoading(asks: false)
    case .view(.diff) where comparison == nil:
      message = disabledReason(.view(.diff)).map { Message(text: $0, isError: false) }
    case .view(let tab): show(whileLoading: tab)
    default: return nil
    }
    return []
  }

  /// Stops reading and analysing, and quits; a long load is not lost to one key.
  mutating func stopLoading(asks: Bool) -> [Effect] {
    if asks {
      prompt = .confirmQuit
      return []
    }
    changeLoading { $0.isCancelling = true }
    return [.cancelLoading, .quit]
  }

  /// Shows a tab if there is what it shows; another is remembered until then.
  private mutating func show(whileLoading tab: Tab) {
    let isReading = analysis == nil
    let isThere = hasTab(tab)
    changeLoading { state in
      state.showsClasses = isReading && tab == .classes && state.outline != nil
      state.awaitedTab = state.showsClasses || isThere ? nil : tab
    }
    if isThere, tab != .overview { show(tab) }
  }

  private mutating func moveInClasses(_ action: Action, rows: Int) -> Bool {
    let page = max(1, loadingPage - 1)
    guard let state = loading else { return false }
    let row: Int
    switch action {
    case .up: row = state.selection - 1
    case .down: row = state.selection + 1
    case .pageUp: row = state.selection - page
    case .pageDown: row = state.selection + page
    case .halfPageUp: row = state.selection - page / 2
    case .halfPageDown: row = state.selection + page / 2
    case .first: row = 0
    case .last: row = rows - 1
    default: return false
    }
    changeLoading { $0.selection = row }
    scrollClasses()
    return true
  }

  /// The rows of classes that are seen at once.
  var loadingPage: Int { max(1, rows - 5) }

  /// Moves the window of the classes so that the selection is seen.
  mutating func scrollClasses() {
    guard var state = loading else { return }
    let count = state.outline?.classes.count ?? 0
    state.selection = max(0, min(state.selection, count - 1))
    state.top = max(0, min(state.top, count - loadingPage))
    if state.selection < state.top { state.top = state.selection }
    if state.selection >= state.top + loadingPage { state.top = state.selection - loadingPage + 1 }
    phase = .loading(state)
  }
}
