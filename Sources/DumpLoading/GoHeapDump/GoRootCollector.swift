import ReferenceGraph

/// The name of a part of a local variable by its place in the frame.
struct FrameLocal {
  var range: Range<Int>
  /// Whether it lies there only if the runtime says that there is a pointer.
  var isGuessed: Bool
  /// Whose it is, an index into the functions that the frame stands in.
  var level = 0
  /// What lies at a place in the range: its name, and what it is a part of.
  var part: (Int) -> (name: String, value: GoRoots.Value)

  /// The same in the caller's frame, which begins `length` bytes further on; nil for what does not lie there.
  func moved(by length: Int) -> FrameLocal? {
    guard range.lowerBound >= length else { return nil }
    let part = self.part
    return FrameLocal(range: range.lowerBound - length..<range.upperBound - length, isGuessed: isGuessed, level: level)
    {
      part($0 + length)
    }
  }
}

/// Where in the code something on the stack belongs to.
private struct FramePlace {
  /// Goroutine, function, line, and the variable where that is known.
  var name: String
  /// Whether the function only waits for others.
  var waits: Bool
  /// What lies there is a part of this.
  var value = GoRoots.Value.unknown
}

extension FramePlace {
  /// The place of a part of a variable, `places` being those of its frame.
  init(of local: FrameLocal, at place: Int, in places: [FramePlace]) {
    let function = places[min(local.level, places.count - 1)]
    let part = local.part(place)
    self.init(name: "\(function.name) local \(part.name)", waits: function.waits, value: part.value)
  }
}

/// Goes through the records that hold roots and lists those that refer to objects.
struct GoRootCollector {
  let reader: GoHeapDumpReader
  let params: GoParams
  let catalog: GoRecordCatalog
  let locator: GoObjectLocator
  let progress: WorkProgress
  let module: GoModuleRange
  var found = GoRoots()
  /// By goroutine: the text that names of its roots begin with.
  private let goroutineNames: [String]
  /// By goroutine: its frames, an index range of `catalog.frames`.
  private let framesOfGoroutine: [Range<Int>]

  init(
    reader: GoHeapDumpReader, params: GoParams, catalog: GoRecordCatalog, locator: GoObjectLocator,
    module: GoModuleRange, progress: WorkProgress
  ) {
    self.module = module
    self.reader = reader
    self.params = params
    self.catalog = catalog
    self.locator = locator
    self.progress = progress
    let goroutines = GoGoroutineNames(reader: reader, catalog: catalog)
    goroutineNames = goroutines.names
    framesOfGoroutine = goroutines.frames
  }

  /// Adds a root if `pointer` refers to an object.
  @discardableResult
  private mutating func add(
    _ pointer: UInt64, _ addresses: borrowing AddressIndex, kind: RootKind, reference: ReferenceKind = .strong,
    address: UInt64, origin: GoRoots.Origin, name: () -> String
  ) -> Bool {
    guard let target = locator.object(holding: pointer, in: addresses) else { return false }
    found.roots.append(
      Root(target: target, kind: kind, reference: reference, address: address, name: found.names.intern(name())))
    found.origins.append(origin)
    return true
  }

  private func word(_ contents: GoContents, _ offset: Int) -> UInt64 {
    GoHeapDumpReader.word(reader.bytes, at: contents.bytes.lowerBound + offset, params)
  }

