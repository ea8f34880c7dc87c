import Browser
import CycleMarks
import GraphAnalysis
import ReferenceGraph
import Screen

/// The browser without a terminal: takes keys, does all work at once, and draws one frame.
///
/// What would leave the process does not happen: marks are read but not written, nothing is exported or copied.
struct HeadlessBrowser {
  private(set) var model: Model
  private(set) var isDone = false
  /// The dump to compare with.
  private let earlier: DumpRequest?

  init(
    _ analysis: HeapAnalysis, path: String, earlier: DumpRequest? = nil, marks: [Mark], marksPath: String? = nil,
    rows: Int, columns: Int, ascii: Bool, isTutor: Bool = false
  ) {
    model = Model(
      path: path, steps: DumpRequest.steps, byteSteps: DumpRequest.byteSteps, rows: rows, columns: columns)
    self.earlier = earlier
    if let earlier { model.compare(with: earlier.path) }
    if ascii { model.glyphs = .ascii }
    if isTutor { model.tutor = Tutor() }
    model.marksPath = marksPath ?? path + ".marks"
    apply(.loaded(analysis, seconds: 0))
    apply(.marksMerged(marks))
  }

  /// Takes one event, and all that follows from it.
  mutating func apply(_ event: Browser.Event) {
    var events = [event]
    while !events.isEmpty {
      let next = events.removeFirst()
      for effect in update(&model, next, now: Mark.now) {
        switch effect {
        case .want(let requests):
          guard let analysis = model.analysis else { continue }
          for request in requests {
            if let result = try? perform(request, analysis: analysis, progress: WorkProgress()) {
              events.append(.done(request, result))
            }
          }
        case .analyse(let retaining, let cycles):
          if let analysis = model.analysis, let new = PolicyChange.analyse(analysis, retaining, cycles) {
            events.append(.analysisChanged(new))
          }
        case .compare:
          if let earlier, let analysis = model.analysis {
            events.append(
              ComparisonJob.compare(earlier, with: analysis, progress: WorkProgress(steps: DumpRequest.steps)))
          }
        case .export: events.append(.exported("nothing is written without a terminal", isError: false))
        case .searchOn: events.append(.searchOn)
        case .quit: isDone = true
        default: break
        }
      }
    }
  }

  /// The frame after `keys`.
  mutating func frame(after keys: [Key]) -> Frame {
    for key in keys where !isDone { apply(.key(key)) }
    return render(model)
  }
}
