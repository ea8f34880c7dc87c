import ReferenceGraph
import TextSafety

/// The marks of a dump: a value, with a history of what was done to it.
///
/// Marks are in the order of their letters. A new mark gets the first letter that is free.
public struct MarkSet: Sendable {
  /// One change: what was there before and after, under the same target.
  struct Change: Hashable, Sendable {
    let before: Mark?
    let after: Mark?
  }

  /// How many changes can be undone.
  public static let historyLimit = 1000

  /// The marks, by letter.
  public private(set) var marks: [Mark] = []
  private var places: [MarkTarget: Int] = [:]
  private var done: [Change] = []
  private var undone: [Change] = []

  /// A set of `marks`, without a history.
  ///
  /// Of two marks on one target the later stays; a letter that is taken twice stays with the first.
  public init(_ marks: [Mark] = []) { replaceAll(marks) }

  /// How many marks there are.
  public var count: Int { marks.count }
  /// Whether there is no mark.
  public var isEmpty: Bool { marks.isEmpty }

  /// The mark on `target`.
  public func mark(for target: MarkTarget) -> Mark? { places[target].map { marks[$0] } }

  /// The mark that people call `letter`.
  public func mark(lettered letter: MarkLetter) -> Mark? { marks.first { $0.letter == letter } }

  /// Adds a mark, or changes the one on the same target, which keeps its letter.
  ///
  /// Returns it as it is in the set now.
  @discardableResult public mutating func set(_ mark: Mark) -> Mark {
    let before = self.mark(for: mark.target)
    let after = place(mark)
    record(Change(before: before, after: after))
    return after
  }

  /// Removes the mark on `target` and returns it; nil when there is none.
  @discardableResult public mutating func remove(_ target: MarkTarget) -> Mark? {
    guard let before = take(target) else { return nil }
    record(Change(before: before, after: nil))
    return before
  }

  /// Removes the mark on `mark.target` if there is one, else adds `mark`.
  ///
  /// True when it is marked now.
  @discardableResult public mutating func toggle(_ mark: Mark) -> Bool {
    if remove(mark.target) != nil { return false }
    set(mark)
    return true
  }

  /// Whether there is a change that `undo` would take back.
  public var canUndo: Bool { !done.isEmpty }
  /// Whether a change was taken back that `redo` would make again.
  public var canRedo: Bool { !undone.isEmpty }

  /// Takes the last change back and says in words what was undone: `undone: mark a, SessionCache ⇄ Session`.
  ///
  /// Nil when there is nothing to undo. A note that another process wrote meanwhile is kept.
  public mutating func undo() -> String? {
    guard let change = done.popLast() else { return nil }
    apply(from: change.after, to: change.before)
    undone.append(change)
    return "undone: " + Self.words(change)
  }

  /// Does what was undone last once more, and says it in words; nil when there is nothing.
  public mutating func redo() -> String? {
    guard let change = undone.popLast() else { return nil }
    apply(from: change.before, to: change.after)
    done.append(change)
    return "redone: " + Self.words(change)
  }

  /// Takes over what a file holds after another process wrote to it; the history stays.
  public mutating func adopt(_ marks: [Mark]) { replaceAll(marks) }

  /// Replaces the mark on the same target by one that says more of the same.
  ///
  /// That is nothing to undo: what was done to the mark before can be undone as if it had been complete from the
  /// beginning.
  public mutating func complete(_ mark: Mark) {
    guard let old = self.mark(for: mark.target) else { return }
    let new = place(mark)
    func completed(_ change: Change) -> Change {
      Change(
        before: change.before == old ? new : change.before, after: change.after == old ? new : change.after)
    }
    done = done.map(completed)
    undone = undone.map(completed)
  }

  private mutating func apply(from: Mark?, to: Mark?) {
    guard let target = (from ?? to)?.target else { return }
    let merged = MarkMerge.merge(base: from, ours: to, theirs: mark(for: target))
    if let merged { place(merged, keepingLetter: true) } else { take(target) }
  }

  private mutating func record(_ change: Change) {
    guard change.before != change.after else { return }
    undone = []
    done.append(change)
    if done.count > Self.historyLimit { done.removeFirst(done.count - Self.historyLimit) }
  }

  private static func words(_ change: Change) -> String {
    guard let mark = change.after ?? change.before else { return "nothing" }
    let name = "\(mark.letter.text), \(SafeText.line(mark.title))"
    guard let before = change.before else { return "mark \(name)" }
    guard let after = change.after else { return "unmark \(name)" }
    if before.verdict != after.verdict {
      return "verdict \(before.verdict.name) → \(after.verdict.name) of \(name)"
    }
    return "note of \(name)"
  }

  // MARK: Keeping the order

  private mutating func replaceAll(_ new: [Mark]) {
    marks = []
    places = [:]
    for mark in new { place(mark, keepingLetter: true) }
  }

  /// Puts a mark at its place.
  ///
  /// It keeps the letter of the mark it replaces; a new one keeps the letter that it brings if that is wanted and the
  /// letter is free, else it gets the first that is.
  @discardableResult private mutating func place(_ mark: Mark, keepingLetter: Bool = false) -> Mark {
    var mark = mark
    if let index = places[mark.target] {
      mark.letter = marks[index].letter
      marks[index] = mark
      return mark
    }
    var index = firstIndex { letter, _ in letter >= mark.letter.index }
    if !keepingLetter || (index < marks.count && marks[index].letter == mark.letter) {
      // Letters ascend and none is there twice, so the first free one is where letter and index part.
      index = firstIndex { letter, index in letter > index }
      mark.letter = MarkLetter(index)
    }
    marks.insert(mark, at: index)
    renumber(from: index)
    return mark
  }

  /// Takes a mark out.
  @discardableResult private mutating func take(_ target: MarkTarget) -> Mark? {
    guard let index = places.removeValue(forKey: target) else { return nil }
    let mark = marks.remove(at: index)
    renumber(from: index)
    return mark
  }

  private mutating func renumber(from first: Int) {
    for index in first..<marks.count { places[marks[index].target] = index }
  }

  /// The first index whose letter `holds`, by halving; the count when there is none.
  private func firstIndex(_ holds: (_ letter: Int, _ index: Int) -> Bool) -> Int {
    marks.indices.bisection(where: { holds(marks[$0].letter.index, $0) })
  }
}
