import CycleMarks
import GraphAnalysis

/// Something being asked at the foot of the screen, or in a box above it.
public enum Prompt: Sendable {
  case search(SearchDraft)
  /// With the pane as it was, for Esc.
  case filter(TextField, before: Pane)
  case goTo(TextField)
  /// Verdict and note of a mark.
  case note(NoteDraft)
  case export(TextField, ExportChoice)
  case saveCopy(TextField)
  /// The letter of a mark is awaited.
  case jump
  case confirmQuit
  /// Whether an export may replace a file.
  case confirmReplace(path: String, ExportChoice)
  /// The help, scrolled by so many rows.
  case help(top: Int)
}

extension Model {
  /// Whether a prompt is open that text is typed into.
  public var takesText: Bool {
    switch prompt {
    case .search, .filter, .goTo, .note, .export, .saveCopy: true
    case .jump, .confirmQuit, .confirmReplace, .help, nil: false
    }
  }
}

/// A mark as it is being edited.
public struct NoteDraft: Sendable {
  /// The mark as it was, or as it would be made.
  public let mark: Mark
  /// The cycle it stands on, if that has to be looked at to complete it.
  let component: ComponentID?
  /// The verdict as chosen so far.
  public var verdict: Verdict
  /// The note as typed so far.
  public var field: TextField
  /// Whether the arrows choose the verdict; else they move in the note.
  var isOnVerdict = false
}
