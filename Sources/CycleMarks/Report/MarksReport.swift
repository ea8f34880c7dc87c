import GraphAnalysis
import ReferenceGraph

/// The marks of a dump as a text to send to somebody: a block for each mark, in the order of their letters, each
/// component in one block only.
///
/// What is needed comes first: verdict, holder, way, and cuts by group; rows with addresses come last, a few of them.
///
/// A heap holds secrets. What strings hold is left out unless `Options.values` asks for it; names of classes, fields
/// and roots, addresses and sizes are always in. Control characters are `·` in every format.
public struct MarksReport: Sendable {
  /// How the report is written.
  public enum Format: String, CaseIterable, Sendable {
    case text, markdown, json, dot, html

    /// The usual end of a file's name, without the dot.
    public var fileExtension: String {
      switch self {
      case .text: "txt"
      case .markdown: "md"
      case .json: "json"
      case .dot: "dot"
      case .html: "html"
      }
    }
  }

  /// How much a report says.
  public struct Options: Hashable, Sendable {
    /// Whether the text of strings goes in.
    public var values: Bool
    /// The most objects in a table: of members beside those of the ring, and of objects outside.
    public var tableLimit: Int
    /// The most hops of a ring or a path; of longer ones the middle is left out.
    public var hopLimit: Int
    /// The most rows with addresses that text and Markdown list of each: of a table, a path, a ring.
    public var listLimit: Int
    /// The most bytes of one string.
    public var textLimit: Int

    /// What a report leaves out where nothing else is asked for: contents of objects, and long lists beyond these
    /// limits.
    public init(
      values: Bool = false, tableLimit: Int = 40, hopLimit: Int = 100, listLimit: Int = 6, textLimit: Int = 200
    ) {
      self.listLimit = listLimit
      self.values = values
      self.tableLimit = tableLimit
      self.hopLimit = hopLimit
      self.textLimit = textLimit
    }
  }

  let analysis: HeapAnalysis
  let options: Options
  let blocks: [MarkBlock]
  /// What would be freed without the references that are cut in thought; nil when none is.
  let whatIf: WhatIf?

  /// Gathers what is to be said of `marks`; may take a while where a cycle is large.
  ///
  /// `cuts` are references that are cut in thought: what would be freed without them is worked out and said. Throws
  /// `Cancelled` when `progress` says so.
  public init(
    analysis: HeapAnalysis, marks: MarkSet, cuts: [ReferencePlace] = [], options: Options = Options(),
    progress: WorkProgress
  ) throws(Cancelled) {
    // Keys of collections are contents of the dump.
    let analysis = options.values ? analysis : analysis.naming(entries: false)
    self.analysis = analysis
    self.options = options
    if cuts.isEmpty {
      whatIf = nil
    } else {
      let freed = try analysis.whatIf(cutting: cuts, progress: WorkProgress(partOf: progress))
      whatIf = WhatIf(references: cuts, freedBytes: freed.freedBytes, freedObjects: freed.freedObjects)
    }
    blocks = try MarkBlockBuilder.blocks(of: marks, in: analysis, options: options, progress: progress)
  }

  /// The same for those who wait for it however long it takes.
  public init(
    analysis: HeapAnalysis, marks: MarkSet, cuts: [ReferencePlace] = [], options: Options = Options()
  ) {
    self = uncancelled { progress throws(Cancelled) in
      try MarksReport(analysis: analysis, marks: marks, cuts: cuts, options: options, progress: progress)
    }
  }

  /// The whole report, with a line end at the end.
  public func render(_ format: Format) -> String {
    switch format {
    case .text: text()
    case .markdown: markdown()
    case .json: json()
    case .dot: dot()
    case .html: html()
    }
  }
}
