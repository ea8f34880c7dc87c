import ReferenceGraph

extension GoTypePropagation {
  /// Names what it can, in steps; `steps` says how much is named after each.
  mutating func run(
    _ scan: borrowing GoFirstPass, _ rows: borrowing GoRowBuilder.Result, _ types: GoProgramTypes, _ file: MappedFile,
    _ progress: WorkProgress
  ) throws(LoadError) -> [GoNamingStep] {
    var steps: [GoNamingStep] = []
    do throws(ReadProblem) {
      try readInterfaceTables(scan)
      // Without debug information a type is found by its name only when all were read.
      let runtime = types.source as? RuntimeTypeSource
      let layouts = runtime.map { GoLayouts($0, &table) }
      findNamedTypes()
      let (headers, undescribed) = fixHeaders(scan, rows)
      steps.append(GoNamingStep(name: "type words of the allocator", share: named))
      try variables(types, scan, rows)
      drain(scan, rows, file, progress)
      steps.append(GoNamingStep(name: "variables", share: named))
      for id in headers { pushFixed(Int(id), rows) }
      drain(scan, rows, file, progress)
      steps.append(GoNamingStep(name: "from type words on", share: named))
      try frames(types, scan, rows)
      drain(scan, rows, file, progress)
      steps.append(GoNamingStep(name: "stacks", share: named))
      try records(scan, rows)
      drain(scan, rows, file, progress)
      try sentValues(scan, rows)
      drain(scan, rows, file, progress)
      steps.append(GoNamingStep(name: "goroutines, deferred calls, finalizers", share: named))
      fixUndescribed(undescribed, rows)
      drain(scan, rows, file, progress)
      guessClosures(scan, rows)
      try guessInterfaces(scan, rows)
      drain(scan, rows, file, progress)
      cleanupArguments(scan, rows)
      drain(scan, rows, file, progress)
      steps.append(GoNamingStep(name: "closures by their code", share: named))
      if let runtime, let layouts {
        try matchLayouts(runtime, layouts, scan, rows, file, progress)
        steps.append(GoNamingStep(name: "layouts", share: named))
      }
    } catch {
      throw .cannotRead("it changed while it was read")
    }
    file.giveBackAll()
    if progress.isCancelled { throw .cancelled }
    return steps
  }

  /// The runtime types of the interface tables that the dump lists.
  private mutating func readInterfaceTables(_ scan: borrowing GoFirstPass) throws(ReadProblem) {
    let reader = GoHeapDumpReader(bytes: bytes)
    for offset in scan.catalog.itabs {
      var cursor = try reader.cursor(at: offset)
      let table = try cursor.varint()
      interfaceTables[table] = try cursor.varint()
    }
  }

  /// Objects that begin with their runtime type.
  private mutating func fixHeaders(
    _ scan: borrowing GoFirstPass, _ rows: borrowing GoRowBuilder.Result
  ) -> (found: [UInt32], undescribed: [UInt32]) {
    guard layout.headerLimit > 0 else { return ([], []) }
    var found: [UInt32] = []
    var undescribed: [UInt32] = []
    for id in 1..<max(rows.sizes.count, 1) {
      let size = UInt64(rows.sizes[id])
      guard size > layout.bitsLimit, hasHeader(id, size, rows) else { continue }
      let address = word(bytes, at: rows.contents.offset(of: id))
      let type = runtimeType(address)
      if size == layout.headerLimit,
        !source.isType(atRuntimeAddress: address) || type != 0 && !fits(type, id, rows)
      {
        headerless.insert(UInt32(id))
        continue
      }
      guard type != 0 else { continue }
      guard source.isDescribed(atRuntimeAddress: address) else {
        undescribed.append(UInt32(id))
        continue
      }
      fix(id, type, room: size - 8, rows)
      if GoObjectState(rows.classOfObject[id]).has(GoObjectState.isTyped) { found.append(UInt32(id)) }
    }
    return (found, undescribed)
  }

  /// Takes the type words of types without debug information, of objects that nothing else has named.
  private mutating func fixUndescribed(
    _ objects: [UInt32], _ rows: borrowing GoRowBuilder.Result
  ) {
    for id in objects.map(Int.init) where !GoObjectState(rows.classOfObject[id]).has(GoObjectState.isTyped) {
      fix(id, runtimeType(word(bytes, at: rows.contents.offset(of: id))), room: UInt64(rows.sizes[id]) - 8, rows)
      if GoObjectState(rows.classOfObject[id]).has(GoObjectState.isTyped) { pushFixed(id, rows) }
    }
  }

