import Testing

@testable import Screen

@Suite struct KeyTests {
  @Test func namesRoundTrip() throws {
    var keys: [Key] = [
      .up, .down, .left, .right, .home, .end, .pageUp, .pageDown, .enter, .escape, .backspace, .delete, .tab, .backTab,
    ]
    keys += (1...63).map { .function($0) }
    keys += (0..<32).compactMap { Key(controlCode: $0) }
    keys += (0x20..<0x7F).map { .character(Character(Unicode.Scalar($0))) }
    keys += ["é", "例", "▼", "👩‍👩‍👧"].map { .character($0) }
    for key in keys {
      #expect(Key(name: key.name) == key)
      if key != .character("\"") { #expect(try Key.parse(" \(key.name)  ") == [key]) }
    }
  }

  @Test func whatIsTypedWithControlIsThatKey() {
    for code in UInt8(0)..<32 {
      #expect(Key(typed: Character(Unicode.Scalar(code))) == Key(controlCode: code), "\(code)")
    }
    #expect(Key(typed: "\u{c}") == .control("L") && Key(typed: "\u{b}") == .control("K"))
    #expect(Key(typed: "\r\n") == .enter && Key(typed: "\u{2028}") == .enter)
  }

  @Test(arguments: [
    ("Enter", Key.enter), ("enter", .enter), ("PgDn", .pageDown), ("pagedown", .pageDown), ("S-Tab", .backTab),
    ("Space", .character(" ")), ("^c", .control("C")), ("^C", .control("C")), ("^M", .enter), ("^[", .escape),
    ("^?", .backspace), ("^", .character("^")), ("F12", .function(12)), ("F", .character("F")), ("\n", .enter),
  ])
  func names(_ name: String, _ key: Key) { #expect(Key(name: name) == key) }

  @Test(arguments: ["", "Entre", "F0", "F64", "^ab", "^é", "Fx", "C-x"])
  func noKeys(_ name: String) { #expect(Key(name: name) == nil) }

  @Test func parsing() throws {
    #expect(try Key.parse("") == [])
    #expect(try Key.parse("2 Enter  m\tq") == [.character("2"), .enter, .character("m"), .character("q")])
    #expect(
      try Key.parse(#"m "a \"b\\" Enter"#)
        == [.character("m")] + #"a "b\"#.map { .character($0) } + [.enter])
    #expect(try Key.parse("\"\"") == [])
  }

  @Test func parsingErrors() {
    #expect(throws: KeyParseError.unknownName("Entre")) { try Key.parse("2 Entre") }
    #expect(throws: KeyParseError.unclosedQuote("\"a note")) { try Key.parse("m \"a note") }
    #expect(KeyParseError.unknownName("\u{1B}[2J").description.contains("·[2J"))
  }
}
