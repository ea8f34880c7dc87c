import Foundation
import Testing

/// What refwalk sends to terminals of many kinds: nothing that their descriptions do not have.
@Suite struct TerminalKindTests {
  /// A kind of terminal, by its description.
  struct Kind: CustomTestStringConvertible {
    let name: String
    let colours: Int
    var testDescription: String { name }
  }

  /// `sixteen` is made for the test from that of xterm: the descriptions with 16 colours are not installed everywhere.
  static let kinds = [
    Kind(name: "xterm", colours: 8), Kind(name: "xterm-256color", colours: 256), Kind(name: "sixteen", colours: 16),
    Kind(name: "screen", colours: 8), Kind(name: "tmux-256color", colours: 256), Kind(name: "linux", colours: 8),
    Kind(name: "vt100", colours: 0), Kind(name: "vt220", colours: 0),
  ]

  @Test(arguments: kinds) func startsDrawsAndGivesTheTerminalBack(kind: Kind) throws {
    let journey = try JourneyFolder()
    let source = "sixteen|xterm with 16 colours,\n\tcolors#16, pairs#256, use=xterm,\n"
    try Data(source.utf8).write(to: URL(fileURLWithPath: journey.path("sixteen.ti")))
    let session = try journey.shell()
    try JourneyFolder.type("tic -x -o $HOME/.terminfo sixteen.ti; echo described", in: session)
    try session.waitFor("described\n")
    let sent = journey.path("sent")
    // script keeps what the program sends, byte by byte.
    try JourneyFolder.type(
      "clear; TERM=\(kind.name) script -qefc '$REFWALK $DUMP --executable $EXECUTABLE' sent; echo status $?",
      in: session
    )
    try session.waitFor("Suspects")
    try session.send("2", "Enter")
    try session.waitFor("ends the cycle")
    try session.send("b", "v")
    try session.waitFor("from")
    try session.send("3")
    try session.waitFor("GC roots (")
    try session.send("Down", "Space", "5")
    try session.waitFor("row 1 of 1")
    try session.send("?")
    try session.waitFor("Keys")
    try session.send("Escape", "Q")
    try session.waitFor("status 0")
    try JourneyFolder.expectUsable(session)
    let bytes = try Data(contentsOf: URL(fileURLWithPath: sent))
    expectKnown(Self.sequences(Array(bytes)), kind)
  }

  /// The sequences that begin with ESC, without it.
  static func sequences(_ bytes: [UInt8]) -> Set<String> {
    var found: Set<String> = []
    var index = 0
    while index < bytes.count {
      defer { index += 1 }
      guard bytes[index] == 0x1B else { continue }
      var end = index + 1
      if end < bytes.count, bytes[end] == 0x5B {
        end += 1
        while end < bytes.count, !(0x40...0x7E).contains(bytes[end]) { end += 1 }
      } else if end < bytes.count, (0x20...0x2F).contains(bytes[end]) {
        end += 1
      }
      found.insert(String(decoding: bytes[index + 1...min(end, bytes.count - 1)], as: UTF8.self))
      index = end
    }
    return found
  }

  private func expectKnown(_ sequences: Set<String>, _ kind: Kind) {
    #expect(sequences.count > 5, "\(kind.name) is driven")
    for sequence in sequences where sequence.hasPrefix("[") && sequence.hasSuffix("m") {
      let numbers = sequence.dropFirst().dropLast().split(separator: ";").compactMap { Int($0) }
      for number in numbers {
        let isBasic = (30...49).contains(number)
        let isBright = (90...107).contains(number)
        #expect(!isBasic || kind.colours >= 8, "\(kind.name) has no colours: \(sequence)")
        #expect(!isBright || kind.colours >= 16, "\(kind.name) has eight colours: \(sequence)")
      }
      // The eight colours are all that is used; no terminal needs more.
      #expect(!sequence.contains("38;5") && !sequence.contains("48;5"), "\(kind.name): \(sequence)")
    }
    let isPrivate = kind.name == "vt100"
    for sequence in sequences where isPrivate {
      let unknown = ["[?1049", "[?2004", "[?1000", "[?1002", "[?1003", "[?1006", "[?12", "[?25", "]"]
      #expect(!unknown.contains { sequence.hasPrefix($0) }, "\(kind.name): \(sequence)")
    }
    if kind.name.hasPrefix("xterm") {
      #expect(sequences.contains("[?1049h") && sequences.contains("[?1049l"), "the screen is given back")
      #expect(sequences.contains("[?2004h") && sequences.contains("[?2004l"), "pasting is marked and unmarked")
    }
  }
}
