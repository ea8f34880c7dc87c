import Screen
import Testing

@testable import Browser

@Suite struct KeyMapTests {
  /// The keys of the design, each with what it does.
  static let designed: [(keys: String, action: Action)] = [
    ("Up k ^P", .up), ("Down j ^N", .down), ("PgUp ^B", .pageUp), ("PgDn ^F", .pageDown), ("^U", .halfPageUp),
    ("^D", .halfPageDown), ("Home g", .first), ("End G", .last), ("K", .previousSibling), ("J", .nextSibling),
    ("Right l", .openRow), ("Left h", .closeRow), ("L", .openAll), ("H", .closeAll),
    ("1", .view(.overview)), ("2", .view(.cycles)), ("3", .view(.retention)), ("4", .view(.classes)),
    ("5", .view(.marks)), ("6", .view(.diff)), ("Enter", .follow), ("BS [", .back), ("]", .forward), ("Tab", .nextPane),
    ("S-Tab", .previousPane), ("p", .paths), ("i", .inspect), ("c", .cycle), ("t", .inTree), ("T", .treemap),
    (":", .goTo), ("/", .search), ("n", .nextMatch), ("N", .previousMatch), ("f", .filter), ("Esc", .escape),
    ("s", .sort), ("S", .reverseSort), ("%", .sizeColumns), ("z", .zoom),
    (".", .policy), ("e", .entries), ("Space", .toggleMark), ("m", .editMark), ("'", .jumpToMark), ("w", .saveCopy),
    ("x", .export),
    ("u", .undo), ("^R", .redo), ("y", .copy), ("M", .mouse), ("^L", .redraw), ("^C", .cancel), ("^Z", .suspend),
    ("? F1", .help), ("q", .close), ("Q", .quit), ("b", .nextCut), ("v", .drawing),
    ("B", .cutInThought), ("R", .restoreCuts),
  ]

  @Test func everyKeyOfTheDesignIsBound() throws {
    for (keys, action) in Self.designed {
      for key in try Key.parse(keys) { #expect(KeyMap.standard.action(for: key) == action, "\(key.name)") }
    }
  }

  @Test func noKeyAndNoActionStandsTwice() {
    let bindings = KeyMap.standard.bindings
    let keys = bindings.flatMap(\.keys)
    #expect(Set(keys).count == keys.count)
    #expect(Set(bindings.map(\.action)).count == bindings.count)
    #expect(bindings.count == Self.designed.count)
    for binding in bindings {
      #expect(!binding.keys.isEmpty && !binding.label.isEmpty && !binding.help.isEmpty)
      #expect(KeyMap.standard.binding(of: binding.action)?.keys == binding.keys)
    }
  }

  @Test(arguments: Tab.allCases) func eachTabHasTheKeyOfItsNumber(tab: Tab) throws {
    let keys = try Key.parse("\(tab.number)")
    #expect(KeyMap.standard.action(for: keys[0]) == .view(tab))
    #expect(tab.place.tab == tab)
    var browser = BrowserDriver(Samples.goLeaks)
    browser.press("\(tab.number)")
    // There is nothing to compare with.
    #expect(browser.model.pane.place == (tab == .diff ? .overview : tab.place))
  }

  @Test(arguments: [80, 120, 160]) func helpShowsEveryBinding(columns: Int) {
    let browser = BrowserDriver(Samples.ring(3), rows: 24, columns: columns)
    let width = min(columns - 4, 118) - 4
    let lines = browser.model.helpLines(width: width).map { $0.map(\.0).joined() }
    let text = lines.joined(separator: "\n")
    for binding in KeyMap.standard.bindings {
      let keys = binding.keys.map { browser.model.keySymbol($0) }.joined(separator: " ")
      #expect(text.contains(" \(keys) "), "\(keys)")
      #expect(text.contains(binding.help), "\(binding.help)")
    }
    for line in lines { #expect(DisplayWidth.width(of: line) <= width, "\(line)") }
  }

  @Test(arguments: ["", "2", "2 Enter", "3", "3 T", "4", "4 Enter", "5", "2 Enter p", "2 Enter Enter"])
  func footersShowOnlyKeysThatDoSomething(place: String) throws {
    var browser = BrowserDriver(Samples.goLeaks, rows: 24, columns: 80)
    browser.press(place)
    let footer = browser.line(23)
    #expect(footer.hasPrefix(" ↑↓ move") && footer.contains("? keys") && footer.contains("q "))
    for part in footer.split(separator: "  ").dropFirst(2) {
      let symbol = part.split(separator: " ").first.map(String.init) ?? ""
      let binding = KeyMap.standard.bindings.first { browser.model.keySymbol($0.keys[0]) == symbol }
      let action = try #require(binding?.action, "\(symbol) is no key")
      #expect(browser.model.disabledReason(action) == nil, "\(symbol)")
    }
  }

  /// On every screen a key does something or says why not.
  @Test(arguments: [
    "", "2", "2 Enter", "3", "3 T", "4", "4 Enter", "5", "2 Enter p", "2 Enter Enter", "2 f \"nowhere\" Enter",
  ])
  func aDisabledKeySaysWhy(place: String) {
    for binding in KeyMap.standard.bindings {
      var browser = BrowserDriver(Samples.ring(3), rows: 24, columns: 80)
      browser.press(place)
      guard let reason = browser.model.disabledReason(binding.action) else { continue }
      browser.apply(.key(binding.keys[0]))
      #expect(browser.status.contains(reason.prefix(60)), "\(binding.keys[0].name)")
    }
  }
}
