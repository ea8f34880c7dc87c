import GraphAnalysis
import ReferenceGraph
import Testing

/// What is said of objects that no root reaches which the dump records.
@Suite struct UnreachableTests {
  /// A live handle; a box that a cleanup holds, with a cycle behind it; a cycle that nothing holds.
  private static func analysis(
    _ knowledge: (_ box: ObjectID, _ live: ObjectID) -> UnreachableKnowledge, truncation: String? = nil
  ) throws -> HeapAnalysis {
    var builder = ReferenceGraphBuilder()
    let live = builder.add("main.Handle", size: 16)
    builder.addRoot(live, name: "global main.handle")
    let box = builder.add("box", size: 8)
    let state = builder.add("main.CleanupState", size: 1792)
    builder.refer(box, to: state)
    builder.refer(state, to: state)
    // What refers to an object that a root holds does not hold it.
    builder.refer(state, to: live, field: 1)
    let garbage = builder.add("main.Obs", size: 512)
    builder.refer(garbage, to: garbage)
    var facts = DumpFacts(
      format: "test", producer: "test", path: "test", fileBytes: 0, dumpBytes: 0, retainingPolicies: [everything],
      cyclePolicies: [everything])
    facts.unreachable = knowledge(box, live)
    facts.truncation = truncation
    return try HeapAnalysis(
      heap: Heap(graph: builder.build(), facts: facts, details: PlainDetails()),
      options: AnalysisOptions(retaining: everything, cycles: everything), progress: WorkProgress())
  }

  private static func cleanup(_ objects: [ObjectID], isForEver: Bool = false) -> UnreachableKnowledge {
    UnreachableKnowledge(holders: [
      .init(
        words: "a cleanup (of 1)", evidence: "an argument stands alone", objects: objects,
        lifetime: "as long as its object", isForEver: isForEver)
    ])
  }

  @Test func whatACleanupHoldsIsNoGarbage() throws {
    let analysis = try Self.analysis { box, live in Self.cleanup([live, box]) }
    // The old figures keep their meaning.
    #expect(analysis.reachableObjects == 1 && analysis.reachableBytes == 16)
    #expect(analysis.unreachableObjects == 3 && analysis.unreachableBytes == 2312)
    let parts = analysis.unreachableParts
    #expect(parts.map(\.hold) == [.unrecorded(0), .garbage])
    #expect(parts.map(\.objects) == [2, 1] && parts.map(\.bytes) == [1800, 512])
    #expect(
      analysis.unreachableWords()
        == "1.8 KiB held by a cleanup (of 1), which this file does not record; 512 B garbage not collected yet")
    #expect(analysis.evidence(of: parts[0].hold) == "an argument stands alone; as long as its object")
    #expect(analysis.dominators.retainedSize(of: ObjectID(2)) == 1800)
    #expect(analysis.dominators.retainedSize(of: ObjectID(1)) == 16)
    #expect(analysis.isReached(ObjectID(1)) && !analysis.isReached(ObjectID(3)))

