import TestSupport
import Testing
import TextSafety

@testable import CycleMarks

@Suite struct MarksTextTests {
  static func text(_ random: inout SeededNumbers) -> String {
    var result = String.UnicodeScalarView()
    for _ in 0..<Int.random(in: 0...12, using: &random) {
      let value: UInt32 =
        switch Int.random(in: 0...5, using: &random) {
        case 0: .random(in: 0...0x9f, using: &random)
        case 1: [0x5c, 0x74, 0x6e, 0x75, 0x7b, 0x7d, 0x09, 0x0a, 0x0d, 0x23].randomElement(using: &random)!
        case 2: .random(in: 0x2020...0x2070, using: &random)
        case 3: .random(in: 0x300...0x320, using: &random)
        default: .random(in: 0...0x10ffff, using: &random)
        }
      if let scalar = Unicode.Scalar(value) { result.append(scalar) }
    }
    return String(result)
  }

  static func bytes(_ mark: Mark) -> [[UInt8]] {
    ([mark.note, mark.title, mark.root, mark.dump] + mark.witness).map { Array($0.utf8) }
  }

  @Test func escapesRoundTrip() {
    var random = SeededNumbers(1)
    for _ in 0..<20_000 {
      let text = Self.text(&random)
      let escaped = MarksEscape.escaped(text)
      let isSafe = !escaped.unicodeScalars.contains(where: SafeText.isUnsafe)
      let isSame = MarksEscape.unescaped(escaped).map { Array($0.utf8) } == Array(text.utf8)
      if !isSafe || !isSame { Issue.record("\(text.debugDescription) became \(escaped.debugDescription)") }
    }
  }

  @Test func marksRoundTrip() throws {
    var random = SeededNumbers(2)
    for _ in 0..<500 {
      var marks: [Mark] = []
      for number in 0..<4 {
        let address = UInt64.random(in: 0 ... .max, using: &random)
        let key = Self.text(&random)
        let targets: [MarkTarget] = [
          .shape(key), .cycle(shape: key, first: address), .object(address: address, className: key),
          .root(name: key), .objects(className: key),
        ]
        let hops = (0..<number).map { _ in
          // A line end within a hop would be one between hops.
          String(String.UnicodeScalarView(Self.text(&random).unicodeScalars.filter { $0 != "\n" }))
        }
        marks.append(
          Mark(
            target: targets.randomElement(using: &random)!, verdict: Verdict.allCases.randomElement(using: &random)!,
            note: Self.text(&random), title: Self.text(&random), witness: hops.first == "" ? [] : hops,
            ring: (0..<number).map { _ in .random(in: 0 ... .max, using: &random) },
            objects: .random(in: 0 ... .max, using: &random), retained: .random(in: 0 ... .max, using: &random),
            root: Self.text(&random), made: .random(in: .min ... .max, using: &random), dump: Self.text(&random)))
      }
      let set = MarkSet(marks)
      let read = try MarksText(MarksText(marks: set.marks).bytes, path: "x")
      #expect(read.unreadable == [])
      let isSame = read.marks == set.marks && read.marks.map(Self.bytes) == set.marks.map(Self.bytes)
      #expect(isSame)
    }
  }

  @Test func damageIsNeverFatal() throws {
    var random = SeededNumbers(3)
    let whole = MarksText(marks: MarkSet((1...5).map { sampleMark($0 << 8, note: "a\tb\\c\nd") }).marks).bytes
    for _ in 0..<3000 {
      var bytes = whole
      for _ in 0..<Int.random(in: 1...8, using: &random) {
        let place = Int.random(in: 0..<bytes.count, using: &random)
        switch Int.random(in: 0...2, using: &random) {
        case 0: bytes[place] = .random(in: 0...255, using: &random)
        case 1: bytes.remove(at: place)
        default: bytes.insert(.random(in: 0...255, using: &random), at: place)
        }
      }
      // A file whose version line is damaged is refused; of any other, what was not understood is written again.
      guard let read = try? MarksText(bytes, path: "x") else { continue }
      let again = try MarksText(read.bytes, path: "x")
      #expect(again.marks == read.marks && again.kept == read.kept)
    }
  }

  @Test func unreadableLinesAreKeptAndReported() throws {
    var text = String(decoding: MarksText(marks: MarkSet([sampleMark(0x100)]).marks).bytes, as: UTF8.self)
    let first = text.utf8.count { $0 == UInt8(ascii: "\n") } + 1
    let good = MarksText.line(sampleMark(0x200))
    let bad = [
      "nonsense", good.replacing("suspect", with: "dubious\u{1b}"), good.replacing("4096", with: "-1"),
      good.replacing("Handler", with: "\\q"), good + "\tmore",
    ]
    text += "# by hand\n" + bad.joined(separator: "\n") + "\r\n" + good + "\n"
    let bytes = Array(text.utf8) + [0xff, 0x09, 0xfe]
    let read = try MarksText(bytes, path: "x")
    #expect(read.marks.count == 2)
    #expect(read.unreadable.map(\.line) == [first + 1, first + 2, first + 3, first + 4, first + 5, first + 7])
    #expect(
      read.unreadable.map(\.reason) == [
        "1 column, not 15", "unknown verdict \"dubious·\"", "unknown retained \"-1\"", "title has an unknown escape",
        "16 columns, not 15", "2 columns, not 15",
      ])
    let written = read.bytes
    for line in bad + ["# by hand"] { #expect(String(decoding: written, as: UTF8.self).contains(line + "\n")) }
    #expect(written.suffix(4) == [0xff, 0x09, 0xfe, 0x0a])
    #expect(try MarksText(written, path: "x").kept == read.kept)
  }

  @Test func foreignFiles() throws {
    #expect(throws: MarksError.notMarks("x")) { try MarksText(Array("JAVA PROFILE 1.0.2\0\0".utf8), path: "x") }
    #expect(throws: MarksError.newerVersion("x", 7)) {
      try MarksText(Array("# hi\nrefwalk-marks\t7\n".utf8), path: "x")
    }
    #expect(throws: MarksError.notMarks("x")) { try MarksText(Array("# only a comment\n".utf8), path: "x") }
    #expect(try MarksText([], path: "x").marks == [])
  }

  @Test func twoLinesOnOneTarget() throws {
    var text = MarksText(marks: [])
    text.kept = [sampleMark(0x100, note: "one"), sampleMark(0x100, note: "two")].map { Array(MarksText.line($0).utf8) }
    let read = try MarksText(text.bytes, path: "x")
    #expect(read.marks.map(\.note) == ["two\none"])
  }
}
