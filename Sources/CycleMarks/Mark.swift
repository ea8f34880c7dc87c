import Glibc

/// A verdict by a person on a shape, a cycle or an object, with a note, and what it looked like when it was marked,
/// so that the mark can still be read when the dump is gone.
public struct Mark: Hashable, Sendable {
  /// What is marked, in terms that the next dump of the program has too.
  public let target: MarkTarget
  /// What the person thinks of it.
  public var verdict: Verdict
  /// Anything, also several lines.
  public var note: String
  /// The letter people call it by.
  ///
  /// A `MarkSet` gives it out; it stays while the mark lives.
  public internal(set) var letter: MarkLetter
  /// What is marked, as a person reads it: `SessionCache ⇄ Session`.
  ///
  /// Text from a dump: not safe for a terminal as it is.
  public let title: String
  /// The ring, a line for each hop: `SessionCache .entries`, `Session[] [0]`, … Text from a dump.
  public let witness: [String]
  /// The addresses of the ring's objects (of an object: its own), in the order of `witness`.
  public let ring: [UInt64]
  /// How many objects: all members of the cycle, of all cycles of the shape.
  public let objects: Int
  /// Retained bytes when it was marked.
  public let retained: UInt64
  /// The root that held it, by name; empty when none did.
  public let root: String
  /// When it was marked, in seconds since 1970.
  public let made: Int
  /// When the verdict or the note was last changed, in seconds since 1970.
  public var changed: Int
  /// The file name of the dump it was marked in.
  public let dump: String

  /// A mark with all that is kept of it; without `changed` it was last changed when it was made.
  public init(
    target: MarkTarget, verdict: Verdict = .suspect, note: String = "", title: String, witness: [String] = [],
    ring: [UInt64] = [], objects: Int = 0, retained: UInt64 = 0, root: String = "", made: Int, changed: Int? = nil,
    dump: String = "", letter: MarkLetter = MarkLetter(0)
  ) {
    self.target = target
    self.verdict = verdict
    self.note = note
    self.letter = letter
    self.title = title
    self.witness = witness
    self.ring = ring
    self.objects = objects
    self.retained = retained
    self.root = root
    self.made = made
    self.changed = changed ?? made
    self.dump = dump
  }

  /// The same mark with another verdict or note, changed at `time` (seconds since 1970).
  public func changed(verdict: Verdict? = nil, note: String? = nil, at time: Int) -> Mark {
    var copy = self
    copy.verdict = verdict ?? self.verdict
    copy.note = note ?? self.note
    copy.changed = time
    return copy
  }

  /// Now, in seconds since 1970.
  public static var now: Int { Int(time(nil)) }
}
