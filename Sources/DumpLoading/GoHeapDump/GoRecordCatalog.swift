/// Where the records other than objects lie in the file, by their offsets; small beside the objects.
struct GoRecordCatalog {
  /// A record that belongs to a goroutine: the index of the goroutine, and the record's offset.
  struct Entry {
    var goroutine: Int
    var offset: Int
  }

  var goroutines: [Int] = []
  var frames: [Entry] = []
  var deferred: [Entry] = []
  var panics: [Entry] = []
  var types: [Int] = []
  var itabs: [Int] = []
  var otherRoots: [Int] = []
  var data: [Int] = []
  var bss: [Int] = []
  var finalizers: [Int] = []
  var queuedFinalizers: [Int] = []
  var profiles: [Int] = []
  /// The object's address and the number of the profile record.
  var samples: [(address: UInt64, bucket: UInt64)] = []
  var threads = 0
  var memStats: GoMemStats?
  /// Whether the dump has its end record.
  var isComplete = false
  /// Bytes behind the end record.
  var trailingBytes = 0

  /// The index of the goroutine whose records are being read.
  var currentGoroutine: Int { goroutines.count - 1 }
}

extension GoRecordCatalog {
  /// The frame that called `frame`, which has this number: its contents begin where those of `frame` end.
  func caller(
    of frame: GoFrame, _ number: Int, _ reader: GoHeapDumpReader, _ params: GoParams
  ) throws(ReadProblem) -> GoFrame? {
    guard number + 1 < frames.count, frames[number + 1].goroutine == frames[number].goroutine else { return nil }
    var cursor = try reader.cursor(at: frames[number + 1].offset)
    let caller = try GoHeapDumpReader.frame(&cursor, pointerSize: params.pointerSize)
    return caller.stackPointer == frame.stackPointer &+ UInt64(frame.contents.bytes.count) ? caller : nil
  }
}
