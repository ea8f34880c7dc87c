import Glibc
import ReferenceGraph

/// The file in which the marks of a dump live.
///
/// Beside the dump as `DUMP.marks` (`refwalk-stdin.marks` in the current folder for standard input), or where the
/// user says; in the user's state folder when that place cannot be written.
///
/// Every change is written at once: to a temporary file in the same folder, which is synced and then renamed over
/// the old one, so that at any moment the file is whole. Symbolic links are followed, permissions stay.
///
/// Two processes can keep marks in one file. A save takes a lock on the folder (`FolderLock`), reads the file again
/// and joins three versions: what this value last read or wrote, its own, and what is there now. What one side changed
/// is kept; where both changed the same mark the newer change wins, a removal loses, and both notes are kept. The lock
/// saves work; that nothing is lost rests on the exchange of files (`FileAccess.replace`).
///
/// A dump that has no marks yet and is compared with an earlier one begins with the marks of that.
///
/// Marks that went elsewhere while the place could not be written are looked for at every load and joined with those there;
/// they are taken away once a save has brought them home.
public struct MarksFile: Sendable {
  private var place: MarksPlace
  /// Where the marks of the earlier dump are.
  private let earlier: MarksPlace?
  private let environment: [String: String]
  /// The marks and the state of the file when it was last read or written.
  private var base: [Mark] = []
  private var stamp: FileStamp?
  /// Files that stood in for this one, whose marks were taken in, and how many they had.
  private var takenIn: [(path: String, bytes: [UInt8])] = []
  /// How many marks only such files had, when the marks were last read.
  public private(set) var takenInCount = 0
  /// Whether there are such files: a save takes them away.
  public var hasTakenIn: Bool { !takenIn.isEmpty }
  /// What a file that stands in says about the one it stands in for.
  private var standsInFor: String?
  /// The hash of the file as it was last read or written, `-` when there was none.
  private var lastHash = "-"
  /// Whose permissions a new file gets at most.
  private let dump: String
  /// How long a save waits for the lock of the folder, in milliseconds.
  var lockPatience = 2000

  /// The lines that could not be read last time; they stay in the file as they are.
  public private(set) var unreadable: [UnreadableLine] = []
  /// The file that was read last; ``path`` unless that was not there.
  public private(set) var source: String
  /// Whether the marks read last are those of the earlier dump.
  ///
  /// They are in ``path`` only after a save.
  public var areOfEarlier: Bool { source != path && (source == earlier?.path || source == earlier?.inherited) }

  /// Where the marks of the dump at `dump` go (`-`: standard input); `explicit` is the argument of `--marks`, with
  /// which the marks of `earlier`, a dump to compare with, do not count.
  ///
  /// `environment` gives `XDG_STATE_HOME`, `HOME` and `TMPDIR`. Nothing is read or made yet.
  public init(dump: String, earlier: String? = nil, explicit: String? = nil, environment: [String: String]) {
    place = MarksPlace(dump: dump, explicit: explicit, environment: environment)
    source = place.path
    // Standard input is another dump each time.
    let before = explicit == nil && earlier != "-" ? earlier : nil
    self.earlier = before.map { MarksPlace(dump: $0, explicit: nil, environment: environment) }
    self.environment = environment
    self.dump = dump
  }

  /// All files that the marks of the dump may lie in, and those of the earlier one.
  public var places: [String] {
    [place, earlier].compactMap { $0 }.flatMap { [$0.path] + ($0.inherited.map { [$0] } ?? []) + $0.others }
  }

  /// Takes away temporary files of processes that were killed while they wrote marks.
  public func clearLeftovers() {
    for path in [place.path] + (place.inherited.map { [$0] } ?? []) + place.others {
      FileAccess.clearLeftovers(of: path)
    }
  }

  /// The text of a file with these marks.
  public static func text(_ marks: [Mark]) -> String {
    String(decoding: MarksText(marks: MarkSet(marks).marks).bytes, as: UTF8.self)
  }

  /// The file that is written.
  public var path: String { place.path }

  /// One line for the user when marks go elsewhere than asked, and why.
  ///
  /// Safe for a terminal. May appear at a save.
  public var notice: String? { place.notice }

  /// Reads the marks; none when there is no file yet.
  ///
  /// With `ours`, marks held already: what was changed in them since the file was last read or written, and could not
  /// be written, is kept.
  public mutating func load(ours: [Mark]? = nil) throws(MarksError) -> [Mark] {
    source = place.path
    var found = try FileAccess.read(place.path)
    let isOwn = found != nil
    if !isOwn, stamp == nil {
      for other in [place.inherited, earlier?.path, earlier?.inherited].compactMap({ $0 }) where found == nil {
        // The place asked for may well be unreadable, too: its folder may not be there at all.
        found = try? FileAccess.read(other)
        if found != nil { source = other }
      }
    }
    var text = MarksText(marks: [])
    if let found { text = try MarksText(found.bytes, path: source) }
    // What a file that stands in holds follows on the one it stands in for: it is read with that one, whichever is written.
    var known = text.marks
    if stamp == nil { known = takeIn(text, found?.bytes, isOwn: isOwn) }
    guard found != nil || !known.isEmpty else { return ours ?? [] }
    let merged = ours.map { MarkMerge.merge(base: base, ours: $0, theirs: known) } ?? known
    base = text.marks
    unreadable = text.unreadable
    stamp = isOwn ? found?.stamp : nil
    if isOwn, let found, place.inherited == nil { lastHash = MarksPlace.hash(found.bytes) }
    return merged
  }

