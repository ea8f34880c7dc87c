import ReferenceGraph
import Screen

extension Model {
  /// The steps of loading: those done, the one under way with its bar and the seconds left, and those to come.
  func drawLoading(_ state: LoadingState, _ canvas: inout Canvas) {
    canvas.cut("Opening \(fileName)", 0, 1, columns - 2, .heading)
    for (index, step) in steps.enumerated() where index + 2 < rows - 4 {
      let row = index + 2
      if index < state.report.step {
        let start = index < state.stepStarts.count ? state.stepStarts[index] : 0
        let end = index + 1 < state.stepStarts.count ? state.stepStarts[index + 1] : state.seconds
        canvas.put("✓", row, 3, .good)
        canvas.cut(step, row, 5, 27)
        canvas.right(seconds(end - start), row, 72, .dim)
      } else if index == state.report.step {
        canvas.put("▶", row, 3, .heading)
        canvas.cut(step, row, 5, 27, .heading)
        drawBar(state, row, &canvas)
      } else {
        canvas.cut(step, row, 5, 27, .dim)
      }
    }
    let text = state.isCancelling ? "stopping …" : message?.text ?? ""
    canvas.cut(text, rows - 2, 1, columns - 2)
    canvas.frame.fill(row: rows - 1, style: .title)
    canvas.put(" ^C cancel  ? help  q quit", rows - 1, 0, .title)
  }

  private func drawBar(_ state: LoadingState, _ row: Int, _ canvas: inout Canvas) {
    let report = state.report
    guard report.total > 0 else { return }
    let share = min(1, Double(report.done) / Double(report.total))
    let width = 24
    let filled = Int((share * Double(width)).rounded())
    canvas.put("[", row, 33, .dim)
    canvas.put(String(repeating: "█", count: filled), row, 34, .bar)
    canvas.put("]", row, 34 + width, .dim)
    canvas.right("\(Int(share * 100)) %", row, 65)
    let start = state.stepStarts.last ?? 0
    let spent = state.seconds - start
    if share > 0.02, spent > 0.2 { canvas.put("\(seconds(spent / share - spent)) left", row, 67, .dim) }
    // Passes over the file are counted in bytes, the analyses in objects.
    if report.step < 2 {
      canvas.put("\(ByteCount.text(report.done)) of \(ByteCount.text(report.total))", row + 1, 34, .dim)
    }
  }

  private func seconds(_ seconds: Double) -> String {
    let tenths = Int((max(0, seconds) * 10).rounded())
    return "\(tenths / 10).\(tenths % 10) s"
  }
}
