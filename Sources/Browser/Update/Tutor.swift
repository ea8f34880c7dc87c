import GraphAnalysis
import Layout
import ReferenceGraph

/// A walk through the sample in steps: each says what to do, sees when it is done, and says what was learnt.
public struct Tutor: Sendable {
  /// One step of the walk.
  struct Step: Sendable {
    let instruction: String
    let learnt: String
    /// Whether the person has done it.
    let isDone: @Sendable (Model) -> Bool
  }

  /// The step that is to be done; as many as there are when all are.
  public internal(set) var step = 0

  /// The walk before its first step.
  public init() {}

  /// How many steps there are.
  public static var stepCount: Int { steps.count }
  /// Whether all steps are done.
  public var isFinished: Bool { step >= Self.steps.count }

  /// What is to be done now.
  var instruction: String {
    isFinished
      ? "That was the walk. ? shows the keys of any screen and explains its words, Esc takes this away, q leaves."
        + " Your own dump: refwalk DUMP."
      : Self.steps[step].instruction
  }

  /// What the step before has shown.
  var learnt: String {
    step == 0 ? "Suspects are what is worth a look: who holds how much, and why." : Self.steps[step - 1].learnt
  }

  static let steps: [Step] = [
    Step(
      instruction: "This heap has planted leaks. The first suspect is a reference cycle that a global variable keeps"
        + " alive. Press 2 for all cycles.",
      learnt: "A row is a shape: all cycles of the same classes and fields, largest first.",
      isDone: { $0.pane.place == .cycles }),
    Step(
      instruction: "Press Enter to open the selected one. Retained is what would be freed if it went.",
      learnt: "The ring: one way round the cycle, below the root that holds it.",
      isDone: { if case .cycle = $0.pane.place { true } else { false } }),
    Step(
      instruction: "Where would you cut? Press b twice and read what each cut, marked ✗, would free.",
      learnt: "A cut inside ends the cycle; a cut at the entry lets all of it go.",
      isDone: { $0.focused.cut == 2 }),
    Step(
      instruction: "405 objects do not fit into a ring. Press v: the matrix counts references from class to class.",
      learnt: "Arrows walk its cells, Enter lists the references behind a number.",
      isDone: { $0.isMatrix($0.focused) }),
    Step(
      instruction: "Press p for the paths from GC roots to the object: what else may hold it?",
      learnt: "Shortest first, merged into a tree. Cut all of them and it is freed.",
      isDone: { if case .paths = $0.pane.place { true } else { false } }),
    Step(
      instruction: "Press 3 for the retention tree. Go down a row and open it with → (or l); many children of one"
        + " class are one row.",
      learnt: "Each object lies below its dominator: all ways to it lead through that.",
      isDone: { model in
        guard case .retention = model.pane.place, let tree = model.retentionTree, let rows = model.pane.retention,
          model.pane.selection > 0, model.pane.selection < rows.rowCount
        else { return false }
        return rows.row(at: model.pane.selection, source: tree).isOpen
      }),
    Step(
      instruction: "Press T to see the same as areas. Arrows go to a neighbour, Enter goes in, Backspace out.",
      learnt: "The larger the area, the more it retains.",
      isDone: { if case .treemap = $0.pane.place { true } else { false } }),
    Step(
      instruction: "Select an object (not a row of many) and press i: its fields, who refers to it, what it keeps"
        + " alive. Tab goes on.",
      learnt: "Enter follows a field, [ goes back, c shows the cycle of an object.",
      isDone: { if case .object = $0.pane.place { true } else { false } }),
    Step(
      instruction: "Press Space to mark it as a suspect, or m to write down what you think of it.",
      learnt: "Marks are kept beside a dump as you make them; this walk drops them.",
      isDone: { !$0.marks.isEmpty }),
    Step(
      instruction: "Press x: what is marked, or the subtree of an object, as text, DOT or a picture. Tab changes the"
        + " form, Esc leaves it.",
      learnt: "Text goes into a bug report; a picture needs dot of Graphviz.",
      isDone: { if case .export = $0.prompt { true } else { false } }),
  ]
}

extension Model {
  /// The rows that the walk's instructions take, above the status line.
  var tutorHeight: Int { tutor == nil ? 0 : rows < 20 ? 3 : 4 }

  /// Goes on to the next step of the walk when the one that is shown has been done.
  mutating func advanceTutor() {
    guard let tutor, !tutor.isFinished, Tutor.steps[tutor.step].isDone(self) else { return }
    self.tutor!.step += 1
  }
}