  /// The marks of the file that was read, joined with those of other files of the same marks.
  private mutating func takeIn(_ text: MarksText, _ bytes: [UInt8]?, isOwn: Bool) -> [Mark] {
    takenIn = []
    takenInCount = 0
    var marks = text.marks
    standsInFor = text.standsInFor
    if let home = place.inherited {
      // This file stands in: home may have changed since.
      let there = try? FileAccess.read(home)
      let hash = there.map { MarksPlace.hash($0.bytes) } ?? "-"
      if isOwn, let there, text.standsInFor != hash, let theirs = try? MarksText(there.bytes, path: home) {
        marks = MarkMerge.merge(base: [], ours: marks, theirs: theirs.marks)
      }
      standsInFor = hash
      return marks
    }
    let hash = isOwn ? bytes.map { MarksPlace.hash($0) } ?? "-" : "-"
    for other in place.others where other != source && other != place.path {
      guard let found = try? FileAccess.read(other), let stood = try? MarksText(found.bytes, path: other) else {
        continue
      }
      let before = marks
      marks = MarkMerge.merge(
        base: stood.standsInFor == hash ? text.marks : [], ours: stood.marks, theirs: marks)
      takenIn.append((other, found.bytes))
      takenInCount += marks.filter { mark in !before.contains { $0.target == mark.target } }.count
    }
    return marks
  }

  /// Writes `marks`, joined with what other processes wrote since this value last read or wrote the file, and returns
  /// what the file holds now: give it to `MarkSet.adopt`.
  ///
  /// When the place cannot be written after all, goes to another one and says so in `notice`.
  @discardableResult public mutating func save(_ marks: [Mark]) throws(MarksError) -> [Mark] {
    do {
      return try write(marks)
    } catch {
      let code: Int32
      switch error {
      case .cannotWrite(_, let number), .cannotRead(_, let number): code = number
      default: throw error
      }
      let isOfThePlace = [EACCES, EPERM, EROFS, ENOSPC, EDQUOT, ENOENT, ENOTDIR].contains(code)
      guard isOfThePlace, place.inherited == nil, place.move(because: code, environment: environment) else {
        throw error
      }
      return try write(marks)
    }
  }

  /// Whether the file on disk is another than this value last read or wrote.
  ///
  /// One `stat`. A file that is gone is no change: the next save makes it anew.
  public var changedOnDisk: Bool {
    guard let now = FileStamp(path: place.path) else { return false }
    return now != stamp
  }

  private mutating func write(_ marks: [Mark]) throws(MarksError) -> [Mark] {
    let path = FileAccess.followed(place.path)
    let folder = FileAccess.split(path).folder
    if place.inherited != nil { FileAccess.makeFolder(folder) }
    let lock = FolderLock(folder, patience: lockPatience)
    // What is still to be brought into the file, and the version that it follows on.
    var (ours, ancestor) = (marks, base)
    // What was last in the file, as far as this value knows.
    var last = base
    var keptLines: [[UInt8]] = []
    for _ in 0..<100 {
      let found = try FileAccess.read(path)
      // A file that somebody took away takes no marks with it.
      var text = MarksText(marks: last)
      if let found { text = try MarksText(found.bytes, path: path) }
      let theirs = text.marks
      text.marks = MarkMerge.merge(base: ancestor, ours: ours, theirs: theirs)
      keptLines.removeAll { text.kept.contains($0) }
      text.kept += keptLines
      if text.marks == theirs && keptLines.isEmpty && (found != nil || theirs.isEmpty) {
        note(text, found?.stamp)
        return text.marks
      }
      text.standsInFor = place.inherited == nil ? nil : standsInFor ?? lastHash
      switch try FileAccess.replace(
        path, with: text.bytes, expected: found, isLocked: lock.isHeld, mode: FileAccess.mode(of: dump))
      {
      case .done(let written):
        note(text, written)
        return text.marks
      case .changed: break
      case .overwrote(let bytes):
        do {
          // All of ours is in the file; what another process had just written into it before has to come back, as
          // the changes that it is to the version that both began with.
          let lost = try MarksText(bytes, path: path)
          (ours, ancestor, last) = (lost.marks, theirs, text.marks)
          keptLines += lost.kept
        } catch {
          // It is something else: it gets its place back.
          _ = try FileAccess.replace(path, with: bytes, expected: FileAccess.read(path), isLocked: lock.isHeld)
          throw error
        }
      }
    }
    throw .cannotWrite(path, EBUSY)
  }

  private mutating func note(_ text: MarksText, _ stamp: FileStamp?) {
    base = text.marks
    unreadable = text.unreadable
    source = place.path
    self.stamp = stamp
    guard place.inherited == nil else { return }
    if let found = try? FileAccess.read(FileAccess.followed(place.path)) { lastHash = MarksPlace.hash(found.bytes) }
    // All of them is in the file now, and on the disk.
    for other in takenIn { FileAccess.remove(other.path, holding: other.bytes) }
    takenIn = []
  }
}
