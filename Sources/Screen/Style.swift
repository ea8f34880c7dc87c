/// The role a cell plays on screen; the terminal decides which colours and attributes that means.
///
/// A selected row is not a role: ``Frame/select(row:columns:)`` reverses a cell on top of its style.
public enum Style: UInt8, Sendable, CaseIterable {
  /// Ordinary text.
  case plain
  /// The bars at the top and the bottom of the screen.
  case title
  /// The selected item, drawn in reverse.
  case selected
  /// A member of a reference cycle (red).
  case cycle
  /// Sizes and counts (yellow or bold).
  case size
  /// The bars that show a share of the heap.
  case bar
  /// Less important text.
  case dim
  /// Verified or expected (green).
  case good
  /// Something to look at (yellow).
  case warning
  /// Marked as a suspect (red, bold).
  case suspect
  /// Headings of columns and paragraphs (bold).
  case heading
  /// Names of keys in the footer and in the help.
  case key
  /// Something that can be followed (cyan).
  case link
}