    let held = try #require(analysis.components.component(of: ObjectID(3)))
    let free = try #require(analysis.components.component(of: ObjectID(4)))
    #expect(analysis.hold(of: held) == .unrecorded(0) && analysis.hold(of: free) == .garbage)
    #expect(analysis.components[held].isHeld && analysis.components[held].retained == 1792)
    #expect(analysis.heldCycles == 1 && analysis.unrecordedCycles == 1)
    let report = analysis.report(on: held)
    #expect(analysis.holderName(of: report.path) == "a cleanup (of 1)")
    #expect(report.entryCut?.freedBytes == 1800 || report.entryCut?.freedBytes == 1792)
    #expect(
      analysis.holder(of: held)?.words
        == "something that this file does not record, as long as its object (an argument stands alone)")
    #expect(analysis.neverFreedWords(held) == nil)
    // By class as before: all that no recorded root reaches.
    #expect(analysis.islands.classes.reduce(0) { $0 + $1.objects } == 3)
    #expect(analysis.islands.shapes.reduce(0) { $0 + $1.count } == 2)
  }

  @Test func aCleanupThatWaitsForWhatItHolds() throws {
    let analysis = try Self.analysis { box, _ in Self.cleanup([box], isForEver: true) }
    let held = try #require(analysis.components.component(of: ObjectID(3)))
    #expect(
      analysis.neverFreedWords(held)
        == "never freed: held by a cleanup (of 1), and leads back to what that waits for")
    let free = try #require(analysis.components.component(of: ObjectID(4)))
    #expect(analysis.neverFreedWords(free) == nil)
  }

  @Test func whatIsNotKnownIsNotCalledGarbage() throws {
    let analysis = try Self.analysis { _, _ in UnreachableKnowledge(rest: .notKnown("no variables of stacks")) }
    #expect(analysis.unreachableParts.map(\.hold) == [.notKnown])
    #expect(analysis.unreachableWords() == "not known: no variables of stacks")
    #expect(analysis.unheldCycles.map(\.word) == ["without a root"] && analysis.unheldCycles[0].count == 2)
    let cut = try Self.analysis({ box, _ in Self.cleanup([box]) }, truncation: "it ends early")
    #expect(cut.unreachableParts.map(\.hold) == [.unrecorded(0), .notKnown])
    #expect(
      cut.unheldSentence(cut.unheld) == "no root reaches it: not known: what held them may be missing from this dump")
    // However little it is, garbage is garbage where every holder is recorded.
    let plain = try Self.analysis { _, _ in UnreachableKnowledge() }
    #expect(plain.unreachableWords() == "garbage not collected yet")
    #expect(plain.unheldCycles.map(\.word) == ["collectable"])
  }

  /// Details that tell more when it is known what roots reach.
  private struct LateDetails: ObjectDetails {
    let holders: @Sendable ((ObjectID) -> Bool) -> [UnreachableKnowledge.Holder]

    func fieldName(_ field: UInt32, of object: ObjectID) -> String { ".f\(field)" }
    func values(of object: ObjectID, from first: Int, limit: Int) -> (values: [FieldValue], total: Int) { ([], 0) }
    func text(of object: ObjectID, limit: Int) -> (text: String, length: Int)? { nil }
    func allocationStack(of object: ObjectID) -> [StackFrame] { [] }
    func facts(ofRoot index: Int) -> [Fact] { [] }
    func unreachable(
      _ known: UnreachableKnowledge, isReachable: (ObjectID) -> Bool
    ) -> UnreachableKnowledge {
      var result = known
      result.holders += holders(isReachable)
      result.rest = .garbage
      return result
    }
  }

  /// What something may hold is neither garbage nor held, with all that it leads to; the rest is garbage.
  @Test func whatSomethingMayHoldIsNotKnown() throws {
    var builder = ReferenceGraphBuilder()
    let live = builder.add("Live", size: 16)
    builder.addRoot(live, name: "global")
    let name = builder.add("Name", size: 8)
    let text = builder.add("Text", size: 100)
    builder.refer(name, to: text)
    builder.refer(text, to: name)
    builder.refer(text, to: live, field: 1)
    let gap = builder.add("Gap", size: 32)
    let garbage = builder.add("Garbage", size: 512)
    builder.refer(garbage, to: garbage)
    // Garbage that refers to what may be held.
    builder.refer(garbage, to: text, field: 1)
    let details = LateDetails { isReachable in
      #expect(isReachable(live) && !isReachable(name) && !isReachable(garbage))
      return [
        .init(words: "held by a class object", evidence: "its fields", objects: [name], isCertain: false),
        .init(words: "padding of the collector", evidence: "nothing refers to it", objects: [gap], isCertain: false),
      ]
    }
    let analysis = try HeapAnalysis.of(
      builder.build(), details: details, unreachable: UnreachableKnowledge(rest: .notKnown("perhaps")))
    let parts = analysis.unreachableParts
    #expect(parts.map(\.hold) == [.perhaps(0), .perhaps(1), .garbage])
    #expect(parts.map(\.objects) == [2, 1, 1] && parts.map(\.bytes) == [108, 32, 512])
    #expect(parts.map(\.hold.name) == ["notKnown", "notKnown", "garbage"])
    #expect(
      analysis.unreachableWords()
        == "108 B not known: garbage, or held by a class object; 32 B not known: garbage, or padding of the collector; "
        + "512 B garbage not collected yet")
    #expect(analysis.evidence(of: .perhaps(0)) == "its fields")
    let perhaps = try #require(analysis.components.component(of: name))
    let free = try #require(analysis.components.component(of: garbage))
    #expect(analysis.hold(of: perhaps) == .perhaps(0) && analysis.hold(of: free) == .garbage)
    #expect(
      analysis.unheldSentence(analysis.hold(of: perhaps))
        == "no root reaches it: not known: garbage, or held by a class object")
    #expect(analysis.unheldCycles.map(\.word) == ["collectable", "without a root"])
    #expect(analysis.shapes.map { analysis.holds(of: $0) }.contains([.perhaps(0): 1]))
  }

  /// What something of the program's may hold is a suspect from a hundredth of the heap on, which says that it may be
  /// garbage; what the runtime may hold is none.
  @Test(arguments: [(true, 200, true), (false, 200, false), (true, 2, false)])
  func whatACleanupMayHoldIsASuspect(isOfProgram: Bool, size: Int, isNamed: Bool) throws {
    var builder = ReferenceGraphBuilder()
    let live = builder.add("Live", size: 10_000)
    builder.addRoot(live, name: "global")
    var boxes: [ObjectID] = []
    for _ in 0..<5 {
      let box = builder.add("box", size: 8)
      let state = builder.add("State", size: UInt64(size))
      builder.refer(box, to: state)
      builder.refer(state, to: state)
      boxes.append(box)
    }
    let details = LateDetails { [boxes] _ in
      [
        .init(
          words: "held by a cleanup", evidence: "boxes", objects: boxes, lifetime: "as long as an object",
          isCertain: false, isOfProgram: isOfProgram)
      ]
    }
    let analysis = try HeapAnalysis.of(builder.build(), details: details)
    let found = analysis.suspects.first { $0.kind == .possiblyHeld }
    #expect((found != nil) == isNamed)
    guard let found else { return }
    #expect(found.title == "5 × State, not known: garbage, or held by a cleanup" && found.holder.isEmpty)
    #expect(found.retained == UInt64(5 * (size + 8)) && found.count == 5)
    #expect(found.reasons.contains("no root reaches them: garbage, or held by a cleanup, as long as an object"))
    #expect(!found.reasons.contains { $0.contains("collectable") || $0.hasPrefix("held by") })
  }

  /// Rows of a comparison say what holds them in the later dump.
  @Test func whatHoldsTheRowsOfAComparison() throws {
    let before = try Self.analysis { _, _ in UnreachableKnowledge() }
    let after = try Self.analysis { box, _ in Self.cleanup([box]) }
    let rows = HeapDiff(before: HeapDigest(before), after: after).rows
    func hold(_ title: String) -> [HeapDiff.RowHold?] { rows.filter { $0.title.hasPrefix(title) }.map(\.hold) }
    #expect(hold("main.CleanupState →").map(\.?.name) == ["unrecorded"])
    #expect(
      hold("main.CleanupState →").map(\.?.words) == ["held by a cleanup (of 1), which this file does not record"])
    #expect(hold("box").map(\.?.words) == ["1 of 1 object held by what the file does not record"])
    // The other way round it is gone, and garbage.
    let gone = HeapDiff(before: HeapDigest(after), after: before).rows.filter {
      $0.title.hasPrefix("main.CleanupState →")
    }
    #expect(gone.map(\.state) == [.gone])
    #expect(gone.map(\.hold?.words) == ["in the later dump without a root: garbage not collected yet"])
  }
}
