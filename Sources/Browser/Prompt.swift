import CycleMarks

/// Something being asked at the foot of the screen, or in a box above it.
public enum Prompt: Sendable {
  case search(TextField)
  case filter(TextField)
  case goTo(TextField)
  /// Verdict and note of a mark.
  case note(NoteDraft)
  case export(TextField, MarksReport.Format)
  case saveCopy(TextField)
  /// The letter of a mark is awaited.
  case jump
  case confirmQuit
  /// The help, scrolled by so many rows.
  case help(top: Int)
}

/// A mark as it is being edited.
public struct NoteDraft: Sendable {
  public let target: MarkTarget
  public let title: String
  public var verdict: Verdict
  public var field: TextField
}
