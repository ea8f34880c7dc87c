import ReferenceGraph

/// The roots of a dump, the local variables of its threads, and what is known of each.
struct HPROFRoots {
  /// A local variable of a thread, or an object that native code of it uses: the thread refers to it.
  struct Local {
    var target: ObjectID
    /// `Planted.frameHeld(Planted.java:118) local`.
    var name: NameID
  }

  var roots: [Root] = []
  /// Beside each root the index of its record in the catalog, -1 for a root that the dump implies.
  var records: [Int] = []
  var names = NameTable()
  var locals: [Local] = []
  /// By the address of a thread: indices of `locals`.
  var localsOfThread: [UInt64: [Int]] = [:]
  /// Addresses of classes that are roots themselves.
  var rootClasses: Set<UInt64> = []
  /// Roots whose object is not in the dump.
  var absent = 0
  /// The dump has no roots at all: classes were taken instead.
  var areImplied = false
}

/// Puts together the roots of a dump.
struct HPROFRootCollector {
  let bytes: UnsafeRawBufferPointer
  let catalog: HPROFCatalog
  let table: HPROFClassTable
  let objects: HPROFObjectReader
  let threads: HPROFThreads
  private(set) var found = HPROFRoots()
  private var frameNames: [UInt64: String] = [:]

  init(
    bytes: UnsafeRawBufferPointer, catalog: HPROFCatalog, table: HPROFClassTable, objects: HPROFObjectReader,
    threads: HPROFThreads
  ) {
    self.bytes = bytes
    self.catalog = catalog
    self.table = table
    self.objects = objects
    self.threads = threads
  }

  /// Finds all roots: those the dump has and, where it tells no system classes, those of the Java runtime.
  mutating func collect(_ addresses: borrowing AddressIndex, progress: WorkProgress) {
    for (number, record) in catalog.roots.enumerated() {
      if number & 1023 == 0, progress.isCancelled { return }
      take(record, number, addresses)
    }
    found.areImplied = found.roots.isEmpty
    // A dump that tells system classes tells all of them (Eclipse MAT: `HprofParserHandlerImpl`).
    let tellsSystemClasses = catalog.roots.contains { $0.tag == HPROFItem.rootStickyClass }
    if tellsSystemClasses { return }
    for index in table.classes.indices {
      let known = table.classes[index]
      guard known.record >= 0, !found.rootClasses.contains(known.address) else { continue }
      let isBoot = known.loader == 0 || addresses.object(at: known.loader) == nil
      guard found.areImplied || (isBoot && known.role != .array && !HPROFHiddenClass.isHidden(known.name)) else {
        continue
      }
      guard let target = addresses.object(at: known.address) else { continue }
      add(target, .systemClass, record: -1, "system class \(known.name)")
      found.rootClasses.insert(known.address)
    }
  }

  private mutating func add(_ target: ObjectID, _ kind: RootKind, record: Int, _ name: String) {
    found.roots.append(
      Root(target: target, kind: kind, reference: .strong, address: 0, name: found.names.intern(name)))
    found.records.append(record)
  }

  private mutating func take(_ record: HPROFCatalog.RootRecord, _ number: Int, _ addresses: borrowing AddressIndex) {
    guard let target = addresses.object(at: record.object) else {
      if record.object != 0 { found.absent += 1 }
      return
    }
    let classNumber = table.index(of: record.object)
    if classNumber >= 0 { found.rootClasses.insert(record.object) }
    func what() -> String {
      classNumber >= 0 ? "class \(table.classes[classNumber].name)" : objects.className(at: record.object) ?? "object"
    }
    switch record.tag {
    case HPROFItem.rootJNILocal: local(record, number, target, .native, "JNI local", addresses)
    case HPROFItem.rootFrame: local(record, number, target, .frame, "local", addresses)
    case HPROFItem.rootNativeStack: local(record, number, target, .frame, "native stack", addresses)
    case HPROFItem.rootThreadBlock: local(record, number, target, .thread, "thread block", addresses)
    case HPROFItem.rootThread: add(target, .thread, record: number, threads.name(of: record.object, record.thread))
    case HPROFItem.rootStickyClass:
      add(
        target, .systemClass, record: number,
        classNumber >= 0 ? "system class \(table.classes[classNumber].name)" : "system class (\(what()))")
    case HPROFItem.rootMonitor, HPROFItem.rootJNIMonitor:
      add(target, .monitor, record: number, "monitor held, of \(what())")
    case HPROFItem.rootJNIGlobal: add(target, .native, record: number, "JNI global \(what())")
    case HPROFItem.rootInternedString: add(target, .other, record: number, "interned string")
    case HPROFItem.rootFinalizing:
      add(target, .finalizerQueue, record: number, "waiting for its finalizer, \(what())")
    case HPROFItem.rootDebugger: add(target, .other, record: number, "debugger, \(what())")
    case HPROFItem.rootReferenceCleanup: add(target, .other, record: number, "reference cleanup, \(what())")
    case HPROFItem.rootVMInternal: add(target, .native, record: number, "VM internal, \(what())")
    default: add(target, .other, record: number, "root of unknown kind, \(what())")
    }
  }

  /// What a thread holds: by the thread, or a root of its own when the thread is no object of the dump.
  private mutating func local(
    _ record: HPROFCatalog.RootRecord, _ number: Int, _ target: ObjectID, _ kind: RootKind, _ what: String,
    _ addresses: borrowing AddressIndex
  ) {
    let frame = threads.frame(record.frame, ofThread: record.thread)
    var name = what
    if let frame {
      let text = frameNames[frame] ?? threads.frameText(frame)
      frameNames[frame] = text
      name = "\(text) \(what)"
    }
    if let thread = threads.object(record.thread), addresses.object(at: thread) != nil {
      found.localsOfThread[thread, default: []].append(found.locals.count)
      found.locals.append(HPROFRoots.Local(target: target, name: found.names.intern(name)))
    } else {
      add(target, kind, record: number, name)
    }
  }
}
