import ReferenceGraph

/// The second pass: visits the objects in the order of their addresses and writes their rows.
struct HPROFRowBuilder: ~Copyable {
  private let bytes: UnsafeRawBufferPointer
  private let identifierSize: Int
  private let roots: HPROFRoots
  private let catalog: HPROFCatalog
  private let records: [HPROFScan.ClassRecord]
  private var table: HPROFClassTable
  private var layouts: HPROFLayouts
  private let offsets: FlatArray<UInt32>
  private let sizes: FlatArray<UInt32>
  private let classOfObject: FlatArray<UInt32>
  private var writer: HPROFReferenceWriter
  private var gaps: HPROFGaps
  private var classObjects: [UInt32]
  private var shortInstances = 0
  /// The object that stands for the loader of the Java runtime's own classes, when there is one.
  private let bootLoader: UInt32?

  // The object at hand, and the address of the one before.
  private var id = 0
  private var previous: UInt64 = 0
  /// Class objects that are still to come, the highest address first; the next one's address.
  private var classesToCome: [Int]
  private var nextClass = UInt64.max
  // The class looked up last, of instances and of arrays.
  private var lastClassAddress: UInt64 = 0
  private var lastClass = -1
  private var lastArrayAddress: UInt64 = 0
  private var lastArray = -1

  init(
    _ scan: borrowing HPROFFirstPass, _ classTable: HPROFClassTable, _ roots: HPROFRoots,
    _ bytes: UnsafeRawBufferPointer
  ) {
    self.bytes = bytes
    self.roots = roots
    identifierSize = scan.header.identifierSize
    catalog = scan.catalog
    records = scan.classes
    var table = classTable
    // Objects of classes that are roots need no reference to them: it would say nothing.
    for number in table.classes.indices where roots.rootClasses.contains(table.classes[number].address) {
      table.dropClassReference(number)
    }
    self.table = table
    classesToCome = table.classes.indices.filter { table.classes[$0].record >= 0 }
      .sorted { table.classes[$0].address > table.classes[$1].address }
    if let first = classesToCome.last { nextClass = table.classes[first].address }
    layouts = HPROFLayouts(table) { Self.hasObject($0, scan.addresses) }
    // Classes of the Java runtime refer to a loader that is no object.
    let count = scan.addresses.count
    let hasBootLoader =
      table.javaLangClassLoader >= 0 && scan.classes.contains { Self.isBoot($0.loader, scan.addresses) }
    bootLoader = hasBootLoader ? UInt32(count + 1) : nil
    let objects = count + (hasBootLoader ? 1 : 0)
    let capacity = min(
      scan.referenceBound + roots.roots.count + roots.locals.count + 1, Int(UInt32.max) - 1)
    writer = HPROFReferenceWriter(capacity: capacity)
    offsets = FlatArray(zeroed: objects + 2)
    sizes = FlatArray(zeroed: objects + 1)
    classOfObject = FlatArray(zeroed: objects + 1)
    classObjects = [UInt32](repeating: 0, count: table.classes.count)
    gaps = HPROFGaps(classes: 2 * (table.classes.count + HPROFClassTable.missingLimit + 32))
  }

  /// Writes the rows of all objects.
  consuming func run(
    _ scan: borrowing HPROFFirstPass, _ file: MappedFile, progress: WorkProgress
  ) throws(HPROFLinkFailure) -> HPROFRows {
    progress.begin(2, total: UInt64(bytes.count))
    for (index, root) in roots.roots.enumerated() {
      writer.append(root.target, field: UInt32(index), kind: root.reference, in: scan.addresses)
    }
    offsets[1] = UInt32(writer.next)
    var done = 0
    var window = HPROFLoader.window
    var next = 0
    let runs = scan.runs.runs
    while next < runs.count {
      let end = min(runs.count, next + 256)
      // Two copies of one loop, each with its size of ids a constant.
      if identifierSize == 8 {
        done += try takeRuns(UInt64.self, runs[next..<end], scan.addresses)
      } else {
        done += try takeRuns(UInt32.self, runs[next..<end], scan.addresses)
      }
      next = end
      if progress.isCancelled { throw .failed(.cancelled) }
      progress.advance(to: UInt64(done))
      if done > window {
        file.giveBackAll()
        window = done + HPROFLoader.window
      }
    }
    if !classesToCome.isEmpty { try takeClasses(upTo: .max, scan.addresses) }
    guard id == scan.addresses.count else { throw .outOfOrder }
    file.giveBackAll()
    closeBootLoader(scan.addresses)
    writer.close(offsets, addresses: scan.addresses)
    return finish()
  }

