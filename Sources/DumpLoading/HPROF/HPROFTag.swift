/// The tags of records.
enum HPROFRecord {
  static let text: UInt8 = 0x01
  static let loadClass: UInt8 = 0x02
  static let unloadClass: UInt8 = 0x03
  static let stackFrame: UInt8 = 0x04
  static let stackTrace: UInt8 = 0x05
  static let allocationSites: UInt8 = 0x06
  static let heapSummary: UInt8 = 0x07
  static let startThread: UInt8 = 0x0a
  static let endThread: UInt8 = 0x0b
  static let heapDump: UInt8 = 0x0c
  static let processorSamples: UInt8 = 0x0d
  static let controlSettings: UInt8 = 0x0e
  static let heapSegment: UInt8 = 0x1c
  static let heapEnd: UInt8 = 0x2c

  /// Whether records of this tag are part of the format.
  static func isKnown(_ tag: UInt8) -> Bool {
    switch tag {
    case 0x01...0x07, 0x0a...0x0e, heapSegment, heapEnd: true
    default: false
    }
  }

  /// As messages name it.
  static func name(_ tag: UInt8) -> String {
    switch tag {
    case text: "text"
    case loadClass: "load class"
    case unloadClass: "unload class"
    case stackFrame: "stack frame"
    case stackTrace: "stack trace"
    case allocationSites: "allocation sites"
    case heapSummary: "heap summary"
    case startThread: "start thread"
    case endThread: "end thread"
    case heapDump: "heap dump"
    case processorSamples: "CPU samples"
    case controlSettings: "control settings"
    case heapSegment: "heap dump segment"
    case heapEnd: "heap dump end"
    default: "record \(hexadecimal(UInt64(tag)))"
    }
  }
}

/// The tags of what is inside a heap dump or one of its segments.
enum HPROFItem {
  static let rootUnknown: UInt8 = 0xff
  static let rootJNIGlobal: UInt8 = 0x01
  static let rootJNILocal: UInt8 = 0x02
  static let rootFrame: UInt8 = 0x03
  static let rootNativeStack: UInt8 = 0x04
  static let rootStickyClass: UInt8 = 0x05
  static let rootThreadBlock: UInt8 = 0x06
  static let rootMonitor: UInt8 = 0x07
  static let rootThread: UInt8 = 0x08
  static let classDump: UInt8 = 0x20
  static let instance: UInt8 = 0x21
  static let objectArray: UInt8 = 0x22
  static let primitiveArray: UInt8 = 0x23
  // Android's.
  static let rootInternedString: UInt8 = 0x89
  static let rootFinalizing: UInt8 = 0x8a
  static let rootDebugger: UInt8 = 0x8b
  static let rootReferenceCleanup: UInt8 = 0x8c
  static let rootVMInternal: UInt8 = 0x8d
  static let rootJNIMonitor: UInt8 = 0x8e
  static let unreachable: UInt8 = 0x90
  static let primitiveArrayWithoutData: UInt8 = 0xc3
  static let heapInfo: UInt8 = 0xfe

  /// As messages name it.
  static func name(_ tag: UInt8) -> String {
    switch tag {
    case classDump: "class"
    case instance: "instance"
    case objectArray: "object array"
    case primitiveArray, primitiveArrayWithoutData: "primitive array"
    case heapInfo: "heap info"
    case 0x01...0x08, 0x89...0x8e, 0x90, 0xff: "root"
    default: "item \(hexadecimal(UInt64(tag)))"
    }
  }
}
