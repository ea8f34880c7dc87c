import ReferenceGraph

/// How the heap of a dump differs from that of an earlier one: what is new, gone, grown and shrunk, by shape of cycle
/// and by class.
///
/// They are matched by names, since addresses move between dumps.
///
/// A shape that is gone and one that is new are one when no other of either kind goes through the same named types: a map
/// that has grown is built of other parts, a list of two has a field in use that a list of one has not. Of the rest those
/// are one that have half of their references in common, and more than with any other: a large cycle takes in what comes.
public struct HeapDiff: Sendable {
  /// What became of something.
  public enum State: String, Sendable, CaseIterable {
    case grown, new, shrunk, gone
  }

  /// What a row is about.
  public enum Subject: Hashable, Sendable {
    /// A shape of cycle by its key.
    case shape(String)
    /// A class by its lasting name.
    case type(String)
  }

  /// A shape or a class that is not as it was.
  public struct Row: Sendable {
    /// The shape or the class.
    public let subject: Subject
    /// The key of the shape in the earlier dump, where that is another.
    public let earlierKey: String?
    /// Of a shape that is new or gone the key of one in the other dump that has all its references and more: the cycles
    /// may have been part of that one, or be part of it now.
    public let largerKey: String?
    /// The shape's title or the class's name.
    ///
    /// Text from the dump: not safe for a terminal as it is.
    public let title: String
    /// What became of it.
    public let state: State
    /// How much there was; nothing where it is new.
    public let before: HeapDigest.Amount
    /// How much there is; nothing where it is gone.
    public let after: HeapDigest.Amount
    /// Where it is in the later dump: an index into `HeapAnalysis.shapes`, or into `ReferenceGraph.classes`, the class
    /// of the name that retains most; nil when it is gone.
    public let index: Int?
    /// What holds it in the later dump; nil when it is gone and nothing is left of it.
    public let hold: RowHold?

    /// Bytes that are retained more than before.
    public var retainedGrowth: Int64 { HeapDiff.difference(after.retained, before.retained) }
    /// Objects that there are more than before.
    public var objectGrowth: Int { after.objects - before.objects }
  }

  /// The earlier dump.
  public let before: HeapDigest
  /// The later dump, which was analysed under the same policies.
  public let after: HeapDigest
  /// What has changed, most growth first; ties by objects, then shapes before classes, then by title.
  public let rows: [Row]
  /// How many shapes are as they were.
  public let sameShapes: Int
  /// How many classes are as they were.
  public let sameClasses: Int

  /// Whether types are known in both dumps or in neither.
  ///
  /// If not, most is new and most is gone, and that says nothing.
  public var isTypedAlike: Bool {
    func isTyped(_ digest: HeapDigest) -> Bool { digest.typedObjects > digest.reachableObjects / 2 }
    return isTyped(before) == isTyped(after)
  }

  /// Bytes and objects that roots reach more than before.
  public var growth: (bytes: Int64, objects: Int) {
    (
      Self.difference(after.reachableBytes, before.reachableBytes), after.reachableObjects - before.reachableObjects
    )
  }

  /// What became of rows: `3 new, 12 grown, 1 gone`, without what there is none of.
  public static func words(of rows: [Row]) -> String {
    let counts: [State: Int] = rows.reduce(into: [:]) { $0[$1.state, default: 0] += 1 }
    let parts = [State.new, .grown, .shrunk, .gone].compactMap { state in
      counts[state].map { "\(Count.text($0)) \(state.rawValue)" }
    }
    return parts.isEmpty ? "nothing has changed" : parts.joined(separator: ", ")
  }

  /// What is as it was: `11 shapes of cycles`, `83 classes`.
  public var sameWords: (shapes: String, classes: String) {
    (
      Count.text(sameShapes, "shape of cycles", "shapes of cycles"), Count.text(sameClasses, "class", "classes")
    )
  }

  private static func difference(_ one: UInt64, _ other: UInt64) -> Int64 {
    one >= other ? Int64(clamping: one - other) : -Int64(clamping: other - one)
  }

