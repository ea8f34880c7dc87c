import ReferenceGraph

/// Writes the rows of objects in the order of their numbers.
///
/// Pointers are looked up some hundred at a time: memory is asked for while the next ones are read.
struct GoRowWriter: ~Copyable {
  /// The rows, as far as they are written.
  private struct Rows: ~Copyable {
    var offsets: FlatArray<UInt32>
    var targets: FlatArray<UInt32>
    var fields: FlatArray<UInt32>
    var sizes: FlatArray<UInt32>
    var classOfObject: FlatArray<UInt32>
    /// Where the objects' contents lie.
    var contents: GoContentsOffsets
    var classes: GoObjectClasses
    var largeSizes: [UInt32: UInt64] = [:]
    /// Bytes of all objects.
    var totalSize: UInt64 = 0
    /// Pointers into the heap's range that hit no object.
    var strayPointers = 0
  }

  /// Why no more rows could be written.
  enum Failure: Error {
    /// The objects do not ascend.
    case outOfOrder
    /// More references than can be numbered.
    case tooManyReferences
    /// The records are not what they were.
    case changed
  }

  /// A pointer to the inside of an object whose size is not known yet.
  private struct Interior {
    /// The index of the reference.
    var reference: Int
    /// Bytes from the beginning of the object.
    var distance: UInt64
  }

  private static let batch = 256

  private var rows: Rows
  private var interior: [Interior] = []
  /// The number of the object whose row was written last, and its address.
  private(set) var object = 0
  private var address: UInt64 = 0
  private let objectCount: Int
  /// The next reference.
  private var next = 0
  private let limit: Int
  /// The pointers from reference `pendingStart` on, which are not looked up yet.
  private let pending = FlatArray<UInt64>(zeroed: batch)
  private var pendingStart = 0
  /// An object whose row begins no later than reference `pendingStart`.
  private var pendingObject = 0
  private let params: GoParams
  private let layout: GoSlotLayout
  /// Added to the targets of references to the inside of objects: `isInterior` when types are wanted, else 0.
  private let mark: UInt32

  /// Tells references to the inside of an object from those to its beginning, while types are looked for.
  static let isInterior: UInt32 = 1 << 31

  /// A writer of `objects` rows with at most `limit` references, those of `roots` among them.
  ///
  /// `contents` is told where the objects' contents lie.
  init(
    objects: Int, limit: Int, roots: [Root], classes: GoObjectClasses, contents: consuming GoContentsOffsets,
    params: GoParams, layout: GoSlotLayout
  ) {
    mark = !contents.isEmpty && objects < Int(Self.isInterior) - 1 ? Self.isInterior : 0
    rows = Rows(
      offsets: FlatArray(zeroed: objects + 2), targets: FlatArray(zeroed: limit, isReserve: true),
      fields: FlatArray(zeroed: limit, isReserve: true),
      sizes: FlatArray(zeroed: objects + 1), classOfObject: FlatArray(zeroed: objects + 1), contents: contents,
      classes: classes)
    objectCount = objects
    self.limit = limit
    self.params = params
    self.layout = layout
    for root in roots {
      rows.targets[next] = root.target.rawValue
      rows.fields[next] = UInt32(next)
      next += 1
    }
    rows.offsets[1] = UInt32(next)
    pendingStart = next
  }

  /// Writes the rows of the objects whose records lie in `run`; where the last record ends.
  mutating func take(
    _ run: RecordRuns.Run, _ bytes: UnsafeRawBufferPointer, _ addresses: borrowing AddressIndex
  ) throws(Failure) -> Int {
    let isPlain = params.pointerSize == 8 && !params.isBigEndian
    let low = params.heapLow
    let span = params.heapHigh &- low
    var cursor = GoObjectCursor(bytes, at: run.offset)
    var next = self.next
    var room = pendingStart &+ Self.batch
    rows.contents.beginRun(with: object &+ 1)
    for _ in 0..<run.count {
      guard let address = cursor.head(), object < objectCount else { throw .changed }
      guard address > self.address || object == 0 else { throw .outOfOrder }
      self.address = address
      object &+= 1
      let id = object
      let size = UInt64(truncatingIfNeeded: cursor.length)
      rows.totalSize &+= size
      if size >= UInt64(UInt32.max) { rows.largeSizes[UInt32(id)] = size }
      rows.sizes[id] = UInt32(clamping: size)
      rows.contents.set(cursor.contents, of: id)

      let fieldLimit = cursor.length &- params.pointerSize
      var hasPointers = false
      while true {
        guard let field = cursor.field(limit: fieldLimit) else { throw .changed }
        if field == .max { break }
        hasPointers = true
        let pointer =
          isPlain ? cursor.word(field) : GoHeapDumpReader.word(bytes, at: cursor.contents &+ field, params)
        guard pointer &- low < span else { continue }
        if next == room {
          self.next = next
          findPending(addresses)
          next = self.next
          room = next &+ Self.batch
        }
        guard next < limit else { throw .tooManyReferences }
        pending[next &+ Self.batch &- room] = pointer
        rows.fields[next] = UInt32(clamping: field)
        next &+= 1
      }
      if hasPointers, layout.hasHeader(size: size) {
        let header = GoHeapDumpReader.word(bytes, at: cursor.contents, params)
        rows.classOfObject[id] = rows.classes.number(header: header, size: size)
      } else {
        rows.classOfObject[id] = rows.classes.number(size: size, hasPointers: hasPointers)
      }
      rows.offsets[id &+ 1] = UInt32(truncatingIfNeeded: next)
    }
    self.next = next
    return cursor.position
  }

