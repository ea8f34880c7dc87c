import ReferenceGraph
import Screen

extension Model {
  /// The steps of loading: those done, the one under way with its bar and the seconds left, and those to come.
  func drawLoading(_ state: LoadingState, _ canvas: inout Canvas) {
    canvas.cut("Opening \(fileName)", 0, 1, columns - 2, .heading)
    // On a low screen the step under way is what is seen.
    let page = max(1, rows - 5)
    let first = max(0, min(state.report.step - page + 2, steps.count - page))
    for (index, step) in steps.enumerated().dropFirst(first).prefix(page) {
      let row = index - first + 2
      if index < state.report.step {
        let start = index < state.stepStarts.count ? state.stepStarts[index] : 0
        let end = index + 1 < state.stepStarts.count ? state.stepStarts[index + 1] : state.seconds
        canvas.put("✓", row, 3, .good)
        canvas.cut(step, row, 5, 27)
        canvas.put(amount(state, index), row, 33, .dim)
        canvas.right(seconds(end - start), row, min(columns - 2, 72), .dim)
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

  /// How much there was to do in a step: passes over the file are counted in bytes, the analyses in objects.
  private func amount(_ state: LoadingState, _ step: Int) -> String {
    guard step < state.stepTotals.count, state.stepTotals[step] > 0 else { return "" }
    return step < byteSteps ? ByteCount.text(state.stepTotals[step]) : Count.text(Int(state.stepTotals[step]), "object")
  }

  private func drawBar(_ state: LoadingState, _ row: Int, _ canvas: inout Canvas) {
    let report = state.report
    guard report.total > 0 else { return }
    let share = min(1, Double(report.done) / Double(report.total))
    // Percent and seconds left stand to its right.
    let width = max(4, min(24, columns - 53))
    let filled = Int((share * Double(width)).rounded())
    canvas.put("[", row, 33, .dim)
    canvas.put(String(repeating: "█", count: filled), row, 34, .bar)
    canvas.put("]", row, 34 + width, .dim)
    canvas.right("\(Int(share * 100)) %", row, 40 + width)
    let start = state.stepStarts.last ?? 0
    let spent = state.seconds - start
    if share > 0.02, spent > 0.2 { canvas.put("\(seconds(spent / share - spent)) left", row, 42 + width, .dim) }
  }

  private func seconds(_ seconds: Double) -> String {
    let tenths = Int((max(0, seconds) * 10).rounded())
    return "\(tenths / 10).\(tenths % 10) s"
  }
}
