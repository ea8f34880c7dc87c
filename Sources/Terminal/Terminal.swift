import CNCurses
import CTerminalGuard
import Glibc
import Screen

/// The one owner of the terminal: taken on `init`, given back when the value goes away.
///
/// It is also given back when the process ends by `exit`, by a signal, or by a crash. Only one may exist at a time,
/// and only one thread may use it (ncurses has one state a process).
public struct Terminal: ~Copyable {
  /// Whether the locale allows ASCII only; frames are then to be drawn with ``Screen/GlyphSet/ascii``.
  public let usesASCII: Bool
  /// The frame that the terminal shows; nil when that is not known.
  var shown: Frame?
  /// Events that came while another one was read.
  var pending: [TerminalEvent] = []
  var mouseIsOn = false
  private(set) var size: Position
  let palette: Palette
  /// Where the guard reports changes of size, stops and continuations.
  let notifications: Int32
  /// The terminal's description by name, as in `TERM`.
  let name: String
  private let screen: OpaquePointer

  /// Takes the terminal at standard input and output.
  ///
  /// - Throws: ``TerminalError``, before anything was sent to the terminal.
  public init(color: ColorChoice = .auto) throws(TerminalError) {
    guard isatty(STDIN_FILENO) == 1, isatty(STDOUT_FILENO) == 1 else { throw .notATerminal }
    let name = environment("TERM") ?? ""
    // Not initscr(), which exits the process for a TERM it does not know.
    var problem: Int32 = 0
    guard !name.isEmpty, setupterm(name, STDOUT_FILENO, &problem) == OK else {
      throw problem == 1 ? .cannotMoveCursor(name) : .unknownTerminal(name)
    }
    guard nc_capability("cup") != nil else { throw .cannotMoveCursor(name) }
    let usesASCII = Locale.adopt()
    guard terminal_guard_remember_modes() else { throw .system(call: "tcgetattr", number: errno) }
    // Before ncurses, which leaves signals alone that have a handler.
    let reset = Self.resetSequence()
    let notifications = terminal_guard_arm(reset, reset.utf8.count)
    guard notifications >= 0 else { throw .system(call: "pipe", number: errno) }
    guard let screen = nc_open(name) else {
      terminal_guard_disarm()
      throw .unknownTerminal(name)
    }
    self.init(name: name, usesASCII: usesASCII, notifications: notifications, screen: screen, color: color)
  }

  /// Sets the modes; the terminal is ours from here on.
  private init(name: String, usesASCII: Bool, notifications: Int32, screen: OpaquePointer, color: ColorChoice) {
    self.name = name
    self.usesASCII = usesASCII
    self.notifications = notifications
    self.screen = screen
    raw()
    noecho()
    nonl()
    nodelay(nc_stdscr(), true)
    keypad(nc_stdscr(), true)
    idlok(nc_stdscr(), true)
    set_escdelay(25)
    mouseinterval(0)
    curs_set(0)
    Self.defineKeys()
    palette = Palette(color)
    size = Position(row: Int(getmaxy(nc_stdscr())), column: Int(getmaxx(nc_stdscr())))
    adoptWindowSize()
    Self.setBracketedPaste(true)
  }

  deinit {
    Self.setBracketedPaste(false)
    endwin()
    terminal_guard_disarm()
    delscreen(screen)
  }

  /// Height in character cells.
  public var rows: Int { size.row }
  /// Width in character cells.
  public var columns: Int { size.column }

  /// Adopts the size of the window; true when it changed.
  @discardableResult
  mutating func adoptWindowSize() -> Bool {
    var rows: Int32 = 0
    var columns: Int32 = 0
    guard terminal_guard_window_size(&rows, &columns) else { return false }
    let new = Position(row: Int(rows), column: Int(columns))
    guard new != size else { return false }
    resize_term(rows, columns)
    size = new
    redraw()
    return true
  }

  /// Forgets what the terminal shows; the next frame is drawn from scratch (`^L`).
  public mutating func redraw() {
    shown = nil
    clearok(nc_curscr(), true)
  }

  /// Switches mouse reports on or off.
  ///
  /// They are off at first: with them, selecting text needs Shift.
  public mutating func setMouse(_ on: Bool) {
    let buttons = nc_left_pressed | nc_middle_pressed | nc_right_pressed | nc_wheel_up | nc_wheel_down
    mousemask(on ? buttons : 0, nil)
    mouseIsOn = on
    nc_flush()
  }
}
