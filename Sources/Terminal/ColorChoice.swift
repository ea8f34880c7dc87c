/// Whether a terminal is drawn in colours.
public enum ColorChoice: String, Sendable, CaseIterable {
  /// Colours if the terminal has them and `NO_COLOR` is not set (or empty).
  case auto
  /// Bold, reverse and underlined only.
  case never
  /// Colours if the terminal has them, whatever `NO_COLOR` says.
  case always
}
