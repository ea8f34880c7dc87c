/// A key as pressed, independent of the terminal.
public enum Key: Hashable, Sendable {
  /// A character, the blank included.
  case character(Character)
  /// A letter or sign with Control; letters are upper case: `^C` is `.control("C")`.
  case control(Character)
  /// The arrows.
  case up, down, left, right
  /// The keys that move far.
  case home, end, pageUp, pageDown
  /// The keys that edit, confirm and leave.
  case enter, escape, backspace, delete, tab
  /// Tab with Shift.
  case backTab
  /// F1 to F63.
  case function(Int)
}