  /// Variables: the pointers of the data and bss segments.
  mutating func segments(_ addresses: borrowing AddressIndex) throws(ReadProblem) {
    let segments =
      catalog.data.map { (RootKind.data, GoRecordKind.data, $0) }
      + catalog.bss.map { (RootKind.bss, GoRecordKind.bss, $0) }
    let statics = try staticNames(segments.map(\.2))
    for (kind, record, offset) in segments {
      var cursor = try reader.cursor(at: offset)
      let segment = try GoHeapDumpReader.segment(&cursor, pointerSize: params.pointerSize)
      let origin = GoRoots.Origin(record: offset, kind: record, goroutine: -1)
      var fields = ByteCursor(reader.bytes, at: segment.contents.fields)
      while let field = try GoHeapDumpReader.nextField(&fields) {
        let pointer = word(segment.contents, field)
        let address = segment.address &+ UInt64(field)
        guard pointer != 0 else { continue }
        let typed = found.types?.variable(at: address)
        var origin = origin
        origin.value = typed?.value ?? .unknown
        let variable = typed?.name ?? found.symbols?.variable(at: address) ?? statics?.name(at: address)
        let name = variable.map { "global \($0)" } ?? "\(kind.name)+\(hexadecimal(UInt64(field)))"
        let isAdded = add(pointer, addresses, kind: kind, address: address, origin: origin) { name }
        if isAdded, variable != nil { found.namedVariables += 1 }
        if found.roots.count & 4095 == 0, progress.isCancelled { return }
      }
    }
  }

  /// The names of values without a symbol; nil where symbols are not known.
  private func staticNames(_ records: [Int]) throws(ReadProblem) -> GoStaticNames? {
    guard let symbols = found.symbols else { return nil }
    var segments: [(memory: Range<UInt64>, pointers: [(address: UInt64, value: UInt64)])] = []
    for offset in records {
      var cursor = try reader.cursor(at: offset)
      let segment = try GoHeapDumpReader.segment(&cursor, pointerSize: params.pointerSize)
      let (end, overflow) = segment.address.addingReportingOverflow(UInt64(segment.contents.bytes.count))
      if overflow { continue }
      var pointers: [(address: UInt64, value: UInt64)] = []
      var fields = ByteCursor(reader.bytes, at: segment.contents.fields)
      while let field = try GoHeapDumpReader.nextField(&fields) {
        let value = word(segment.contents, field)
        if value != 0 { pointers.append((segment.address &+ UInt64(field), value)) }
      }
      segments.append((segment.address..<end, pointers))
    }
    return GoStaticNames(symbols, segments: segments)
  }

  /// Stack frames: the slots that are pointers, and of the other words those that could be.
  ///
  /// Those of functions that only wait for others (`runtime.semacquire1`) come after all others: the function that
  /// called says more.
  mutating func stacks(_ addresses: borrowing AddressIndex) throws(ReadProblem) {
    // Arguments of the frame before, which lie in this one: the address where this one begins, and their names.
    var arguments: (end: UInt64, names: [FrameLocal], places: [FramePlace]) = (0, [], [])
    let first = found.roots.count
    var waiting: [Bool] = []
    defer { putLast(waiting, from: first) }
    for (number, entry) in catalog.frames.enumerated() {
      if number & 255 == 0, progress.isCancelled { return }
      var cursor = try reader.cursor(at: entry.offset)
      let frame = try GoHeapDumpReader.frame(&cursor, pointerSize: params.pointerSize)
      let origin = GoRoots.Origin(record: entry.offset, kind: .frame, goroutine: Int32(clamping: entry.goroutine))
      if module.isElsewhere(frame.entry), found.functionElsewhere.map(GoFunctionName.waits) != false {
        found.functionElsewhere = frame.function
      }
      let functions = found.types?.places(of: frame) ?? [(frame.function, nil)]
      for (function, line) in functions.reversed() {
        found.groups.add(function, line: line, goroutine: entry.goroutine)
      }
      let places = functions.map { function, line in
        FramePlace(
          name: goroutineName(entry.goroutine, function: function) + (line.map { " \($0)" } ?? ""),
          waits: GoFunctionName.waits(function))
      }
      // What is no variable's is said of the innermost function that does not only wait, or else of the outermost.
      let usual = places.last { !$0.waits } ?? places[0]
      let locals = found.types?.localNames(of: frame) ?? []
      let saved = arguments.end == frame.stackPointer ? arguments : (end: 0, names: [], places: [])
      func owner(of place: Int, isCertain: Bool) -> FramePlace {
        if let argument = saved.names.first(where: { $0.range.contains(place) && (isCertain || !$0.isGuessed) }) {
          return FramePlace(of: argument, at: place, in: saved.places)
        }
        return locals.first { $0.range.contains(place) }.map { FramePlace(of: $0, at: place, in: places) } ?? usual
      }
      let length = frame.contents.bytes.count
      arguments = (
        frame.stackPointer &+ UInt64(length), locals.compactMap { $0.moved(by: length) }, places
      )
      var isField = [Bool](repeating: false, count: length / params.pointerSize + 1)
      var fields = ByteCursor(reader.bytes, at: frame.contents.fields)
      while let field = try GoHeapDumpReader.nextField(&fields) {
        if field % params.pointerSize == 0 { isField[field / params.pointerSize] = true }
        var place = usual
        let isAdded = add(
          word(frame.contents, field), addresses, kind: .frame, address: frame.stackPointer &+ UInt64(field),
          origin: origin
        ) {
          place = owner(of: field, isCertain: true)
          return place.name
        }
        if isAdded {
          waiting.append(place.waits)
          found.origins[found.origins.count - 1].value = place.value
        }
      }
      for slot in 0..<(length / params.pointerSize) where !isField[slot] {
        let field = slot * params.pointerSize
        var place = usual
        let isAdded = add(
          word(frame.contents, field), addresses, kind: .frameMaybe, reference: .maybe,
          address: frame.stackPointer &+ UInt64(field), origin: origin
        ) {
          place = owner(of: field, isCertain: false)
          return place.name + " (maybe)"
        }
        if isAdded { waiting.append(place.waits) }
      }
    }
  }