  /// Whether the first references of object `id` lie where values of `type` behind a type word have pointers.
  private mutating func fits(
    _ type: GoTypeTable.ID, _ id: Int, _ rows: borrowing GoRowBuilder.Result
  ) -> Bool {
    let compiled = slots.compiled(type, &table, source)
    guard compiled.count > 0, compiled.size > 0 else { return false }
    let last = Int(rows.offsets[id + 1])
    for reference in Int(rows.offsets[id])..<min(last, Int(rows.offsets[id]) + 16) {
      guard rows.fields[reference] >= 8 else { return false }
      let place = (UInt64(rows.fields[reference]) - 8) % compiled.size
      let isSlot = slots.slots[compiled.slots].contains { slot in
        slot.kind == .repeated
          ? place >= UInt64(slot.offset) && place < UInt64(slot.offset) + UInt64(max(slot.reach, 0))
          : UInt64(slot.place) == place
      }
      if !isSlot { return false }
    }
    return true
  }

  private mutating func variables(
    _ types: GoProgramTypes, _ scan: borrowing GoFirstPass, _ rows: borrowing GoRowBuilder.Result
  ) throws(ReadProblem) {
    let reader = GoHeapDumpReader(bytes: bytes)
    for offset in scan.catalog.data + scan.catalog.bss {
      var cursor = try reader.cursor(at: offset)
      let segment = try GoHeapDumpReader.segment(&cursor, pointerSize: params.pointerSize)
      let room = segment.contents.bytes.count
      for variable in types.variables {
        let place = variable.address &- segment.address
        guard place < UInt64(room) else { continue }
        let size = min(UInt64(room) - place, table[variable.type].size.multipliedClamping(by: variable.count))
        self.scan(
          bytes, at: segment.contents.bytes.lowerBound + Int(place), room: Int(size), variable.type,
          count: variable.count,
          depth: 0, scan, rows)
      }
    }
  }

  /// What local variables on the stacks refer to.
  private mutating func frames(
    _ types: GoProgramTypes, _ scan: borrowing GoFirstPass, _ rows: borrowing GoRowBuilder.Result
  ) throws(ReadProblem) {
    let reader = GoHeapDumpReader(bytes: bytes)
    for (number, entry) in scan.catalog.frames.enumerated() {
      var cursor = try reader.cursor(at: entry.offset)
      let frame = try GoHeapDumpReader.frame(&cursor, pointerSize: params.pointerSize)
      let caller = try scan.catalog.caller(of: frame, number, reader, params)
      let length = frame.contents.bytes.count
      for local in types.locals(of: frame, in: &table) {
        let size = table[local.type].size
        guard size > 0, size <= 1 << 20 else { continue }
        if local.isGuessed, try !hasPointer(caller, local, length) { continue }
        // The value is put together from the parts of it that lie on the stack.
        var value = [UInt8](repeating: 0, count: Int(size))
        for part in local.parts {
          guard let contents = part.place < length ? frame.contents : caller?.contents else { continue }
          let inside = part.place < length ? part.place : part.place - length
          guard inside <= contents.bytes.count - part.size else { continue }
          let place = contents.bytes.lowerBound + inside
          for index in 0..<part.size where part.offset + index < value.count {
            value[part.offset + index] = bytes[place + index]
          }
        }
        value.withUnsafeBytes { memory in
          self.scan(memory, at: 0, room: memory.count, local.type, count: 1, depth: 0, scan, rows)
        }
      }
    }
  }

  /// Whether the runtime says that there is a pointer where a variable is guessed to lie in the caller's frame.
  func hasPointer(_ caller: GoFrame?, _ local: GoProgramTypes.Local, _ length: Int) throws(ReadProblem) -> Bool {
    guard let caller, let part = local.parts.first else { return false }
    var fields = ByteCursor(bytes, at: caller.contents.fields)
    while let field = try GoHeapDumpReader.nextField(&fields) {
      if field >= part.place - length, field < part.place - length + part.size { return true }
    }
    return false
  }

