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
