/// Something a terminal reports.
public enum TerminalEvent: Sendable, Equatable {
  /// A key was pressed.
  case key(Key)
  /// A text was pasted, as it came: to be treated as typed text, never as keys.
  case paste(String)
  /// The terminal has a new size, in character cells.
  case resize(rows: Int, columns: Int)
  /// The mouse was used over a cell.
  case mouse(row: Int, column: Int, kind: MouseKind)
  /// The wake descriptor can be read: a worker thread posted something.
  case wake
  /// The program was suspended and is in the foreground again; everything is to be drawn anew.
  case suspendResumed
  /// The terminal is gone.
  case hangup
}

/// What the mouse did.
public enum MouseKind: Sendable, Hashable {
  /// The left, middle or right button went down.
  case press, middlePress, rightPress
  /// The wheel turned by one notch.
  case wheelUp, wheelDown
}
