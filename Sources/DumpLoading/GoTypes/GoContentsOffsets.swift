import ReferenceGraph

/// Where the contents of each object lie in the file, by the run of records that it belongs to: 2.25 bytes an object.
struct GoContentsOffsets: ~Copyable {
  /// Of 64 objects: those whose records begin a run.
  struct Word: BitwiseCopyable {
    var starts: UInt64
    /// Runs that begin before them.
    var before: UInt64
  }

  private let runs: [RecordRuns.Run]
  private let words: FlatArray<Word>
  /// Bytes from the run's first record.
  private let distances: FlatArray<UInt16>
  /// The run that was begun last, the word its first object is in, and the offset of its first record.
  private var run = -1
  private var word = 0
  private var start = 0

  /// - Parameters:
  ///   - count: the number of objects, 0 when nobody will ask.
  ///   - runs: the runs of records, in the order of the objects.
  init(count: Int, runs: [RecordRuns.Run]) {
    self.runs = runs
    // A run may begin behind the last object that has a number, should the records overlap.
    words = FlatArray(zeroed: count > 0 ? (count &+ 1) &>> 6 &+ 1 : 0)
    distances = FlatArray(zeroed: count > 0 ? count &+ 1 : 0)
  }

  var isEmpty: Bool { distances.count == 0 }

  /// The next run begins with object `id`.
  mutating func beginRun(with id: Int) {
    guard !isEmpty else { return }
    run &+= 1
    start = runs[run].offset
    while word < id &>> 6 {
      word &+= 1
      words[word].before = UInt64(run)
    }
    words[word].starts |= 1 &<< UInt64(truncatingIfNeeded: id & 63)
  }

  /// The contents of object `id`, whose record is of the run at work, lie at `offset`.
  @inline(__always)
  func set(_ offset: Int, of id: Int) {
    guard !isEmpty else { return }
    distances[id] = UInt16(truncatingIfNeeded: offset &- start)
  }

  /// Has to be called when all objects have their offsets.
  mutating func finish() {
    while word &+ 1 < words.count {
      word &+= 1
      words[word].before = UInt64(run &+ 1)
    }
  }

  @inline(__always)
  func offset(of id: Int) -> Int {
    let word = words[id &>> 6]
    let starts = word.starts & (UInt64.max &>> UInt64(truncatingIfNeeded: 63 &- id & 63))
    return runs[Int(word.before) &+ starts.nonzeroBitCount &- 1].offset &+ Int(distances[id])
  }

  @inline(__always)
  func prefetch(_ id: Int) { distances.prefetch(id) }
}
