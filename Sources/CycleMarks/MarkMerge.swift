/// Joins what two processes did to the marks of one file, each from the same base.
enum MarkMerge {
  /// All marks of `ours` and `theirs` joined, target by target.
  ///
  /// Letters of `theirs` stay, since others see them already; marks that are only ours come after them and may get
  /// other letters in a `MarkSet`.
  static func merge(base: [Mark], ours: [Mark], theirs: [Mark]) -> [Mark] {
    let base = Dictionary(base.map { ($0.target, $0) }, uniquingKeysWith: { $1 })
    let ourMarks = Dictionary(ours.map { ($0.target, $0) }, uniquingKeysWith: { $1 })
    let theirTargets = Set(theirs.map(\.target))
    var result: [Mark] = []
    for mark in theirs {
      guard var merged = merge(base: base[mark.target], ours: ourMarks[mark.target], theirs: mark) else { continue }
      merged.letter = mark.letter
      result.append(merged)
    }
    for mark in ours where !theirTargets.contains(mark.target) {
      if let merged = merge(base: base[mark.target], ours: mark, theirs: nil) { result.append(merged) }
    }
    return MarkSet(result).marks
  }

  /// Joins what became of one mark on both sides since `base`; nil where it is removed.
  ///
  /// What only one side changed is as that side has it; of two changes the newer wins; a removal loses against a
  /// change; when both wrote a note, the note holds both.
  static func merge(base: Mark?, ours: Mark?, theirs: Mark?) -> Mark? {
    if isSame(ours, theirs) || isSame(theirs, base) { return ours }
    if isSame(ours, base) { return theirs }
    guard let ours else { return theirs }
    guard let theirs else { return ours }
    let newer = theirs.changed > ours.changed ? theirs : ours
    var result = newer
    result.letter = theirs.letter
    if ours.verdict == base?.verdict {
      result.verdict = theirs.verdict
    } else if theirs.verdict == base?.verdict {
      result.verdict = ours.verdict
    }
    if ours.note == base?.note ?? "" {
      result.note = theirs.note
    } else if theirs.note == base?.note ?? "" {
      result.note = ours.note
    } else {
      result.note = both(newer.note, newer == ours ? theirs.note : ours.note)
    }
    return result
  }

  /// Letters are given out anew by each process: they are no change.
  private static func isSame(_ left: Mark?, _ right: Mark?) -> Bool {
    guard var left, let right else { return left == nil && right == nil }
    left.letter = right.letter
    return left == right
  }

  /// Both notes, one below the other, unless one holds the other already.
  private static func both(_ first: String, _ second: String) -> String {
    if first.isEmpty || lines(first, areIn: second) { return second }
    if second.isEmpty || lines(second, areIn: first) { return first }
    return first + "\n" + second
  }

  /// Whether the lines of `part` stand one after another in `whole`.
  private static func lines(_ part: String, areIn whole: String) -> Bool {
    let part = part.split(separator: "\n", omittingEmptySubsequences: false)
    let whole = whole.split(separator: "\n", omittingEmptySubsequences: false)
    guard part.count <= whole.count else { return false }
    return (0...(whole.count - part.count)).contains { whole[$0..<($0 + part.count)].elementsEqual(part) }
  }
}
