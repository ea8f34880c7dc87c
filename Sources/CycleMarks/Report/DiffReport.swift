import GraphAnalysis
import ReferenceGraph

/// What has changed between two dumps of a program as a text to keep or to send: a row for each shape of cycle and each
/// class that is not as it was, most growth first.
///
/// It holds names of classes, sizes and counts; nothing that objects contain. Control characters are `·` in every
/// format, in JSON `\uXXXX`.
public struct DiffReport: Sendable {
  /// How the report is written.
  public enum Format: String, CaseIterable, Sendable {
    case text, markdown, json, tsv

    /// The usual end of a file's name, without the dot.
    public var fileExtension: String {
      switch self {
      case .text: "txt"
      case .markdown: "md"
      case .json: "json"
      case .tsv: "tsv"
      }
    }
  }

  /// One kind of row, where not both are wanted.
  public enum Only: String, CaseIterable, Sendable {
    case cycles, classes
  }

  let diff: HeapDiff
  let rows: [Row]
  /// How many rows there are beyond the limit.
  let omitted: Int
  /// What became of the rows in words, those beyond the limit counted.
  let states: String
  let only: Only?
  /// How to see the rows beyond the limit.
  let advice: String?

  /// A row, and what people think of the shape.
  struct Row: Sendable {
    let row: HeapDiff.Row
    let mark: Mark?
  }

  /// A report of `diff`; with `only` of shapes of cycles or of classes alone.
  ///
  /// What `marks` say of whole shapes is said beside them. At most `limit` rows are written, the others are counted;
  /// `advice` says in the text how to see those: `--top 40 shows all`.
  public init(
    _ diff: HeapDiff, marks: MarkSet, only: Only? = nil, limit: Int = .max, advice: String? = nil
  ) {
    let rows = diff.rows.filter { row in
      switch (row.subject, only) {
      case (_, nil), (.shape, .cycles), (.type, .classes): true
      case (.shape, .classes), (.type, .cycles): false
      }
    }
    self.diff = diff
    self.only = only
    self.advice = advice
    self.rows = rows.prefix(max(0, limit)).map { row in
      guard case .shape(let key) = row.subject else { return Row(row: row, mark: nil) }
      // One that has become another shape keeps its mark.
      let mark = marks.mark(for: .shape(key)) ?? row.earlierKey.flatMap { marks.mark(for: .shape($0)) }
      return Row(row: row, mark: mark)
    }
    states = HeapDiff.words(of: rows)
    omitted = rows.count - self.rows.count
  }

  /// How many rows there are, those beyond the limit counted.
  public var rowCount: Int { rows.count + omitted }

  /// The whole report, with a line end at the end.
  public func render(_ format: Format) -> String {
    switch format {
    case .text: text()
    case .markdown: markdown()
    case .json: json()
    case .tsv: tsv()
    }
  }
}
