/// The records of a Go heap dump, by their tags.
enum GoRecordKind: UInt64 {
  case end = 0
  case object = 1
  case otherRoot = 2
  case type = 3
  case goroutine = 4
  case frame = 5
  case params = 6
  case finalizer = 7
  case itab = 8
  case thread = 9
  case memStats = 10
  case queuedFinalizer = 11
  case data = 12
  case bss = 13
  case deferred = 14
  case panic = 15
  case allocationProfile = 16
  case allocationSample = 17

  /// As messages name it.
  var name: String {
    switch self {
    case .end: "end"
    case .otherRoot: "other root"
    case .frame: "stack frame"
    case .queuedFinalizer: "queued finalizer"
    case .thread: "OS thread"
    case .memStats: "memory statistics"
    case .data: "data segment"
    case .bss: "bss segment"
    case .deferred: "defer"
    case .allocationProfile: "allocation profile"
    case .allocationSample: "allocation sample"
    default: "\(self)"
    }
  }
}
