import Testing

@testable import CycleMarks

@Suite struct MarkMergeTests {
  let base = sampleMark(0x100, note: "base")

  @Test func oneSide() {
    let changed = base.changed(verdict: .expected, at: 1_700_000_100)
    #expect(MarkMerge.merge(base: base, ours: changed, theirs: base) == changed)
    #expect(MarkMerge.merge(base: base, ours: base, theirs: changed) == changed)
    #expect(MarkMerge.merge(base: base, ours: nil, theirs: base) == nil)
    #expect(MarkMerge.merge(base: base, ours: base, theirs: nil) == nil)
    #expect(MarkMerge.merge(base: nil, ours: base, theirs: nil) == base)
    #expect(MarkMerge.merge(base: nil, ours: nil, theirs: base) == base)
  }

  @Test func removalLosesAgainstChange() {
    let changed = base.changed(note: "important", at: 1_700_000_100)
    #expect(MarkMerge.merge(base: base, ours: nil, theirs: changed) == changed)
    #expect(MarkMerge.merge(base: base, ours: changed, theirs: nil) == changed)
  }

  @Test func newerVerdictWins() {
    let ours = base.changed(verdict: .expected, at: 1_700_000_100)
    let theirs = base.changed(verdict: .unsure, at: 1_700_000_200)
    #expect(MarkMerge.merge(base: base, ours: ours, theirs: theirs)?.verdict == .unsure)
    #expect(MarkMerge.merge(base: base, ours: theirs, theirs: ours)?.verdict == .unsure)
  }

  @Test func verdictOfOneAndNoteOfTheOther() {
    let ours = base.changed(verdict: .expected, at: 1_700_000_100)
    let theirs = base.changed(note: "theirs", at: 1_700_000_200)
    let merged = MarkMerge.merge(base: base, ours: ours, theirs: theirs)
    #expect(merged?.verdict == .expected && merged?.note == "theirs")
  }

  @Test func notesAreNeverLost() {
    let ours = base.changed(note: "ours", at: 1_700_000_100)
    let theirs = base.changed(note: "theirs\nmore", at: 1_700_000_200)
    let merged = MarkMerge.merge(base: base, ours: ours, theirs: theirs)
    #expect(merged?.note == "theirs\nmore\nours")
    // Once more: nothing is there twice.
    #expect(MarkMerge.merge(base: base, ours: merged, theirs: theirs)?.note == "theirs\nmore\nours")
    let new = MarkMerge.merge(base: nil, ours: ours, theirs: theirs)
    #expect(new?.note == "theirs\nmore\nours")
  }
}
