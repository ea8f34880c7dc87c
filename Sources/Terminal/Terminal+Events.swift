import CNCurses
import CTerminalGuard
import Glibc
import Screen

extension Terminal {
  /// Waits for an event.
  ///
  /// - Parameters:
  ///   - timeout: how long to wait; nil for ever, zero not at all.
  ///   - wakeDescriptor: a descriptor to wait for as well, such as ``EventMailbox/wakeDescriptor``. It is not read.
  /// - Returns: the event, or nil when the time is up.
  public mutating func nextEvent(timeout: Duration? = nil, wakeDescriptor: Int32? = nil) -> TerminalEvent? {
    let clock = ContinuousClock()
    let deadline = timeout.map { clock.now + $0 }
    while true {
      if !pending.isEmpty { return pending.removeFirst() }
      if let event = readEvent() { return event }
      if !pending.isEmpty { continue }
      var files = [
        pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0),
        pollfd(fd: notifications, events: Int16(POLLIN), revents: 0),
        pollfd(fd: wakeDescriptor ?? -1, events: Int16(POLLIN), revents: 0),  // A negative one is left out.
      ]
      let ready = poll(&files, 3, deadline.map { Self.milliseconds($0 - clock.now) } ?? -1)
      if ready == 0 { return nil }
      if ready < 0 {
        if errno == EINTR { continue }
        return .hangup
      }
      if files[1].revents != 0 {
        handleNotifications()
      } else if files[2].revents != 0 {
        return .wake
      } else if Int32(files[0].revents) & (POLLHUP | POLLERR | POLLNVAL) != 0 || inputEnded() {
        return .hangup
      }
    }
  }

  /// Rounded up, so that a short wait is a wait.
  private static func milliseconds(_ duration: Duration) -> Int32 {
    let (seconds, attoseconds) = duration.components
    if seconds < 0 || attoseconds < 0 { return 0 }
    if seconds > 1_000_000 { return 1_000_000_000 }
    return Int32(seconds * 1000 + (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000)
  }

  /// A terminal that is ready and has nothing to read is at its end.
  private func inputEnded() -> Bool {
    var count: Int32 = 0
    return ioctl(STDIN_FILENO, UInt(FIONREAD), &count) != 0 || count == 0
  }

  private mutating func handleNotifications() {
    var bytes = [UInt8](repeating: 0, count: 64)
    let count = read(notifications, &bytes, bytes.count)
    let received = bytes.prefix(max(0, count))
    let isReceived = { (byte: Int) in received.contains(UInt8(byte)) }
    if isReceived(Int(terminal_guard_stop_wanted)) {
      suspend()
    } else if isReceived(Int(terminal_guard_continued)) {
      // Stopped by a signal that nobody is told of (SIGSTOP): the shell may have changed everything.
      refreshModes()
      pending.append(.suspendResumed)
    } else if adoptWindowSize() {
      pending.append(.resize(rows: rows, columns: columns))
    }
  }

  /// Reads one event from what was typed; nil when nothing is there or it means nothing.
  private mutating func readEvent() -> TerminalEvent? {
    while true {
      var code: wint_t = 0
      let status = wget_wch(nc_stdscr(), &code)
      if status == ERR {
        // A press whose release came with it is kept by ncurses but not announced.
        return mouseIsOn ? mouseEvent() : nil
      }
      if status == KEY_CODE_YES {
        if let event = functionEvent(Int32(bitPattern: code)) { return event }
      } else if code == 0x1B {
        if let event = escapeEvent() { return event }
      } else if let key = Self.key(code) {
        return .key(key)
      }
      if !pending.isEmpty { return nil }
    }
  }

  /// ESC is the key of that name, unless a sequence follows that the terminal's description does not have: such a
  /// one is swallowed whole, since its letters would act as keys.
  private mutating func escapeEvent() -> TerminalEvent? {
    var code: wint_t = 0
    let status = wget_wch(nc_stdscr(), &code)
    guard status == OK, code == 0x5B || code == 0x4F else {  // [ and O
      if status != ERR { unget(status, code) }
      return .key(.escape)
    }
    let introducer = code
    while true {
      let status = wget_wch(nc_stdscr(), &code)
      if status != OK {
        if status != ERR { unget(status, code) }
        // Nothing more: two keys, quickly typed.
        if let key = Self.key(introducer) { pending.append(.key(key)) }
        return .key(.escape)
      }
      if introducer == 0x4F || !(0x20...0x3F).contains(code) { return nil }
    }
  }

  private func unget(_ status: Int32, _ code: wint_t) {
    if status == KEY_CODE_YES { ungetch(Int32(bitPattern: code)) } else { unget_wch(wchar_t(bitPattern: code)) }
  }

  private static func key(_ code: wint_t) -> Key? {
    guard let scalar = Unicode.Scalar(code) else { return nil }
    return Key(typed: Character(scalar))
  }
}