  private consuming func finish() -> HPROFRows {
    let next = writer.next
    let stray = writer.stray
    return HPROFRows(
      offsets: offsets, targets: writer.targets.shortened(to: next), fields: writer.fields.shortened(to: next),
      kinds: writer.kinds.shortened(to: next), sizes: sizes, classOfObject: classOfObject, table: table, gaps: gaps,
      bootLoader: bootLoader, strayReferences: stray, shortInstances: shortInstances, classObjects: classObjects)
  }

  // MARK: Objects

  /// Takes the objects of some runs; returns the bytes of their records.
  @inline(__always)
  private mutating func takeRuns<ID: FixedWidthInteger & UnsignedInteger & BitwiseCopyable>(
    _ width: ID.Type, _ runs: ArraySlice<RecordRuns.Run>, _ addresses: borrowing AddressIndex
  ) throws(HPROFLinkFailure) -> Int {
    let idSize = MemoryLayout<ID>.size
    let bytes = bytes
    var done = 0
    for run in runs {
      var position = run.offset
      for _ in 0..<run.count {
        guard bytes.count &- position >= 10 &+ 2 &* idSize else { throw Self.changed }
        let address = bytes.identifier(at: position &+ 1, as: ID.self)
        if address > nextClass { try takeClasses(upTo: address &- 1, addresses) }
        try begin(address, addresses)
        switch bytes[position] {
        case HPROFItem.instance: position = try takeInstance(width, position, address, addresses)
        case HPROFItem.primitiveArray: position = try takePrimitives(width, position, address, hasData: true, addresses)
        case HPROFItem.primitiveArrayWithoutData:
          position = try takePrimitives(width, position, address, hasData: false, addresses)
        case HPROFItem.objectArray: position = try takeReferences(width, position, address, addresses)
        default: throw Self.changed
        }
        offsets[id &+ 1] = UInt32(truncatingIfNeeded: writer.next)
      }
      done &+= position &- run.offset
    }
    return done
  }

  /// Makes the object at `address` the one at hand.
  @inline(__always)
  private mutating func begin(_ address: UInt64, _ addresses: borrowing AddressIndex) throws(HPROFLinkFailure) {
    guard address > previous || id == 0 else { throw .outOfOrder }
    if id > 0 { gaps.close(at: address) }
    previous = address
    id &+= 1
    guard id <= addresses.count else { throw Self.changed }
  }

  @inline(__always)
  private mutating func takeInstance<ID: FixedWidthInteger & UnsignedInteger & BitwiseCopyable>(
    _ width: ID.Type, _ position: Int, _ address: UInt64, _ addresses: borrowing AddressIndex
  ) throws(HPROFLinkFailure) -> Int {
    let idSize = MemoryLayout<ID>.size
    let classAddress = bytes.identifier(at: position &+ 5 &+ idSize, as: ID.self)
    let body = position &+ 9 &+ 2 &* idSize
    let length = Int(bytes.bigEndian32(at: body &- 4))
    guard bytes.count &- body >= length else { throw Self.changed }
    if classAddress != lastClassAddress || lastClass < 0 {
      lastClass = layouts.index(of: classAddress)
      if lastClass < 0 { lastClass = addMissing(classAddress, addresses) }
      lastClassAddress = classAddress
    }
    let layout = layouts[lastClass]
    guard writer.hasRoom(for: min(Int(layout.count), length / idSize) &+ 1) else {
      throw .failed(Self.tooManyReferences)
    }
    classOfObject[id] = UInt32(truncatingIfNeeded: lastClass)
    gaps.openInstance(address, class: lastClass)
    let fields = layouts.references(of: layout)
    if length >= layout.bytes {
      writer.append(fieldsOf: fields, width, in: bytes.baseAddress! + body, addresses: addresses)
    } else {
      shortInstances &+= 1
      for field in fields where Int(field.offset) &+ idSize <= length {
        let pointer = bytes.identifier(at: body &+ Int(field.offset), as: ID.self)
        if pointer != 0 { writer.append(address: pointer, field: field.offset, kind: field.kind, in: addresses) }
      }
    }
    if layout.isSpecial { takeSpecial(address, layout, body..<(body &+ length), addresses) }
    if layout.classAddress != 0 { appendClass(layout.classAddress, addresses) }
    return body &+ length
  }

