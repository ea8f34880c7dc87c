/// Marks as the text of a marks file, and back.
enum MarksText {
  /// The version of the format.
  static let version = 1
}
