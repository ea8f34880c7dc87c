import ReferenceGraph
import Screen

/// One line that says how far a long piece of work is.
struct ProgressLine {
  let steps: [String]
  /// The first steps count bytes, the others objects.
  let byteSteps: Int
  /// What stands before the name of a step.
  var title = ""
  private var step = -1
  private var stepStart = 0.0

  init(steps: [String], byteSteps: Int) {
    self.steps = steps
    self.byteSteps = byteSteps
  }

  /// The line in at most `columns` columns: `Reading records  1.2 GiB of 1.5 GiB  80 %  2 s left`.
  ///
  /// `time` is in seconds since any fixed moment, the same one in all calls.
  mutating func text(_ report: WorkProgress.Report, time: Double, columns: Int) -> String {
    guard steps.indices.contains(report.step) else { return "" }
    if report.step != step {
      step = report.step
      stepStart = time
    }
    var text = title + "\(steps[step]) (\(step + 1) of \(steps.count))"
    if report.total > 0 {
      let done = min(report.done, report.total)
      if step < byteSteps {
        text += "  \(ByteCount.text(done)) of \(ByteCount.text(report.total))"
      } else {
        text += "  \(Count.text(done)) of \(Count.text(report.total))"
      }
      let share = Double(done) / Double(report.total)
      text += "  \(Int(share * 100)) %"
      let elapsed = time - stepStart
      if elapsed >= 0.5, share > 0.01 {
        text += "  \(Int((elapsed * (1 - share) / share).rounded(.up))) s left"
      }
    }
    return DisplayWidth.cut(text, to: columns)
  }
}
