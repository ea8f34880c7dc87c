import CNCurses
import Glibc
import Screen

extension Terminal {
  /// Sequences that terminals send though their description says otherwise, or says nothing.
  static func defineKeys() {
    let usual: [(sequence: String, code: Int32)] = [
      ("\u{1B}[A", KEY_UP), ("\u{1B}[B", KEY_DOWN), ("\u{1B}[C", KEY_RIGHT), ("\u{1B}[D", KEY_LEFT),
      ("\u{1B}OA", KEY_UP), ("\u{1B}OB", KEY_DOWN), ("\u{1B}OC", KEY_RIGHT), ("\u{1B}OD", KEY_LEFT),
      ("\u{1B}[H", KEY_HOME), ("\u{1B}[F", KEY_END), ("\u{1B}OH", KEY_HOME), ("\u{1B}OF", KEY_END),
      ("\u{1B}[1~", KEY_HOME), ("\u{1B}[4~", KEY_END), ("\u{1B}[7~", KEY_HOME), ("\u{1B}[8~", KEY_END),
      ("\u{1B}[3~", KEY_DC), ("\u{1B}[5~", KEY_PPAGE), ("\u{1B}[6~", KEY_NPAGE), ("\u{1B}[Z", KEY_BTAB),
      ("\u{1B}OM", KEY_ENTER), ("\u{1B}OP", KEY_F0 + 1), ("\u{1B}[11~", KEY_F0 + 1), ("\u{1B}[[A", KEY_F0 + 1),
      ("\u{1B}[200~", Int32(nc_paste_begin)), ("\u{1B}[201~", Int32(nc_paste_end)),
    ]
    for (sequence, code) in usual where key_defined(sequence) == 0 { define_key(sequence, code) }
  }

  /// The event of a key that ncurses knows; nil for one that means nothing here.
  mutating func functionEvent(_ code: Int32) -> TerminalEvent? {
    switch code {
    case Int32(nc_paste_begin): return .paste(readPaste())
    case KEY_MOUSE: return mouseEvent()
    case KEY_RESIZE: return adoptWindowSize() ? .resize(rows: rows, columns: columns) : nil
    default: return Self.functionKey(code).map { .key($0) }
    }
  }

  private static func functionKey(_ code: Int32) -> Key? {
    switch code {
    case KEY_UP, KEY_SR: return .up
    case KEY_DOWN, KEY_SF: return .down
    case KEY_LEFT, KEY_SLEFT: return .left
    case KEY_RIGHT, KEY_SRIGHT: return .right
    case KEY_HOME, KEY_SHOME, KEY_A1, KEY_FIND: return .home
    case KEY_END, KEY_SEND, KEY_C1, KEY_SELECT: return .end
    case KEY_PPAGE, KEY_SPREVIOUS, KEY_A3: return .pageUp
    case KEY_NPAGE, KEY_SNEXT, KEY_C3: return .pageDown
    case KEY_BACKSPACE: return .backspace
    case KEY_DC, KEY_SDC: return .delete
    case KEY_BTAB: return .backTab
    case KEY_ENTER: return .enter
    case KEY_F0 + 1...KEY_F0 + 63: return .function(Int(code - KEY_F0))
    default: break
    }
    // With Control or Alt, xterm's descriptions number the keys by a name such as kUP5.
    guard let name = keyname(code).map({ String(cString: $0) }) else { return nil }
    let modified: [(String, Key)] = [
      ("kUP", .up), ("kDN", .down), ("kLFT", .left), ("kRIT", .right), ("kHOM", .home), ("kEND", .end),
      ("kPRV", .pageUp), ("kNXT", .pageDown), ("kDC", .delete),
    ]
    return modified.first { name.hasPrefix($0.0) }?.1
  }

  func mouseEvent() -> TerminalEvent? {
    var mouse = MEVENT()
    guard getmouse(&mouse) == OK, mouse.x >= 0, mouse.y >= 0, mouse.x < columns, mouse.y < rows else { return nil }
    let kinds: [(mmask_t, MouseKind)] = [
      (nc_left_pressed, .press), (nc_middle_pressed, .middlePress), (nc_right_pressed, .rightPress),
      (nc_wheel_up, .wheelUp), (nc_wheel_down, .wheelDown),
    ]
    guard let kind = kinds.first(where: { mouse.bstate & $0.0 != 0 })?.1 else { return nil }
    return .mouse(row: Int(mouse.y), column: Int(mouse.x), kind: kind)
  }

  /// The text up to the sequence that ends pasting, past ncurses: what looks like a key there is none.
  ///
  /// At most 1 MiB is kept, the rest is read and dropped; a terminal that says nothing for ten seconds is done:
  /// not sooner, for what a slow network brings after that acts as keys.
  private func readPaste() -> String {
    let end = Array("\u{1B}[201~".utf8)
    var tail: [UInt8] = []
    var text: [UInt8] = []
    while true {
      // ncurses reads byte by byte and so must this, or keys typed after the paste would be lost to it.
      var byte: UInt8 = 0
      var file = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
      let ready = poll(&file, 1, 10_000)
      if ready < 0 && errno == EINTR { continue }
      guard ready > 0, read(STDIN_FILENO, &byte, 1) == 1 else { break }
      tail.append(byte)
      if tail == end { return String(decoding: text, as: UTF8.self) }
      while !end.starts(with: tail) {
        if text.count < 1 << 20 { text.append(tail[0]) }
        tail.removeFirst()
      }
    }
    return String(decoding: text + tail, as: UTF8.self)
  }
}
