import Browser
import CycleMarks
import GraphAnalysis

/// Writes the marked cycles to a file for the browser. What strings hold is left out.
enum MarkExport {
  /// Writes the report; says where it is, or why it could not be written.
  static func write(_ analysis: HeapAnalysis, marks: [Mark], format: ExportFormat, path: String) -> Browser.Event {
    let form: MarksReport.Format =
      switch format {
      case .text: .text
      case .markdown: .markdown
      case .json: .json
      case .dot: .dot
      }
    let report = MarksReport(analysis: analysis, marks: MarkSet(marks))
    do {
      try TextFile.write(report.render(form), to: path)
      return .notice("\(marks.count == 1 ? "1 mark" : "\(marks.count) marks") exported to \(path)", isError: false)
    } catch {
      return .notice("not exported: \(error)", isError: true)
    }
  }
}