  @inline(__always)
  private mutating func takePrimitives<ID: FixedWidthInteger & UnsignedInteger & BitwiseCopyable>(
    _ width: ID.Type, _ position: Int, _ address: UInt64, hasData: Bool, _ addresses: borrowing AddressIndex
  ) throws(HPROFLinkFailure) -> Int {
    let body = position &+ 10 &+ MemoryLayout<ID>.size
    let elements = bytes.bigEndian32(at: body &- 5)
    let type = bytes[body &- 1]
    guard let element = HPROFType(rawValue: type) else { throw Self.changed }
    let number = table.primitiveArray(type)
    if number >= layouts.count { layouts.extend(table) { Self.hasObject($0, addresses) } }
    classOfObject[id] = UInt32(truncatingIfNeeded: number)
    sizes[id] = elements
    gaps.openArray(address, elements: elements, type: type)
    let classAddress = layouts[number].classAddress
    if classAddress != 0, writer.hasRoom(for: 1) { appendClass(classAddress, addresses) }
    let length = hasData ? Int(elements) &* element.size(identifier: MemoryLayout<ID>.size) : 0
    guard bytes.count &- body >= length else { throw Self.changed }
    return body &+ length
  }

  @inline(__always)
  private mutating func takeReferences<ID: FixedWidthInteger & UnsignedInteger & BitwiseCopyable>(
    _ width: ID.Type, _ position: Int, _ address: UInt64, _ addresses: borrowing AddressIndex
  ) throws(HPROFLinkFailure) -> Int {
    let idSize = MemoryLayout<ID>.size
    let body = position &+ 9 &+ 2 &* idSize
    let elements = bytes.bigEndian32(at: position &+ 5 &+ idSize)
    let classAddress = bytes.identifier(at: position &+ 9 &+ idSize, as: ID.self)
    let length = Int(elements) &* idSize
    guard bytes.count &- body >= length else { throw Self.changed }
    if classAddress != lastArrayAddress || lastArray < 0 {
      lastArray = layouts.index(of: classAddress)
      if lastArray < 0 || !layouts[lastArray].isArray {
        if lastArray < 0 { lastArray = addMissing(classAddress, addresses) }
        lastArray = table.objectArray(lastArray)
        if lastArray >= layouts.count { layouts.extend(table) { Self.hasObject($0, addresses) } }
      }
      lastArrayAddress = classAddress
    }
    guard writer.hasRoom(for: Int(elements) &+ 1) else { throw .failed(Self.tooManyReferences) }
    classOfObject[id] = UInt32(truncatingIfNeeded: lastArray)
    sizes[id] = elements
    gaps.openArray(address, elements: elements, type: HPROFType.object.rawValue)
    writer.append(elements: Int(elements), width, in: bytes.baseAddress! + body, addresses: addresses)
    let ownClass = layouts[lastArray].classAddress
    if ownClass != 0 { appendClass(ownClass, addresses) }
    return body &+ length
  }

