import CycleMarks
import GraphAnalysis
import Layout
import ReferenceGraph
import Screen

/// What is to be written, and how.
public struct ExportChoice: Hashable, Sendable {
  /// What an export is of.
  public enum Subject: Hashable, Sendable {
    /// The marked cycles, and the cuts in thought.
    case marks
    /// What an object keeps alive: the retention tree below it.
    case subtree(ObjectID)
    /// What has changed since an earlier dump.
    case diff
  }

  /// What it is written as: a report of refwalk's, or a picture that Graphviz draws of the one as DOT.
  public enum Format: String, CaseIterable, Sendable {
    case text, markdown, html, json, dot, svg, png

    /// The usual end of a file's name, without the dot.
    public var fileExtension: String { isPicture ? rawValue : report.fileExtension }

    /// Whether Graphviz has to draw it.
    public var isPicture: Bool { self == .svg || self == .png }

    /// The form that refwalk itself writes: for a picture its description.
    public var report: MarksReport.Format { MarksReport.Format(rawValue: rawValue) ?? .dot }

    /// Those that a comparison can be written in.
    static let ofDiff = [text, markdown, json]
  }

  /// What is written.
  public var subject: Subject
  /// What it is written as.
  public var format: Format
  /// Of a subtree the least size of an object that is shown by itself, in thousandths of what the subtree retains.
  public var least = Self.leastSteps[3]

  /// The least sizes one can choose from.
  static let leastSteps = [1, 2, 5, 10, 20, 50, 100]

  /// A choice with the least size that the box for exports begins with.
  public init(subject: Subject, format: Format) {
    self.subject = subject
    self.format = format
  }

  /// The least size in bytes.
  public func leastBytes(_ analysis: HeapAnalysis) -> UInt64 {
    guard case .subtree(let id) = subject else { return 0 }
    return max(1, analysis.dominators.retainedSize(of: id) / 1000 * UInt64(least))
  }

  /// The text of it, or the description of the picture.
  ///
  /// References in `cuts` are cut in thought and said beside the marks; `diff` is what has changed since an earlier
  /// dump, if that is what is written. Throws `Cancelled` when `progress` says so.
  public func text(
    _ analysis: HeapAnalysis, marks: MarkSet, cuts: [ReferencePlace], diff: HeapDiff?, progress: WorkProgress
  ) throws(Cancelled) -> String {
    switch subject {
    case .marks:
      return try MarksReport(analysis: analysis, marks: marks, cuts: cuts, progress: progress).render(format.report)
    case .subtree(let id):
      let report = try SubtreeReport(
        below: id, analysis: analysis, minimum: leastBytes(analysis), progress: progress)
      return report.render(format.report)
    case .diff:
      return diff.map { DiffReport($0, marks: marks).render(DiffReport.Format(rawValue: format.rawValue) ?? .text) }
        ?? ""
    }
  }
}

extension Model {
  /// What an export of a subtree would begin with: the selected object, or all where the whole tree is selected.
  func exportedSubtree(_ pane: Pane) -> ObjectID? {
    guard let analysis, let object = scene(pane).exportedSubtree, analysis.dominators.isReachable(object) else {
      return nil
    }
    return object
  }

  /// All that can be exported from a pane, the forms of what is most likely meant first.
  func exportChoices(_ pane: Pane) -> [ExportChoice] {
    let formats = ExportChoice.Format.allCases.filter { canDrawPictures || !$0.isPicture }
    let ofMarks = marks.isEmpty && cuts.isEmpty ? [] : formats.map { ExportChoice(subject: .marks, format: $0) }
    let ofTree =
      exportedSubtree(pane).map { id in formats.map { ExportChoice(subject: .subtree(id), format: $0) } } ?? []
    return scene(pane).exportChoices(ofMarks, ofTree)
  }

  /// Where an export goes when nothing else is said.
  func exportPath(_ choice: ExportChoice) -> String {
    // What the walk writes does not belong beside the sample.
    let start = path == "-" ? "refwalk" : tutor == nil ? path : fileName
    switch choice.subject {
    case .marks: return "\(start).cycles.\(choice.format.fileExtension)"
    case .diff: return "\(start).diff.\(choice.format.fileExtension)"
    case .subtree(.root): return "\(start).heap.\(choice.format.fileExtension)"
    case .subtree(let id):
      let address = analysis?.heap.addressText(of: id).dropFirst() ?? ""
      return "\(start).\(address).\(choice.format.fileExtension)"
    }
  }

  /// What is exported, in the words of the prompt; the size is said in full.
  func exportWords(_ choice: ExportChoice, width: Int) -> String {
    if case .diff = choice.subject { return "the diff" }
    guard let analysis, case .subtree(let id) = choice.subject else {
      return cuts.isEmpty ? "the marks" : marks.isEmpty ? "the cuts" : "marks and cuts"
    }
    let least = " ≥ " + ByteCount.text(choice.leastBytes(analysis))
    let name = id == .root ? "the heap" : shortClassName(analysis.heap.graph.objectClass(of: id).name)
    return DisplayWidth.cut(name, to: width - least.count, glyphs: glyphs) + least
  }

  /// A key in the export's prompt that changes what is exported.
  mutating func changeExport(_ field: TextField, _ choice: ExportChoice, _ key: Key) -> Bool {
    var next = choice
    switch key {
    case .tab, .backTab:
      let all = exportChoices(focused)
      guard let index = all.firstIndex(where: { $0.subject == choice.subject && $0.format == choice.format }) else {
        return true
      }
      next = all[(index + (key == .tab ? 1 : all.count - 1)) % all.count]
      next.least = choice.least
    case .up, .down:
      guard case .subtree = choice.subject else { return true }
      let steps = ExportChoice.leastSteps
      let index = (steps.firstIndex(of: choice.least) ?? 0) + (key == .up ? 1 : -1)
      next.least = steps[max(0, min(index, steps.count - 1))]
    default: return false
    }
    prompt = .export(field.text == exportPath(choice) ? TextField(exportPath(next)) : field, next)
    return true
  }
}
