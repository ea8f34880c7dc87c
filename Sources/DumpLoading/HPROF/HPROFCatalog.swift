/// What the records of a dump say beside the objects; small beside them.
struct HPROFCatalog {
  /// A text record: where its bytes lie in the file.
  struct Text {
    var offset: Int
    var length: Int
  }

  /// A class as it was loaded.
  struct LoadedClass {
    var serial: UInt32
    var address: UInt64
    var name: UInt64
  }

  struct Frame {
    var method: UInt64
    var sourceFile: UInt64
    var classSerial: UInt32
    /// Line of source; 0 or less when it is not known: -1 unknown, -2 compiled, -3 native.
    var line: Int32
  }

  struct Trace {
    var thread: UInt32
    /// Where the frame ids begin in the file, and how many there are.
    var frames: Int
    var count: Int
  }

  struct StartedThread {
    var object: UInt64
    var name: UInt64
    var group: UInt64
  }

  /// A root as the dump has it.
  struct RootRecord {
    var tag: UInt8
    var object: UInt64
    /// Serial number of the thread, 0 for none.
    var thread: UInt32 = 0
    /// Index of the stack frame, counted from the innermost; of a thread the serial number of its trace.
    ///
    /// -1 for none.
    var frame: Int32 = -1
  }

  /// One heap of the file: several follow each other when a profiler dumped several times.
  struct HeapPart {
    /// Offset of its first record, and bytes of its records.
    var offset: Int
    var bytes: Int
    var segments: Int
  }

  var texts: [UInt64: Text] = [:]
  var loaded: [LoadedClass] = []
  var frames: [UInt64: Frame] = [:]
  var traces: [UInt32: Trace] = [:]
  var startedThreads: [UInt32: StartedThread] = [:]
  var roots: [RootRecord] = []
  var heaps: [HeapPart] = []
  /// Whether the last record is the one that ends a heap of segments, or a heap of one record that is whole.
  var isComplete = false
  /// The objects alive that the dump's summary counts, if it has one.
  var liveObjects: UInt64?
  /// Heap names that Android writes, in the order they came.
  var heapNames: [UInt64] = []

  /// The text with an id, names of the class file's kind untouched.
  ///
  /// Nil when the dump has none.
  func text(_ id: UInt64, in bytes: UnsafeRawBufferPointer) -> String? {
    guard let text = texts[id], text.offset >= 0, text.length >= 0, text.offset + text.length <= bytes.count else {
      return nil
    }
    return JavaText.modifiedUTF8(UnsafeRawBufferPointer(rebasing: bytes[text.offset..<(text.offset + text.length)]))
  }
}
