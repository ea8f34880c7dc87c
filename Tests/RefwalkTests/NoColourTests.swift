import Foundation
import Glibc
import Testing

/// Screens without colours, with their attributes: what colours say is said by signs, bold, underline and reverse too.
@Suite struct NoColourTests {
  struct Screen: CustomTestStringConvertible {
    let name: String
    /// Keys by their names in tmux, each with a text that is shown then.
    let keys: [(key: String, shown: String)]
    var testDescription: String { name }
  }

  static let screens = [
    Screen(name: "overview", keys: [("Space", "5 Marks 1"), ("Down", "row 2 of")]),
    Screen(name: "cycles", keys: [("2", "Cycles"), ("Space", "5 Marks 1"), ("Down", "row 2 of")]),
    Screen(
      name: "ring",
      keys: [
        ("2", "Cycles"), ("Down", "row 2 of"), ("Enter", "row 1 of"), ("Enter", "ends the cycle"), ("b", "cut 1 of"),
      ]
    ),
    Screen(name: "matrix", keys: [("2", "Cycles"), ("Enter", "ends the cycle"), ("v", "from"), ("b", "cut 1 of")]),
    Screen(name: "list", keys: [("2", "Cycles"), ("Enter", "ends the cycle"), ("B", "frees")]),
    Screen(name: "retention", keys: [("3", "GC roots ("), ("Down", "row 2 of"), ("Space", "5 Marks 1")]),
    Screen(name: "paths", keys: [("3", "GC roots ("), ("Down", "row 2 of"), ("p", "you are here")]),
    Screen(name: "inspector", keys: [("3", "GC roots ("), ("Down", "row 2 of"), ("i", "[Fields")]),
    Screen(name: "treemap", keys: [("3", "GC roots ("), ("Down", "row 2 of"), ("T", "cell ")]),
    Screen(name: "classes", keys: [("4", "row 1 of")]),
    Screen(name: "marks", keys: [("Space", "5 Marks 1"), ("5", "row 1 of 1")]),
  ]

  @Test(arguments: screens, ["unicode", "ascii"]) func meaningSurvives(screen: Screen, glyphs: String) throws {
    let journey = try JourneyFolder()
    let session = try journey.browser(
      environment: ["NO_COLOR": "1"], options: glyphs == "ascii" ? "--ascii" : "")
    for (key, shown) in screen.keys {
      try session.send(key)
      try session.waitFor(shown)
    }
    // The line that tells of a key is gone with the next one.
    try session.send("C-l")
    if screen.keys.last?.key == "Space" { try session.waitUntilGone("marked ") }
    // What was drawn last may still be on its way.
    let expected = Self.recorded("no-colour-\(screen.name)-\(glyphs)")
    let deadline = ContinuousClock.now + .seconds(isRecording ? 1 : 60)
    var text = Self.readable(try session.captureStyled(), in: journey)
    while text != expected, ContinuousClock.now < deadline {
      usleep(50_000)
      text = Self.readable(try session.captureStyled(), in: journey)
    }
    if glyphs == "ascii" {
      #expect(text.replacing("⟦", with: "").replacing("⟧", with: "").utf8.allSatisfy { $0 < 0x80 })
    }
    #expect(text.contains("⟦reverse"), "the selection is seen")
    #expect(!text.contains("⟦colour") && !text.contains(" colour "), "\(text)")
    if isRecording {
      try Data(text.utf8).write(to: Self.file("no-colour-\(screen.name)-\(glyphs)"))
    } else {
      #expect(text == expected, "\(screen.name) differs; RECORD_FRAMES=1 records it")
    }
  }

  private var isRecording: Bool { ProcessInfo.processInfo.environment["RECORD_FRAMES"] == "1" }

  private static func file(_ name: String) -> URL {
    URL(filePath: #filePath).deletingLastPathComponent().appending(path: "__Frames__/\(name).txt")
  }

  private static func recorded(_ name: String) -> String? { try? String(contentsOf: file(name), encoding: .utf8) }

  /// Attributes in words: `⟦bold⟧`, `⟦⟧` for none.
  ///
  /// A colour would be shown as its number.
  static func readable(_ styled: String, in journey: JourneyFolder) -> String {
    // 39 and 49 are the colours that the terminal has anyway.
    let names = ["0": "", "": "", "39": "-", "49": "-", "1": "bold", "2": "dim", "4": "underline", "7": "reverse"]
    var text = ""
    var on: [String] = []
    var shown: [String] = []
    var rest = styled[...]
    while let start = rest.firstRange(of: "\u{1b}[") {
      text += rest[..<start.lowerBound]
      guard let end = rest[start.upperBound...].firstIndex(of: "m") else { break }
      for number in rest[start.upperBound..<end].split(separator: ";", omittingEmptySubsequences: false) {
        let name = names[String(number)] ?? "colour \(number)"
        if name.isEmpty { on = [] } else if name != "-", !on.contains(name) { on.append(name) }
      }
      if on != shown { text += "⟦\(on.joined(separator: " "))⟧" }
      shown = on
      rest = rest[rest.index(after: end)...]
    }
    return (text + rest).replacing("\u{1b}", with: "ESC").replacing("\u{f}", with: "")
      .replacing(journey.folder.path, with: "FOLDER")
      // When a mark was made, as much of it as the line has room for.
      .replacing(/marked [0-9]{4}-[0-9: -]+/, with: "marked TIME")
      .split(separator: "\n", omittingEmptySubsequences: false).map { line in
        var line = line
        while line.last == " " { line.removeLast() }
        return line
      }.joined(separator: "\n")
  }
}
