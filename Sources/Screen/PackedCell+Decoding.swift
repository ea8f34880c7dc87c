/// From text to cells: the one place where characters of a dump become something a terminal may be sent.
extension PackedCell {
  /// Shown instead of a character that must not reach a terminal.
  static let inert = PackedCell(base: 0xB7, width: 1)

  /// Reads one cell from UTF-8 and moves `position` behind it.
  ///
  /// The first scalar decides: combining marks after it join the cell (two at most, more are dropped), variation
  /// selectors, skin tones and joiners are dropped: joined pictures are shown one beside the other, because terminals
  /// disagree on how wide one made of several is. Control characters, bidirectional controls and everything else that is
  /// invisible show as `·`; regional indicators show as letters.
  static func next(in bytes: borrowing Span<UInt8>, at position: inout Int) -> PackedCell {
    let first = bytes[position]
    if first < 0x80 {
      position += 1
      if first < 0x20 || first == 0x7F { return inert }
      var cell = PackedCell(base: UInt32(first), width: 1)
      if position < bytes.count && bytes[position] >= 0x80 { cell.absorbMarks(in: bytes, at: &position) }
      return cell
    }
    let scalar = decode(bytes, at: &position)
    var cell = lone(scalar)
    if cell != inert && position < bytes.count && bytes[position] >= 0x80 {
      cell.absorbMarks(in: bytes, at: &position)
    }
    return cell
  }

  /// The cell for a scalar beyond ASCII that begins a text.
  private static func lone(_ scalar: UInt32) -> PackedCell {
    switch DisplayWidth.kind(of: scalar) {
    case .inert, .joiner, .selector: return inert
    case .narrow: return PackedCell(base: scalar, width: 1)
    case .wide: return PackedCell(base: scalar, width: 2)
    case .space: return blank
    case .regionalIndicator: return PackedCell(base: scalar - 0x1F1E6 + 0x41, width: 1)
    case .mark:  // Nothing to stand on: a dotted circle, as in code charts.
      var cell = PackedCell(base: 0x25CC, width: 1)
      cell.firstMark = scalar
      return cell
    }
  }

  /// Takes the scalars that belong to this cell: marks, and what an emoji is joined with.
  private mutating func absorbMarks(in bytes: borrowing Span<UInt8>, at position: inout Int) {
    while position < bytes.count && bytes[position] >= 0x80 {
      var after = position
      let scalar = Self.decode(bytes, at: &after)
      switch DisplayWidth.kind(of: scalar) {
      case .mark:
        if firstMark == 0 { firstMark = scalar } else if secondMark == 0 { secondMark = scalar }
      case .selector, .joiner: break
      case .wide where isPicture && (0x1F3FB...0x1F3FF).contains(scalar): break  // skin tones
      default: return
      }
      position = after
    }
  }

  private var isPicture: Bool { DisplayWidth.isPicture(base) }

  /// Decodes one scalar; strings of Swift are valid UTF-8, so lengths need no second look.
  private static func decode(_ bytes: borrowing Span<UInt8>, at position: inout Int) -> UInt32 {
    let first = UInt32(bytes[position])
    let length = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4
    var scalar = length == 1 ? first : first & (0x7F >> UInt32(length))
    for offset in 1..<max(length, 1) { scalar = scalar << 6 | UInt32(bytes[position + offset]) & 0x3F }
    position += length
    return scalar
  }
}
