import CNCurses
import CTerminalGuard
import Glibc
import Screen

extension Terminal {
  /// Gives the terminal back, stops the process as `^Z` does, and takes the terminal again when it continues.
  ///
  /// Reports ``Screen/TerminalEvent/suspendResumed`` next, and a change of size if there was one.
  public mutating func suspend() {
    giveBack()
    terminal_guard_stop()
    takeAgain()
    pending.append(.suspendResumed)
  }

  /// Gives the terminal back while `body` runs, for an editor or a pager (see ``ForegroundCommand``).
  ///
  /// `^C` typed meanwhile ends the other program and not this one.
  public mutating func runInForeground<Result, Failure: Error>(
    _ body: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    giveBack()
    terminal_guard_survive_interrupts(true)
    defer {
      terminal_guard_survive_interrupts(false)
      takeAgain()
    }
    return try body()
  }

  /// Ends the process with a line on standard error and code 2 when a mapped file turns out to have become shorter, in
  /// commands that take no terminal too.
  public static func watchMappedFiles() { terminal_guard_watch_files() }

  private func giveBack() {
    Self.setBracketedPaste(false)
    endwin()
    terminal_guard_disarm()
  }

  private mutating func takeAgain() {
    let reset = Self.resetSequence()
    _ = terminal_guard_arm(reset, reset.utf8.count)
    refreshModes()
  }

  /// Sets the modes of the terminal again and has everything redrawn; also after someone else changed them.
  mutating func refreshModes() {
    reset_prog_mode()
    let changed = adoptWindowSize()
    redraw()
    wrefresh(nc_stdscr())  // Enters the alternate screen again.
    Self.setBracketedPaste(true)
    if changed { pending.append(.resize(rows: rows, columns: columns)) }
  }

  /// Has the terminal mark pasted text, or stop to; terminals that cannot ignore it.
  static func setBracketedPaste(_ on: Bool) {
    guard understandsPrivateModes else { return }
    send(on ? "\u{1B}[?2004h" : "\u{1B}[?2004l")
  }

  /// Sends a sequence past ncurses, after what it had to send.
  static func send(_ sequence: String) {
    nc_flush()
    var bytes = Array(sequence.utf8)[...]
    while !bytes.isEmpty {
      let written = bytes.withUnsafeBytes { Glibc.write(STDOUT_FILENO, $0.baseAddress, $0.count) }
      if written < 0 && errno == EINTR { continue }
      guard written > 0 else { return }
      bytes = bytes.dropFirst(written)
    }
  }

  /// Whether the terminal takes the sequences of xterm: those that name an unknown mode are ignored there, while
  /// old hardware prints them.
  static var understandsPrivateModes: Bool {
    nc_capability("smcup").map { String(cString: $0).contains("?") } ?? false
      || nc_capability("civis").map { String(cString: $0).contains("[?25l") } ?? false
  }

  /// What gives the terminal back without ncurses: mouse and pasting off, keys, alternate screen, cursor, colours.
  static func resetSequence() -> String {
    var sequence = ""
    if understandsPrivateModes { sequence += "\u{1B}[?1006l\u{1B}[?1003l\u{1B}[?1002l\u{1B}[?1000l\u{1B}[?2004l" }
    for name in ["rmkx", "sgr0", "op", "cnorm"] { sequence += capability(name) }
    let leave = capability("rmcup")
    // Without an alternate screen the last picture stays: go on below it.
    return sequence + (leave.isEmpty ? "\r\n" : leave + "\r")
  }

  /// A string of the terminal's description without its padding (`$<2>`), which only tputs understands.
  private static func capability(_ name: String) -> String {
    guard let value = nc_capability(name) else { return "" }
    var result = ""
    var isPadding = false
    for character in String(cString: value) {
      if character == "$" { isPadding = true }
      if !isPadding { result.append(character) }
      if character == ">" { isPadding = false }
    }
    return result
  }
}
