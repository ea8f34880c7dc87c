import CycleMarks
import Testing

@Suite struct MarkSetTests {
  @Test func whatIsCompletedCanStillBeUndone() {
    var set = MarkSet()
    let bare = sampleMark(1, note: "")
    set.set(bare)
    var noted = bare
    noted.note = "why"
    set.set(noted)
    let full = Mark(
      target: bare.target, note: "why", title: "the whole title", made: bare.made, letter: bare.letter)
    set.complete(full)
    #expect(set.marks.map(\.title) == ["the whole title"])
    #expect(set.undo() != nil)
    #expect(set.marks.map(\.note) == [""])
    #expect(set.redo() != nil)
    #expect(set.marks.map(\.title) == ["the whole title"])
    #expect(set.undo() != nil && set.undo() != nil)
    #expect(set.isEmpty && !set.canUndo)
    set.complete(full)
    #expect(set.isEmpty)
  }

  @Test func lettersStay() {
    var set = MarkSet()
    for number in 0..<30 { set.set(sampleMark(UInt64(number + 1) << 8)) }
    #expect(set.marks.map(\.letter.text).suffix(5) == ["z", "aa", "ab", "ac", "ad"])
    set.remove(sampleMark(0x200).target)
    #expect(set.mark(lettered: MarkLetter(1)) == nil)
    #expect(set.mark(for: sampleMark(0x300).target)?.letter.text == "c")
    // The first free letter goes to the next mark.
    #expect(set.set(sampleMark(0x9900)).letter.text == "b")
    #expect(set.marks.map(\.letter) == set.marks.map(\.letter).sorted())
    for mark in set.marks { #expect(set.mark(for: mark.target) == mark) }
  }

  @Test func changeKeepsLetter() {
    var set = MarkSet()
    set.set(sampleMark(0x100))
    set.set(sampleMark(0x200))
    let changed = set.set(sampleMark(0x200, verdict: .expected, note: "by design"))
    #expect(changed.letter.text == "b")
    #expect(set.count == 2)
    #expect(set.mark(for: changed.target)?.note == "by design")
  }

  @Test func toggle() {
    var set = MarkSet()
    let first = set.toggle(sampleMark(0x100))
    let second = set.toggle(sampleMark(0x100))
    #expect(first && !second)
    #expect(set.isEmpty)
  }

  @Test func undoAndRedoInWords() {
    var set = MarkSet()
    #expect(set.undo() == nil)
    #expect(set.redo() == nil)
    set.set(sampleMark(0x100))
    set.set(sampleMark(0x100, verdict: .unsure))
    set.set(sampleMark(0x100, verdict: .unsure, note: "hm"))
    set.remove(sampleMark(0x100).target)
    let end = set.marks
    #expect(set.undo() == "undone: unmark a, Session ⇄ Handler")
    #expect(set.undo() == "undone: note of a, Session ⇄ Handler")
    #expect(set.undo() == "undone: verdict suspect → unsure of a, Session ⇄ Handler")
    #expect(set.marks.map(\.verdict) == [.suspect])
    #expect(set.undo() == "undone: mark a, Session ⇄ Handler")
    #expect(set.isEmpty && !set.canUndo)
    #expect(set.redo() == "redone: mark a, Session ⇄ Handler")
    #expect(set.redo() == "redone: verdict suspect → unsure of a, Session ⇄ Handler")
    #expect(set.marks.map(\.verdict) == [.unsure])
    // A new change ends what could be redone.
    set.set(sampleMark(0x200))
    #expect(!set.canRedo)
    #expect(end.isEmpty)
  }

  @Test func settingTheSameIsNoChange() {
    var set = MarkSet()
    set.set(sampleMark(0x100))
    set.set(sampleMark(0x100))
    _ = set.undo()
    #expect(set.isEmpty && !set.canUndo)
  }

  @Test func undoBringsTheLetterBack() {
    var set = MarkSet()
    for address: UInt64 in [0x100, 0x200, 0x300] { set.set(sampleMark(address)) }
    set.remove(sampleMark(0x200).target)
    _ = set.undo()
    #expect(set.mark(for: sampleMark(0x200).target)?.letter.text == "b")
  }

  @Test func historyIsBounded() {
    var set = MarkSet()
    for number in 0..<(MarkSet.historyLimit + 50) { set.set(sampleMark(UInt64(number + 1) << 8)) }
    var count = 0
    while set.undo() != nil { count += 1 }
    #expect(count == MarkSet.historyLimit)
    #expect(set.count == 50)
    while set.redo() != nil { count -= 1 }
    #expect(count == 0)
    #expect(set.count == MarkSet.historyLimit + 50)
  }

  @Test func undoKeepsWhatOthersWrote() {
    var set = MarkSet()
    set.set(sampleMark(0x100))
    var theirs = set.marks
    theirs[0] = theirs[0].changed(note: "from the other terminal", at: 1_800_000_000)
    theirs.append(sampleMark(0x200))
    set.adopt(theirs)
    _ = set.undo()
    #expect(set.mark(for: sampleMark(0x100).target)?.note == "from the other terminal")
    #expect(set.mark(for: sampleMark(0x200).target) != nil)
  }

  @Test func doubleLettersAndTargets() {
    let one = sampleMark(0x100)
    let set = MarkSet([one, sampleMark(0x200), sampleMark(0x100, note: "later")])
    #expect(set.marks.map(\.letter.text) == ["a", "b"])
    #expect(set.mark(for: one.target)?.note == "later")
  }
}
