import ReferenceGraph

/// A bar whose length says how large a share is, in eighths of a column.
public enum SizeBar {
  /// A bar for `share` (0 … 1) that is `width` columns long when the share is 1; no blanks at its end.
  public static func text(_ share: Double, width: Int) -> String {
    guard share > 0, width > 0 else { return "" }
    let eighths = Int((min(1, share) * Double(width * 8)).rounded())
    let parts = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"]
    return String(repeating: "█", count: eighths / 8) + parts[eighths % 8]
  }

  /// The number beside a bar, in percent: `67.3`.
  ///
  /// `100.0` takes five columns. Empty where there is no whole.
  public static func percent(_ part: UInt64, of whole: UInt64) -> String {
    whole > 0 ? Percent.text(part, of: whole) : ""
  }
}