  /// Moves the roots that are marked in `isLast`, one entry a root from `first` on, behind the others.
  private mutating func putLast(_ isLast: [Bool], from first: Int) {
    let order = isLast.indices.filter { !isLast[$0] } + isLast.indices.filter { isLast[$0] }
    found.roots.replaceSubrange(first..., with: order.map { found.roots[first + $0] })
    found.origins.replaceSubrange(first..., with: order.map { found.origins[first + $0] })
  }

  /// Deferred calls, panics, and the records of goroutines themselves.
  mutating func goroutines(_ addresses: borrowing AddressIndex) throws(ReadProblem) {
    var functions: (goroutine: Int, byStackPointer: [UInt64: String]) = (-1, [:])
    for entry in catalog.deferred {
      var cursor = try reader.cursor(at: entry.offset)
      let deferred = try GoHeapDumpReader.deferred(&cursor)
      let origin = GoRoots.Origin(
        record: entry.offset, kind: .deferred, goroutine: Int32(clamping: entry.goroutine))
      if functions.goroutine != entry.goroutine {
        functions = (entry.goroutine, try functionsByStackPointer(entry.goroutine))
      }
      // The function that the call waits for the end of.
      let function = functions.byStackPointer[deferred.stackPointer] ?? found.function(at: deferred.pc)
      let name = "defer in \(goroutineLabel(entry.goroutine))" + (function.map { " \($0)" } ?? "")
      for pointer in [deferred.address, deferred.function] {
        add(pointer, addresses, kind: .deferred, address: 0, origin: origin) { name }
      }
    }
    for entry in catalog.panics {
      var cursor = try reader.cursor(at: entry.offset)
      let panic = try GoHeapDumpReader.panic(&cursor)
      let origin = GoRoots.Origin(record: entry.offset, kind: .panic, goroutine: Int32(clamping: entry.goroutine))
      let name = "panic in \(goroutineLabel(entry.goroutine))"
      for pointer in [panic.address, panic.data] {
        add(pointer, addresses, kind: .panic, address: 0, origin: origin) { name }
      }
    }
    var creators: [String?] = []
    for (number, offset) in catalog.goroutines.enumerated() {
      var cursor = try reader.cursor(at: offset)
      let goroutine = try GoHeapDumpReader.goroutine(&cursor)
      // Where the statement that started it goes on.
      creators.append(goroutine.creationPC > 0 ? found.function(at: goroutine.creationPC - 1) : nil)
      let origin = GoRoots.Origin(record: offset, kind: .goroutine, goroutine: Int32(clamping: number))
      let name = goroutineNames.indices.contains(number) ? goroutineNames[number] : "goroutine"
      for (pointer, what) in [
        (goroutine.context, "context"), (goroutine.deferred, "deferred calls"), (goroutine.panic, "panic"),
      ] {
        add(pointer, addresses, kind: .goroutine, address: goroutine.descriptor, origin: origin) {
          "\(what) of \(name)"
        }
      }
    }
    found.groups.set(creators: creators)
  }