  /// Compares a dump with an earlier one that was analysed under the same policies.
  public init(before: HeapDigest, after analysis: HeapAnalysis) {
    let after = HeapDigest(analysis)
    var rows: [Row] = []
    var (sameShapes, sameClasses) = (0, 0)
    let earlierKeys = Self.earlierKeys(before, after)
    let matched = Set(earlierKeys.values)
    let (wholesBefore, wholesAfter) = (LargerShapes(before), LargerShapes(after))
    var numbers: [String: Int] = [:]
    for (number, shape) in analysis.shapes.enumerated() { numbers[shape.key] = number }
    for (key, shape) in after.shapes {
      let old = before.shapes[earlierKeys[key] ?? key]?.amount
      guard let state = Self.state(old, shape.amount) else {
        sameShapes += 1
        continue
      }
      rows.append(
        Row(
          subject: .shape(key), earlierKey: earlierKeys[key],
          largerKey: state == .new ? wholesBefore.key(with: shape.steps) : nil, title: shape.title, state: state,
          before: old ?? .init(),
          after: shape.amount,
          index: numbers[key], hold: Self.hold(ofShape: numbers[key], in: analysis)))
    }
    for (key, shape) in before.shapes where after.shapes[key] == nil && !matched.contains(key) {
      // Its cycles may be there still, held by no root.
      rows.append(
        Row(
          subject: .shape(key), earlierKey: nil, largerKey: wholesAfter.key(with: shape.steps), title: shape.title,
          state: .gone, before: shape.amount, after: .init(),
          index: numbers[key], hold: Self.hold(ofShape: numbers[key], in: analysis)))
    }
    var classes: [String: Int] = [:]
    for row in analysis.histogram.rows {
      let name = ShapeStep.lastingName(analysis.graph.classes[row.classIndex].name)
      if classes[name] == nil { classes[name] = row.classIndex }
    }
    var unrecorded: [String: Int] = [:]
    for row in analysis.histogram.unrecordedRows {
      unrecorded[ShapeStep.lastingName(analysis.graph.classes[row.classIndex].name), default: 0] += row.objects
    }
    for (name, amount) in after.classes {
      let old = before.classes[name]
      guard let state = Self.state(old, amount) else {
        sameClasses += 1
        continue
      }
      rows.append(
        Row(
          subject: .type(name), earlierKey: nil, largerKey: nil, title: name, state: state, before: old ?? .init(),
          after: amount,
          index: classes[name], hold: Self.hold(ofClass: amount, unrecorded: unrecorded[name] ?? 0)))
    }
    for (name, amount) in before.classes where after.classes[name] == nil {
      rows.append(
        Row(
          subject: .type(name), earlierKey: nil, largerKey: nil, title: name, state: .gone, before: amount,
          after: .init(), index: nil, hold: nil))
    }
    rows.sort(by: Self.precedes)
    (self.before, self.after, self.rows) = (before, after, rows)
    (self.sameShapes, self.sameClasses) = (sameShapes, sameClasses)
  }

  /// What became of something; nil when it is as it was.
  private static func state(_ old: HeapDigest.Amount?, _ new: HeapDigest.Amount) -> State? {
    guard let old else { return .new }
    if new.retained != old.retained { return new.retained > old.retained ? .grown : .shrunk }
    if new.objects != old.objects { return new.objects > old.objects ? .grown : .shrunk }
    if new.cycles != old.cycles { return new.cycles > old.cycles ? .grown : .shrunk }
    return nil
  }

  private static func precedes(_ one: Row, _ other: Row) -> Bool {
    if one.retainedGrowth != other.retainedGrowth { return one.retainedGrowth > other.retainedGrowth }
    if one.objectGrowth != other.objectGrowth { return one.objectGrowth > other.objectGrowth }
    switch (one.subject, other.subject) {
    case (.shape, .type): return true
    case (.type, .shape): return false
    case (.shape(let key), .shape(let otherKey)): return (one.title, key) < (other.title, otherKey)
    case (.type(let name), .type(let otherName)): return name < otherName
    }
  }
}
