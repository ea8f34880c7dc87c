import GraphAnalysis
import ReferenceGraph
import TextSafety

/// The words that several formats share. Every name that comes from the dump leaves here without control characters.
extension DiffReport {
  /// The names of the two files; their whole paths where the names are the same.
  var names: (before: String, after: String) {
    func name(_ path: String) -> String {
      path == "-" ? "standard input" : String(path.split(separator: "/").last ?? Substring(path))
    }
    let (before, after) = (name(diff.before.path), name(diff.after.path))
    return before == after
      ? (SafeText.line(diff.before.path), SafeText.line(diff.after.path))
      : (SafeText.line(before), SafeText.line(after))
  }

  /// `12.3 MiB reachable in 4,056 objects`.
  static func figures(_ digest: HeapDigest) -> String {
    "\(ByteCount.text(digest.reachableBytes)) reachable in \(Count.text(digest.reachableObjects, "object"))"
  }

  /// `+ 1.2 MiB in + 40 objects: 3 new, 12 grown, 1 gone`, of the whole heap, then of the rows.
  var change: String {
    let (bytes, objects) = diff.growth
    return "\(Self.signed(bytes, ByteCount.text)), \(Self.signed(Int64(objects)) { Count.text($0) }) objects: \(states)"
  }

  /// `+ 12`, `- 3`, `0`; the amount as `text` writes it.
  static func signed(_ number: Int64, _ text: (UInt64) -> String) -> String {
    let sign = number > 0 ? "+ " : number < 0 ? "- " : ""
    return sign + text(number.magnitude)
  }

  /// Bytes; `≥` before a lower bound.
  static func retained(_ amount: HeapDigest.Amount) -> String {
    (amount.isExact ? "" : "≥ ") + ByteCount.text(amount.retained)
  }

  /// Whether the growth of a row is exact: a difference of bounds is not even a bound.
  static func isExact(_ row: HeapDiff.Row) -> Bool { row.before.isExact && row.after.isExact }

  /// Growth in bytes without its sign; `≈` before what is not exact.
  static func growth(_ row: HeapDiff.Row) -> String {
    (isExact(row) ? "" : "≈ ") + ByteCount.text(row.retainedGrowth.magnitude)
  }

  /// `1 → 3 cycles`, `1 cycle`; nil for a class.
  static func cycles(_ row: HeapDiff.Row) -> String? {
    guard case .shape = row.subject else { return nil }
    let (before, after) = (row.before.cycles, row.after.cycles)
    switch row.state {
    case .new: return Count.text(after, "cycle")
    case .gone: return Count.text(before, "cycle")
    default:
      return before == after ? Count.text(after, "cycle") : "\(Count.text(before)) → \(Count.text(after, "cycle"))"
    }
  }

  /// `● a`: what people think of a shape, and the letter of the mark.
  static func mark(_ row: Row) -> String { row.mark.map { "\($0.verdict.symbol) \($0.letter.text)" } ?? "" }

  /// The sentence below the rows that says what has not changed.
  ///
  /// `11 shapes of cycles and 83 classes are as they were.`
  var same: String {
    let (shapes, classes) = diff.sameWords
    switch only {
    case nil:
      return "\(shapes) and \(classes) are as they were."
    case .cycles: return "\(shapes) \(diff.sameShapes == 1 ? "is as it was" : "are as they were")."
    case .classes: return "\(classes) \(diff.sameClasses == 1 ? "is as it was" : "are as they were")."
    }
  }

  /// How things of one dump are found in the other.
  static let matching = "Matched by the names of classes and fields: addresses move between dumps."
}
