import CycleMarks
import GraphAnalysis
import ReferenceGraph
import Screen

@testable import Browser

/// The browser without a terminal and without files: takes keys, does the work that is wanted, keeps what was asked of
/// the outside.
struct BrowserDriver {
  var model: Model
  /// What the model asked for that is no work on the heap.
  private(set) var asked: [Effect] = []
  /// Work that is wanted and has not been done; stays empty while `worksAtOnce`.
  private(set) var wanted: [WorkRequest] = []
  var worksAtOnce = true
  /// The time that marks are made at: 2023-11-14 22:13:20 UTC.
  static let now = 1_700_000_000

  init(
    _ analysis: HeapAnalysis, name: String = "app.heapdump", rows: Int = 24, columns: Int = 80,
    glyphs: GlyphSet = .unicode
  ) {
    model = Model(path: name, steps: ["Reading", "Analysing"], byteSteps: 1, rows: rows, columns: columns)
    model.glyphs = glyphs
    model.marksPath = name + ".marks"
    apply(.loaded(analysis, seconds: 0))
  }

  /// A browser that is still reading its dump.
  init(loading name: String, steps: [String], rows: Int = 24, columns: Int = 80) {
    model = Model(path: name, steps: steps, byteSteps: 3, rows: rows, columns: columns)
    model.marksPath = name + ".marks"
  }

  /// Takes one event, and all that follows from it.
  mutating func apply(_ event: Event) {
    var events = [event]
    while !events.isEmpty {
      for effect in update(&model, events.removeFirst(), now: Self.now) {
        if case .want(let requests) = effect {
          wanted = requests
          if worksAtOnce { events += takeWork() }
        } else {
          asked.append(effect)
        }
      }
    }
  }

  /// Does the work that is wanted and was not done at once.
  mutating func work() { for event in takeWork() { apply(event) } }

  private mutating func takeWork() -> [Event] {
    defer { wanted = [] }
    guard let analysis = model.analysis else { return [] }
    return wanted.compactMap { request in
      (try? perform(request, analysis: analysis, progress: WorkProgress())).map { .done(request, $0) }
    }
  }

  /// Presses keys as a command line names them: `2 Enter m "a note" Enter`.
  mutating func press(_ keys: String) {
    // Every text in the tests is well formed.
    for key in try! Key.parse(keys) { apply(.key(key)) }
  }

  mutating func resize(_ columns: Int, _ rows: Int) { apply(.resize(rows: rows, columns: columns)) }

  var frame: Frame { render(model) }
  var screen: String { frame.description }
  /// A row of the screen, without its trailing blanks.
  func line(_ row: Int) -> String {
    String(screen.split(separator: "\n", omittingEmptySubsequences: false)[row])
  }
  var status: String { line(model.rows - 2) }
  var breadcrumb: String { line(1) }
  /// The text of the row that the cursor is on.
  var selectedLine: String { line(frame.cursor.row) }
}