  /// Looks up the pointers that wait for it.
  @inline(never)
  private mutating func findPending(_ addresses: borrowing AddressIndex) {
    let start = pendingStart
    let count = next - start
    let missing = pending.withBuffer { pointers in
      rows.targets.withBuffer { targets in
        addresses.find(
          UnsafeBufferPointer(rebasing: pointers[..<count]),
          into: UnsafeMutableBufferPointer(rebasing: targets[start..<start + count]))
      }
    }
    if missing > 0 { findInterior(addresses) }
    pendingStart = next
    pendingObject = object
  }

  /// Pointers that hit no beginning: into the object below, or into nothing.
  private mutating func findInterior(_ addresses: borrowing AddressIndex) {
    let known = interior.count
    var dropped = false
    for reference in pendingStart..<next where rows.targets[reference] == 0 {
      let pointer = pending[reference - pendingStart]
      guard let below = addresses.object(atOrBelow: pointer) else {
        rows.targets[reference] = .max
        dropped = true
        continue
      }
      let distance = pointer - below.start
      rows.targets[reference] = below.id.rawValue | mark
      if below.id.index > object {
        interior.append(Interior(reference: reference, distance: distance))
      } else if distance >= size(of: below.id.rawValue) {
        rows.targets[reference] = .max
        dropped = true
      }
    }
    if dropped { dropStray(from: pendingStart, row: pendingObject, interiorFrom: known) }
  }

  private func size(of object: UInt32) -> UInt64 {
    let known = rows.sizes[object]
    return known == .max ? rows.largeSizes[object] ?? UInt64(known) : UInt64(known)
  }

  /// Takes out the references marked as stray from `start`, which lies in `row` or a later one, on;
  /// `interior[known...]` move along.
  private mutating func dropStray(from start: Int, row firstRow: Int, interiorFrom known: Int) {
    var write = start
    var row = firstRow
    var moved = known
    for read in start..<next {
      while row < object, Int(rows.offsets[row + 1]) <= read {
        rows.offsets[row + 1] = min(rows.offsets[row + 1], UInt32(write))
        row += 1
      }
      let isInterior = moved < interior.count && interior[moved].reference == read
      if isInterior { interior[moved].reference = write }
      if rows.targets[read] != .max {
        rows.targets[write] = rows.targets[read]
        rows.fields[write] = rows.fields[read]
        write += 1
      }
      if isInterior { moved += 1 }
    }
    while row <= object {
      rows.offsets[row + 1] = min(rows.offsets[row + 1], UInt32(write))
      row += 1
    }
    rows.strayPointers += next - write
    next = write
  }

  /// Looks up what is left and gives up the rows.
  consuming func finish(_ addresses: borrowing AddressIndex, roots: GoRoots) -> GoRowBuilder.Result {
    findPending(addresses)
    dropLate()
    rows.contents.finish()
    let classes = rows.classes.classes
    return GoRowBuilder.Result(
      offsets: rows.offsets, targets: rows.targets.shortened(to: next), fields: rows.fields.shortened(to: next),
      sizes: rows.sizes, largeSizes: rows.largeSizes, classOfObject: rows.classOfObject,
      classes: classes.isEmpty ? [ObjectClass(name: "object")] : classes,
      slotSizes: classes.isEmpty ? [0] : rows.classes.slotSizes,
      lowestType: rows.classes.highestType == 0 ? 0 : rows.classes.lowestType, highestType: rows.classes.highestType,
      totalSize: rows.totalSize,
      strayPointers: rows.strayPointers, roots: roots, contents: rows.contents, interiorMark: mark)
  }

  /// Takes out the references to the inside of later objects which lie behind those objects' ends.
  private mutating func dropLate() {
    var strays: [Int] = []
    for pointer in interior where pointer.distance >= size(of: rows.targets[pointer.reference] & ~mark) {
      strays.append(pointer.reference)
    }
    guard let first = strays.first else { return }
    for (number, stray) in strays.enumerated() {
      let end = number + 1 < strays.count ? strays[number + 1] : next
      rows.targets.move(stray + 1..<end, to: stray - number)
      rows.fields.move(stray + 1..<end, to: stray - number)
    }
    // The row that holds the first of them, and how many lie before the end of each row from there on.
    var row = (0..<object + 1).bisection(where: { Int(rows.offsets[$0]) > first }) - 1
    var before: UInt32 = 0
    while row <= object {
      let end = rows.offsets[row + 1]
      while Int(before) < strays.count, strays[Int(before)] < Int(end) { before += 1 }
      rows.offsets[row + 1] = end - before
      row += 1
    }
    rows.strayPointers += strays.count
    next -= strays.count
  }
}