  /// Records of goroutines, deferred calls, panics, finalizers.
  private mutating func records(
    _ scan: borrowing GoFirstPass, _ rows: borrowing GoRowBuilder.Result
  ) throws(ReadProblem) {
    let reader = GoHeapDumpReader(bytes: bytes)
    let goroutineType = source.type(named: "runtime.g", in: &table)
    let threadType = source.type(named: "runtime.m", in: &table)
    let deferredType = source.type(named: "runtime._defer", in: &table)
    let panicType = source.type(named: "runtime._panic", in: &table)
    for offset in scan.catalog.goroutines {
      var cursor = try reader.cursor(at: offset)
      let goroutine = try GoHeapDumpReader.goroutine(&cursor)
      claim(goroutine.descriptor, goroutineType, scan, rows)
      claim(goroutine.thread, threadType, scan, rows)
      claim(goroutine.deferred, deferredType, scan, rows)
      claim(goroutine.panic, panicType, scan, rows)
      claimFunction(goroutine.context, scan, rows)
    }
    for entry in scan.catalog.deferred {
      var cursor = try reader.cursor(at: entry.offset)
      let deferred = try GoHeapDumpReader.deferred(&cursor)
      claim(deferred.address, deferredType, scan, rows)
      claimFunction(deferred.function, scan, rows)
    }
    for entry in scan.catalog.panics {
      var cursor = try reader.cursor(at: entry.offset)
      let panic = try GoHeapDumpReader.panic(&cursor)
      claim(panic.address, panicType, scan, rows)
      claimInterface(panic.type, GoReferent(pointer: panic.data), scan, rows)
    }
    for offset in scan.catalog.finalizers + scan.catalog.queuedFinalizers {
      var cursor = try reader.cursor(at: offset)
      let finalizer = try GoHeapDumpReader.finalizer(&cursor)
      claimFunction(finalizer.function, scan, rows)
      let pointer = runtimeType(finalizer.objectType)
      if table[pointer].kind == .pointer { claim(finalizer.object, table[pointer].element, scan, rows) }
    }
  }

  /// Objects without a name that begin with the address of a function.
  private mutating func guessClosures(_ scan: borrowing GoFirstPass, _ rows: borrowing GoRowBuilder.Result) {
    for id in 1..<max(rows.sizes.count, 1) {
      let state = GoObjectState(rows.classOfObject[id])
      guard !state.has(GoObjectState.isTyped) || state.has(GoObjectState.isInterior), !isPointerFree(state),
        rows.sizes[id] >= 2 * pointerSize
      else { continue }
      let entry = word(bytes, at: contents(id, rows))
      guard entry != 0, entry &- params.heapLow >= params.heapHigh &- params.heapLow else { continue }
      let type = closure(entry)
      if type != 0 { claim(scan.addresses.address(of: ObjectID(id)), type, scan, rows) }
    }
  }
}

extension GoTypePropagation {
  /// Words on stacks that name a type with a pointer to an object without a name behind them: interfaces in places that
  /// no variable has, such as the arguments of a deferred call.
  private mutating func guessInterfaces(
    _ scan: borrowing GoFirstPass, _ rows: borrowing GoRowBuilder.Result
  ) throws(ReadProblem) {
    let reader = GoHeapDumpReader(bytes: bytes)
    for entry in scan.catalog.frames {
      var cursor = try reader.cursor(at: entry.offset)
      let frame = try GoHeapDumpReader.frame(&cursor, pointerSize: params.pointerSize)
      let memory = UnsafeRawBufferPointer(rebasing: bytes[frame.contents.bytes])
      for place in stride(from: pointerSize, through: memory.count - pointerSize, by: pointerSize) {
        let pointer = word(memory, at: place)
        let first = word(memory, at: place - pointerSize)
        guard pointer &- params.heapLow < params.heapHigh &- params.heapLow, first != 0,
          let below = scan.addresses.object(atOrBelow: pointer),
          !GoObjectState(rows.classOfObject[below.id.index]).has(GoObjectState.isTyped)
        else { continue }
        let table = runtimeType(ofTable: first)
        claimInterface(table == 0 ? first : table, GoReferent(pointer: pointer), scan, rows)
      }
    }
  }
}

/// How much has a name after a step.
struct GoNamingStep: Sendable {
  var name: String
  var share: GoNamedShare
}