  /// What the stack of a thread holds; of a thread group, that its list of threads is the runtime's; how long a part of
  /// a stack is.
  @inline(never) private mutating func takeSpecial(
    _ address: UInt64, _ layout: HPROFLayouts.Layout, _ body: Range<Int>, _ addresses: borrowing AddressIndex
  ) {
    if layout.role == .thread, let locals = roots.localsOfThread[address] {
      for local in locals where writer.hasRoom(for: 2) {
        writer.append(
          roots.locals[local].target, field: HPROFFieldNumber.locals | UInt32(local), kind: .strong, in: addresses)
      }
    }
    func places(_ name: String, _ type: HPROFType) -> [Int] {
      table.fields(of: lastClass).filter { $0.type == type && catalog.text($0.name, in: bytes) == name }.map(\.offset)
    }
    if layout.role == .threadGroup {
      // The list would join the cycles of all threads into one.
      for offset in places("threads", .object) {
        for reference in Int(offsets[id])..<writer.next where writer.fields[reference] == UInt32(offset) {
          writer.kinds[reference] = ReferenceKind.runtime.rawValue
        }
      }
    }
    if layout.role == .stackChunk, let offset = places("size", .int).first, offset + 4 <= body.count {
      sizes[id] = bytes.bigEndian32(at: body.lowerBound + offset)
    }
  }

  /// The class objects at addresses up to `limit`.
  @inline(never) private mutating func takeClasses(
    upTo limit: UInt64, _ addresses: borrowing AddressIndex
  ) throws(HPROFLinkFailure) {
    while let number = classesToCome.last, table.classes[number].address <= limit {
      classesToCome.removeLast()
      try begin(table.classes[number].address, addresses)
      try takeClass(number, addresses)
      offsets[id &+ 1] = UInt32(truncatingIfNeeded: writer.next)
    }
    nextClass = classesToCome.last.map { table.classes[$0].address } ?? .max
  }

  private mutating func takeClass(_ number: Int, _ addresses: borrowing AddressIndex) throws(HPROFLinkFailure) {
    classObjects[number] = UInt32(id)
    let javaLangClass = table.javaLangClass
    classOfObject[id] = UInt32(max(0, javaLangClass))
    gaps.openClass(table.classes[number].address, class: number)
    let references = HPROFClassRow(
      bytes: bytes, identifierSize: identifierSize, catalog: catalog, record: records[table.classes[number].record]
    ).references()
    guard writer.hasRoom(for: references.count + 1) else { throw .failed(Self.tooManyReferences) }
    for reference in references {
      if reference.field == HPROFFieldNumber.loader, Self.isBoot(reference.address, addresses) {
        if let bootLoader {
          writer.append(ObjectID(bootLoader), field: reference.field, kind: reference.kind, in: addresses)
        }
      } else if reference.address != 0 {
        writer.append(address: reference.address, field: reference.field, kind: reference.kind, in: addresses)
      }
    }
    if javaLangClass >= 0, layouts[javaLangClass].classAddress != 0 {
      appendClass(layouts[javaLangClass].classAddress, addresses)
    }
  }

  // MARK: Classes

  /// The reference of the object at hand to its class.
  @inline(__always)
  private mutating func appendClass(_ address: UInt64, _ addresses: borrowing AddressIndex) {
    writer.append(address: address, field: HPROFFieldNumber.classPointer, kind: .classPointer, in: addresses)
  }

  @inline(never) private mutating func addMissing(_ address: UInt64, _ addresses: borrowing AddressIndex) -> Int {
    let number = table.addMissing(address)
    layouts.extend(table) { Self.hasObject($0, addresses) }
    return number
  }

  /// Whether the dump has the class object of a class.
  private static func hasObject(_ known: HPROFClass, _ addresses: borrowing AddressIndex) -> Bool {
    known.address != 0 && addresses.object(at: known.address) != nil
  }

  /// Whether a class with this loader belongs to the Java runtime itself: no loader, or one that is no object.
  private static func isBoot(_ loader: UInt64, _ addresses: borrowing AddressIndex) -> Bool {
    loader == 0 || addresses.object(at: loader) == nil
  }

  private mutating func closeBootLoader(_ addresses: borrowing AddressIndex) {
    guard let bootLoader else { return }
    classOfObject[bootLoader] = UInt32(table.javaLangClassLoader)
    let classAddress = layouts[table.javaLangClassLoader].classAddress
    if classAddress != 0, writer.hasRoom(for: 1) { appendClass(classAddress, addresses) }
    offsets[Int(bootLoader) + 1] = UInt32(writer.next)
  }

  private static let changed = HPROFLinkFailure.failed(.cannotRead("it changed while it was read"))
  private static let tooManyReferences = LoadError.tooLarge("more than \(grouped(UInt32.max - 1)) references")
}
