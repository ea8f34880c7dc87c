/// How many columns text takes in a terminal, and text made safe to be shown there.
///
/// An own table instead of `wcwidth`, which lags behind Unicode and depends on the locale. All functions agree with
/// what ``Frame/put(_:row:column:style:limit:)`` draws.
public enum DisplayWidth {
  /// Columns taken by one character, as drawn.
  public static func width(of character: Character) -> Int { width(of: String(character)) }

  /// Columns taken by a text, as drawn with the given glyphs.
  public static func width(of text: some StringProtocol, glyphs: GlyphSet = .unicode) -> Int {
    let string = String(text)
    if glyphs == .ascii, let replaced = GlyphSet.asciiForm(of: string, columns: .max) { return replaced.utf8.count }
    let bytes = string.utf8.span
    var width = 0
    var position = 0
    while position < bytes.count { width += Int(PackedCell.next(in: bytes, at: &position).width) }
    return width
  }

  /// The text as it is drawn, cut to `width` columns; `ellipsis` ends a text that was cut.
  public static func cut(
    _ text: String, to width: Int, ellipsis: String = "…", glyphs: GlyphSet = .unicode
  ) -> String {
    guard width > 0 else { return "" }
    let tail = glyphs == .ascii ? GlyphSet.asciiForm(of: ellipsis, columns: .max) ?? ellipsis : drawn(ellipsis)
    let tailWidth = self.width(of: tail)
    // More than `width` columns are enough to know that it does not fit.
    let source = glyphs == .ascii ? GlyphSet.asciiForm(of: text, columns: width &+ 1) ?? text : text
    let bytes = source.utf8.span
    var result = ""
    var columns = 0
    var position = 0
    var fitting: String?
    while position < bytes.count {
      let cell = PackedCell.next(in: bytes, at: &position)
      if fitting == nil && columns + Int(cell.width) > width - tailWidth { fitting = result }
      columns += Int(cell.width)
      if columns > width { return tailWidth <= width ? (fitting ?? "") + tail : fitting ?? "" }
      cell.append(to: &result)
    }
    return result
  }

  private static func drawn(_ text: String) -> String {
    let bytes = text.utf8.span
    var result = ""
    result.reserveCapacity(bytes.count)
    var position = 0
    while position < bytes.count { PackedCell.next(in: bytes, at: &position).append(to: &result) }
    return result
  }
}
