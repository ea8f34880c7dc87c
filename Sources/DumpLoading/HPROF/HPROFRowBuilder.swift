import CPrefetch
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
  // The arrays' memory, for the loops over objects: `begin` looks that the number of the object at hand is in them.
  private let offsetBuffer: UnsafeMutableBufferPointer<UInt32>
  private let sizeBuffer: UnsafeMutableBufferPointer<UInt32>
  private let classBuffer: UnsafeMutableBufferPointer<UInt32>
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
  private let view: AddressPlaces

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
    view = AddressPlaces(unsafelyViewing: scan.addresses)
    layouts = HPROFLayouts(table) { [view] in Self.place(of: $0, scan.addresses, view) }
    // Classes of the Java runtime refer to a loader that is no object.
    let count = scan.addresses.count
    let hasBootLoader =
      table.javaLangClassLoader >= 0 && scan.classes.contains { Self.isBoot($0.loader, scan.addresses) }
    bootLoader = hasBootLoader ? UInt32(count + 1) : nil
    let objects = count + (hasBootLoader ? 1 : 0)
    let capacity = min(
      scan.referenceBound + roots.roots.count + roots.locals.count + 1, Int(UInt32.max) - 1)
    writer = HPROFReferenceWriter(capacity: capacity, addresses: scan.addresses)
    offsets = FlatArray(zeroed: objects + 2)
    sizes = FlatArray(zeroed: objects + 1)
    classOfObject = FlatArray(zeroed: objects + 1)
    offsetBuffer = offsets.unsafeBuffer
    sizeBuffer = sizes.unsafeBuffer
    classBuffer = classOfObject.unsafeBuffer
    classObjects = [UInt32](repeating: 0, count: table.classes.count)
    gaps = HPROFGaps(classes: 2 * (table.classes.count + HPROFClassTable.missingLimit + 32))
  }

  /// Writes the rows of all objects.
  consuming func run(
    _ scan: borrowing HPROFFirstPass, _ file: MappedFile, progress: WorkProgress
  ) throws(HPROFLinkFailure) -> HPROFRows {
    progress.begin(LoadStep.link, total: UInt64(bytes.count))
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
    guard let base = bytes.baseAddress else { throw Self.changed }
    let count = bytes.count
    var done = 0
    for run in runs {
      var position = run.offset
      for _ in 0..<run.count {
        guard count &- position >= 10 &+ 2 &* idSize else { throw Self.changed }
        let record = base + position
        refwalk_prefetch(record + Self.prefetchDistance)
        let address = record.identifier(at: 1, as: ID.self)
        if address > nextClass { try takeClasses(upTo: address &- 1, addresses) }
        try begin(address, addresses)
        switch record.load(as: UInt8.self) {
        case HPROFItem.instance:
          let classAddress = record.identifier(at: 5 &+ idSize, as: ID.self)
          let body = 9 &+ 2 &* idSize
          let length = Int(record.bigEndian32(at: body &- 4))
          position &+= body
          guard count &- position >= length else { throw Self.changed }
          try takeInstance(width, record + body, length, of: classAddress, addresses)
          position &+= length
        case HPROFItem.primitiveArray:
          position = try takePrimitives(width, position, address, hasData: true, addresses)
        case HPROFItem.primitiveArrayWithoutData:
          position = try takePrimitives(width, position, address, hasData: false, addresses)
        case HPROFItem.objectArray: position = try takeReferences(width, position, address, addresses)
        default: throw Self.changed
        }
        offsetBuffer[id &+ 1] = UInt32(truncatingIfNeeded: writer.next)
      }
      done &+= position &- run.offset
    }
    return done
  }

  /// Bytes ahead of the record at hand that the cache is asked for: the processor's own foresight ends with each page.
  private static let prefetchDistance = 1024

  /// Makes the object at `address` the one at hand.
  @inline(__always)
  private mutating func begin(_ address: UInt64, _ addresses: borrowing AddressIndex) throws(HPROFLinkFailure) {
    guard address > previous || id == 0 else { throw .outOfOrder }
    gaps.close(at: address)
    previous = address
    id &+= 1
    guard id <= addresses.count else { throw Self.changed }
  }

  /// Takes the object at hand as an instance whose fields are the `length` bytes at `body`.
  @inline(__always)
  private mutating func takeInstance<ID: FixedWidthInteger & UnsignedInteger & BitwiseCopyable>(
    _ width: ID.Type, _ body: UnsafeRawPointer, _ length: Int, of classAddress: UInt64,
    _ addresses: borrowing AddressIndex
  ) throws(HPROFLinkFailure) {
    var layout = layouts.find(classAddress)
    if layout.mark == 0 { layout = addMissing(classAddress, addresses) }
    classBuffer[id] = UInt32(truncatingIfNeeded: layout.number)
    gaps.openInstance(previous, class: layout.number)
    guard length >= layout.bytes else {
      try takeUnusual(layout, UnsafeRawBufferPointer(start: body, count: length), addresses)
      return
    }
    guard writer.hasRoom(for: Int(layout.count) &+ 1) else { throw .failed(Self.tooManyReferences) }
    writer.append(fieldsOf: layouts.references(of: layout), width, in: body, addresses: addresses)
    if layout.classPlace != 0 { appendClass(layout.classPlace, addresses) }
  }

  /// An instance with fewer bytes than its class has fields for, or one that needs more than that its fields are read.
  @inline(never) private mutating func takeUnusual(
    _ layout: HPROFLayouts.Layout, _ body: UnsafeRawBufferPointer, _ addresses: borrowing AddressIndex
  ) throws(HPROFLinkFailure) {
    guard writer.hasRoom(for: min(Int(layout.count), body.count / identifierSize) &+ 1) else {
      throw .failed(Self.tooManyReferences)
    }
    if body.count < table.classes[layout.number].instanceBytes { shortInstances &+= 1 }
    for field in layouts.references(of: layout) where Int(field.offset) &+ identifierSize <= body.count {
      let address = body.identifier(at: Int(field.offset), size: identifierSize)
      if address != 0 { writer.append(address: address, field: field.offset, kind: field.kind, in: addresses) }
    }
    if layout.bytes == HPROFLayouts.Layout.special { takeSpecial(layout.number, body, addresses) }
    if layout.classPlace != 0 { appendClass(layout.classPlace, addresses) }
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
    if number >= layouts.count { extendLayouts(addresses) }
    classBuffer[id] = UInt32(truncatingIfNeeded: number)
    sizeBuffer[id] = elements
    let length = Int(elements) &* element.size(identifier: MemoryLayout<ID>.size)
    gaps.openPrimitives(address, bytes: length, type: type)
    let classPlace = layouts[number].classPlace
    if classPlace != 0, writer.hasRoom(for: 1) { appendClass(classPlace, addresses) }
    guard hasData else { return body }
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
    var layout = layouts.find(classAddress)
    if !layout.isArray { layout = addArray(classAddress, addresses) }
    guard writer.hasRoom(for: Int(elements) &+ 1) else { throw .failed(Self.tooManyReferences) }
    classBuffer[id] = UInt32(truncatingIfNeeded: layout.number)
    sizeBuffer[id] = elements
    gaps.openReferences(address, elements: elements)
    writer.append(elements: Int(elements), width, in: bytes.baseAddress! + body, addresses: addresses)
    if layout.classPlace != 0 { appendClass(layout.classPlace, addresses) }
    return body &+ length
  }

  /// What the stack of a thread holds; of a thread group, that its list of threads is the runtime's; how long a part of
  /// a stack is.
  private mutating func takeSpecial(
    _ number: Int, _ body: UnsafeRawBufferPointer, _ addresses: borrowing AddressIndex
  ) {
    let role = table.classes[number].role
    if role == .thread, let locals = roots.localsOfThread[previous] {
      for local in locals where writer.hasRoom(for: 2) {
        writer.append(
          roots.locals[local].target, field: HPROFFieldNumber.locals | UInt32(local), kind: .strong, in: addresses)
      }
    }
    func places(_ name: String, _ type: HPROFType) -> [Int] {
      table.fields(of: number).filter { $0.type == type && catalog.text($0.name, in: bytes) == name }.map(\.offset)
    }
    if role == .threadGroup {
      // The list would join the cycles of all threads into one.
      for offset in places("threads", .object) {
        for reference in Int(offsets[id])..<writer.next where writer.fields[reference] == UInt32(offset) {
          writer.kinds[reference] = ReferenceKind.runtime.rawValue
        }
      }
    }
    if role == .stackChunk, let offset = places("size", .int).first, offset + 4 <= body.count {
      sizes[id] = body.bigEndian32(at: offset)
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
    if javaLangClass >= 0, layouts[javaLangClass].classPlace != 0 {
      appendClass(layouts[javaLangClass].classPlace, addresses)
    }
  }

  // MARK: Classes

  /// The reference of the object at hand to its class.
  @inline(__always)
  private mutating func appendClass(_ place: UInt64, _ addresses: borrowing AddressIndex) {
    writer.append(place: place, field: HPROFFieldNumber.classPointer, kind: .classPointer, in: addresses)
  }

  @inline(never) private mutating func addMissing(
    _ address: UInt64, _ addresses: borrowing AddressIndex
  ) -> HPROFLayouts.Layout {
    let number = table.addMissing(address)
    extendLayouts(addresses)
    return layouts[number]
  }

  /// The class of arrays of a record that names no class of arrays.
  @inline(never) private mutating func addArray(
    _ address: UInt64, _ addresses: borrowing AddressIndex
  ) -> HPROFLayouts.Layout {
    var known = layouts.find(address)
    if known.mark == 0 { known = addMissing(address, addresses) }
    let number = table.objectArray(known.number)
    if number >= layouts.count { extendLayouts(addresses) }
    return layouts[number]
  }

  @inline(never) private mutating func extendLayouts(_ addresses: borrowing AddressIndex) {
    layouts.extend(table) { [view] in Self.place(of: $0, addresses, view) }
  }

  /// The place of a class's object, 0 when the dump does not have it.
  private static func place(
    of known: HPROFClass, _ addresses: borrowing AddressIndex, _ view: AddressPlaces
  ) -> UInt64 {
    known.address != 0 && addresses.object(at: known.address) != nil ? view.place(of: known.address) : 0
  }

  /// Whether a class with this loader belongs to the Java runtime itself: no loader, or one that is no object.
  private static func isBoot(_ loader: UInt64, _ addresses: borrowing AddressIndex) -> Bool {
    loader == 0 || addresses.object(at: loader) == nil
  }

  private mutating func closeBootLoader(_ addresses: borrowing AddressIndex) {
    guard let bootLoader else { return }
    classOfObject[bootLoader] = UInt32(table.javaLangClassLoader)
    let classPlace = layouts[table.javaLangClassLoader].classPlace
    if classPlace != 0, writer.hasRoom(for: 1) { appendClass(classPlace, addresses) }
    offsets[Int(bootLoader) + 1] = UInt32(writer.next)
  }

  private static let changed = HPROFLinkFailure.failed(.cannotRead("it changed while it was read"))
  private static let tooManyReferences = LoadError.tooLarge("more than \(grouped(UInt32.max - 1)) references")
}
