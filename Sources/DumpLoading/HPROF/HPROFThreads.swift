import ReferenceGraph

/// The threads of a dump: their objects, names and stacks.
struct HPROFThreads: @unchecked Sendable {
  // @unchecked: the bytes are never written to.
  private struct Thread: Sendable {
    /// Address of the thread object.
    var object: UInt64
    /// Serial number of its stack trace.
    var trace: UInt32
  }

  private let bytes: UnsafeRawBufferPointer
  private let catalog: HPROFCatalog
  private let objects: HPROFObjectReader
  private var threads: [UInt32: Thread] = [:]
  private var classNames: [UInt32: String] = [:]
  /// Names that several threads have: a number tells those apart.
  private var sharedNames: Set<String> = []
  private let identifierSize: Int

  init(bytes: UnsafeRawBufferPointer, catalog: HPROFCatalog, objects: HPROFObjectReader, identifierSize: Int) {
    self.bytes = bytes
    self.catalog = catalog
    self.objects = objects
    self.identifierSize = identifierSize
    for (serial, started) in catalog.startedThreads { threads[serial] = Thread(object: started.object, trace: 0) }
    for root in catalog.roots where root.tag == HPROFItem.rootThread {
      threads[root.thread] = Thread(object: root.object, trace: UInt32(bitPattern: root.frame))
    }
    for loaded in catalog.loaded {
      classNames[loaded.serial] = catalog.text(loaded.name, in: bytes).map(JavaText.className)
    }
    var names: Set<String> = []
    for object in Set(threads.values.map(\.object)) {
      if let name = objects.threadName(at: object), !names.insert(name).inserted { sharedNames.insert(name) }
    }
  }

  /// The state of a thread in words, of the number that `java.lang.Thread` keeps: bits of JVMTI's `GetThreadState`.
  static func state(_ status: Int64) -> String {
    let words: [(bit: Int64, word: String)] = [
      (0x0002, "ended"), (0x0400, "blocked on a lock"), (0x0040, "sleeping"), (0x0100, "waiting in Object.wait"),
      (0x0200, "parked"), (0x0080, "waiting"), (0x0004, "running"), (0x0001, "alive"),
    ]
    guard let known = words.first(where: { status & $0.bit != 0 }) else { return "not started" }
    let canTimeOut = status & 0x0020 != 0 && status & 0x0040 == 0
    return canTimeOut ? known.word + ", for a time at most" : known.word
  }

  /// The address of the object of a thread.
  func object(_ serial: UInt32) -> UInt64? { threads[serial]?.object }

  /// `thread "main"`; `thread "worker" #31` where others have the name too.
  func name(of object: UInt64, _ serial: UInt32) -> String {
    if let name = objects.threadName(at: object), !name.isEmpty {
      guard sharedNames.contains(name) else { return "thread \"\(name)\"" }
      return "thread \"\(name)\" #\(objects.threadID(at: object) ?? Int64(serial))"
    }
    if let number = objects.threadNumber(at: object) { return number }
    if let started = catalog.startedThreads[serial], let name = catalog.text(started.name, in: bytes) {
      return "thread \"\(name)\""
    }
    return "thread \(serial)"
  }

  /// The ids of the frames of a thread's stack, innermost first.
  func frames(ofThread serial: UInt32) -> [UInt64] {
    guard let thread = threads[serial], let trace = catalog.traces[thread.trace] else { return [] }
    return (0..<min(trace.count, 10_000)).map {
      bytes.identifier(at: trace.frames + $0 * identifierSize, size: identifierSize)
    }
  }

  /// The id of one frame of a thread's stack; nil when it has no such frame.
  func frame(_ index: Int32, ofThread serial: UInt32) -> UInt64? {
    guard index >= 0, let thread = threads[serial], let trace = catalog.traces[thread.trace],
      Int(index) < trace.count
    else { return nil }
    return bytes.identifier(at: trace.frames + Int(index) * identifierSize, size: identifierSize)
  }

  /// The function, file and line of a frame.
  func stackFrame(_ id: UInt64) -> StackFrame? {
    guard let frame = catalog.frames[id] else { return nil }
    let method = catalog.text(frame.method, in: bytes) ?? "?"
    let owner = classNames[frame.classSerial].map { $0 + "." } ?? ""
    return StackFrame(
      function: owner + method, file: catalog.text(frame.sourceFile, in: bytes) ?? "", line: Int(frame.line))
  }

  /// Where threads of the Java library wait, whatever for.
  private static let waiting = [
    "java.lang.Object.wait", "java.lang.Thread.sleep", "java.lang.Thread.yield", "java.util.concurrent.locks.",
    "jdk.internal.misc.Unsafe.", "sun.misc.Unsafe.", "java.lang.VirtualThread.", "jdk.internal.vm.Continuation",
    "java.lang.ref.ReferenceQueue.", "java.lang.System$", "java.util.concurrent.ForkJoinPool.managedBlock",
    "java.util.concurrent.ForkJoinPool.unmanagedBlock", "java.util.concurrent.ForkJoinPool.compensatedBlock",
  ]

  /// Whether a frame does no more than wait for something, or is not known.
  func onlyWaits(_ id: UInt64) -> Bool {
    guard let frame = stackFrame(id) else { return true }
    return Self.waiting.contains { frame.function.hasPrefix($0) }
  }

  /// `Planted.frameHeld(Planted.java:118)`.
  func frameText(_ id: UInt64) -> String {
    guard let frame = stackFrame(id) else { return "unknown frame" }
    return Self.text(frame)
  }

  static func text(_ frame: StackFrame) -> String {
    if frame.line == -3 { return "\(frame.function)(native)" }
    if frame.file.isEmpty { return frame.function }
    return frame.line > 0 ? "\(frame.function)(\(frame.file):\(frame.line))" : "\(frame.function)(\(frame.file))"
  }

  /// The stack of the thread with an object, innermost frame first.
  func stack(ofObject address: UInt64) -> [StackFrame] {
    guard let serial = threads.first(where: { $0.value.object == address })?.key else { return [] }
    return frames(ofThread: serial).compactMap(stackFrame)
  }
}
