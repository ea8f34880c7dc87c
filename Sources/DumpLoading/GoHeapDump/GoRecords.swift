/// The process that wrote a dump.
struct GoParams {
  var isBigEndian: Bool
  /// Bytes of a pointer, 4 or 8.
  var pointerSize: Int
  /// All objects lie in `heapLow..<heapHigh`.
  var heapLow: UInt64
  var heapHigh: UInt64
  /// `amd64`.
  var architecture: String
  /// `go1.27.3`.
  var version: String
  var processors: UInt64
}

/// Bytes with pointers at known places in them: an object, a frame, a segment.
struct GoContents {
  /// Where the contents lie in the file.
  var bytes: Range<Int>
  /// Where the field list lies in the file.
  var fields: Int
}

struct GoObject {
  var address: UInt64
  var contents: GoContents
}

struct GoGoroutine {
  var descriptor: UInt64
  var stackPointer: UInt64
  var id: UInt64
  var creationPC: UInt64
  var status: UInt64
  var isSystem: Bool
  var isBackground: Bool
  /// Nanoseconds on the clock of the process, 0 where the runtime did not note it.
  var waitingSince: UInt64
  var waitReason: String
  var context: UInt64
  var thread: UInt64
  var deferred: UInt64
  var panic: UInt64
}

struct GoFrame {
  var stackPointer: UInt64
  var depth: UInt64
  var childStackPointer: UInt64
  var contents: GoContents
  /// Address of the function.
  var entry: UInt64
  var pc: UInt64
  var continuationPC: UInt64
  var function: String
}

struct GoDeferred {
  var address: UInt64
  var goroutine: UInt64
  var stackPointer: UInt64
  var pc: UInt64
  /// The closure, and the address of its code.
  var function: UInt64
  var code: UInt64
  var next: UInt64
}

struct GoPanic {
  var address: UInt64
  var goroutine: UInt64
  var type: UInt64
  var data: UInt64
  var next: UInt64
}

struct GoFinalizer {
  var object: UInt64
  /// The closure, and the address of its code.
  var function: UInt64
  var code: UInt64
  var argumentType: UInt64
  var objectType: UInt64
}

struct GoSegment {
  var address: UInt64
  var contents: GoContents
}

struct GoType {
  var address: UInt64
  /// Bytes of a value.
  var size: UInt64
  var name: String
  var isIndirect: Bool
}

/// What `runtime.MemStats` said when the dump was written.
struct GoMemStats {
  var totalAllocated: UInt64
  var system: UInt64
  var mallocs: UInt64
  var frees: UInt64
  var heapAlloc: UInt64
  var heapSystem: UInt64
  var heapIdle: UInt64
  var heapObjects: UInt64
  var stackInUse: UInt64
  var nextCollection: UInt64
  var lastCollection: UInt64
  var pauseTotal: UInt64
  var collections: UInt64
}