  /// What objects with a finalizer refer to (the runtime marks it, not the object), finalizers that are closures, and
  /// what waits for its finalizer to run.
  mutating func finalizers(_ addresses: borrowing AddressIndex) throws(ReadProblem) {
    for offset in catalog.finalizers {
      var cursor = try reader.cursor(at: offset)
      let finalizer = try GoHeapDumpReader.finalizer(&cursor)
      let origin = GoRoots.Origin(record: offset, kind: .finalizer, goroutine: -1)
      let name = finalizerName(finalizer)
      // The function is held as long as the object: what the closure has captured too.
      add(finalizer.function, addresses, kind: .finalizer, address: finalizer.object, origin: origin) {
        "function of \(name)"
      }
      guard let id = locator.object(holding: finalizer.object, in: addresses),
        let object = locator.record(at: addresses.address(of: id))
      else { continue }
      var fields = ByteCursor(reader.bytes, at: object.contents.fields)
      while let field = try GoHeapDumpReader.nextField(&fields) {
        add(
          word(object.contents, field), addresses, kind: .finalizer, address: object.address &+ UInt64(field),
          origin: origin
        ) { name }
      }
    }
    for offset in catalog.queuedFinalizers {
      var cursor = try reader.cursor(at: offset)
      let finalizer = try GoHeapDumpReader.finalizer(&cursor)
      let origin = GoRoots.Origin(record: offset, kind: .queuedFinalizer, goroutine: -1)
      let name = finalizerName(finalizer)
      for pointer in [finalizer.object, finalizer.function] {
        add(pointer, addresses, kind: .finalizerQueue, address: 0, origin: origin) { "queued \(name)" }
      }
    }
  }

  /// Roots that the runtime names itself.
  mutating func others(_ addresses: borrowing AddressIndex) throws(ReadProblem) {
    for offset in catalog.otherRoots {
      var cursor = try reader.cursor(at: offset)
      let root = try GoHeapDumpReader.otherRoot(&cursor)
      let origin = GoRoots.Origin(record: offset, kind: .otherRoot, goroutine: -1)
      add(root.address, addresses, kind: .other, address: 0, origin: origin) { root.name }
    }
  }

  private func finalizerName(_ finalizer: GoFinalizer) -> String {
    let function = found.function(at: finalizer.code).map { "\($0) " } ?? ""
    let object = found.types?.typeName(atRuntimeAddress: finalizer.objectType) ?? "object"
    return "finalizer \(function)of \(object) @\(String(finalizer.object, radix: 16))"
  }

  /// `goroutine 17`; a record before the first goroutine belongs to none.
  private func goroutineLabel(_ number: Int) -> String {
    guard goroutineNames.indices.contains(number) else { return "no goroutine" }
    return String(goroutineNames[number].prefix { $0 != "[" }.dropLast())
  }

  private func goroutineName(_ number: Int, function: String) -> String {
    goroutineNames.indices.contains(number) ? "\(goroutineNames[number]) \(function)" : function
  }

  /// The functions of a goroutine's frames by their stack pointers.
  private func functionsByStackPointer(_ number: Int) throws(ReadProblem) -> [UInt64: String] {
    guard framesOfGoroutine.indices.contains(number) else { return [:] }
    var functions: [UInt64: String] = [:]
    for entry in catalog.frames[framesOfGoroutine[number]] {
      var cursor = try reader.cursor(at: entry.offset)
      let frame = try GoHeapDumpReader.frame(&cursor, pointerSize: params.pointerSize)
      functions[frame.stackPointer] = frame.function
    }
    return functions
  }
}
