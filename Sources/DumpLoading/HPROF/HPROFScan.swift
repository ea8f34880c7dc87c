import CPrefetch
import ReferenceGraph

/// Collects the items of a heap in the first pass: addresses, classes, roots, and where records lie.
struct HPROFScan: ~Copyable {
  /// The record of a class: where its parts lie.
  struct ClassRecord {
    var address: UInt64
    var superclass: UInt64
    var loader: UInt64
    var signers: UInt64
    var domain: UInt64
    /// Bytes that instances have in the file.
    var instanceSize: UInt32
    /// Offset of the record in the file, tag included.
    var offset: Int
    /// Offsets of the constant pool's count, of the count of static fields, and of that of instance fields.
    var constants: Int
    var statics: Int
    var fields: Int
  }

  private let identifierSize: Int
  private let sizes: HPROFTypeSizes
  private var addresses: AddressIndexBuilder
  private(set) var runs: RecordRuns
  private(set) var classes: [ClassRecord] = []
  var roots: [HPROFCatalog.RootRecord] = []
  private(set) var heapNames: [UInt64] = []
  private(set) var instances = 0
  private(set) var objectArrays = 0
  private(set) var primitiveArrays = 0
  /// At least as many as there are references.
  private(set) var referenceBound = 0

  var objects: Int { instances + objectArrays + primitiveArrays + classes.count }

  init(identifierSize: Int, runLimit: Int, bytes: Int) {
    self.identifierSize = identifierSize
    sizes = HPROFTypeSizes(identifier: identifierSize)
    runs = RecordRuns(limit: runLimit)
    runs.reserve(bytes: bytes)
    // Objects take about as much in the file as in memory.
    addresses = AddressIndexBuilder(expecting: bytes)
  }

  /// Takes the items at the cursor that begin before `end`, some thousands at most: it is called again for more.
  ///
  /// `itemStart` is set to where the item begins that is being read.
  mutating func takeItems(_ cursor: inout ByteCursor, before end: Int, itemStart: inout Int) throws(ReadProblem) {
    // Two copies of one loop, each with its size of ids a constant.
    if identifierSize == 8 {
      try takeItems(UInt64.self, &cursor, before: end, itemStart: &itemStart)
    } else {
      try takeItems(UInt32.self, &cursor, before: end, itemStart: &itemStart)
    }
  }

  @inline(__always)
  private mutating func takeItems<ID: FixedWidthInteger & UnsignedInteger & BitwiseCopyable>(
    _ id: ID.Type, _ cursor: inout ByteCursor, before end: Int, itemStart: inout Int
  ) throws(ReadProblem) {
    guard let base = cursor.bytes.baseAddress else { return }
    let idSize = MemoryLayout<ID>.size
    let count = cursor.bytes.count
    // Locals stay in registers, where properties would be read and written for every item.
    var position = cursor.position
    var instances = 0
    var objectArrays = 0
    var primitiveArrays = 0
    var references = 0
    defer {
      cursor.position = position
      self.instances &+= instances
      self.objectArrays &+= objectArrays
      self.primitiveArrays &+= primitiveArrays
      referenceBound &+= references
    }
    var left = 8192
    while position < end, left > 0 {
      left &-= 1
      itemStart = position
      let item = base + position
      refwalk_prefetch(item + Self.prefetchDistance)
      let tag = item.load(as: UInt8.self)
      let length: Int
      switch tag {
      case HPROFItem.instance:
        let header = 9 &+ 2 &* idSize
        guard count &- position >= header else { throw .ended }
        let bytes = Int(item.bigEndian32(at: header &- 4))
        length = header &+ bytes
        guard count &- position >= length else { throw .cutLength(UInt64(bytes)) }
        instances &+= 1
        references &+= bytes / idSize &+ 1
      case HPROFItem.primitiveArray, HPROFItem.primitiveArrayWithoutData:
        let header = 10 &+ idSize
        guard count &- position >= header else { throw .ended }
        let size = try sizes.size(item.load(fromByteOffset: header &- 1, as: UInt8.self))
        let bytes = tag == HPROFItem.primitiveArray ? Int(item.bigEndian32(at: header &- 5)) &* size : 0
        length = header &+ bytes
        guard count &- position >= length else { throw .cutLength(UInt64(bytes)) }
        primitiveArrays &+= 1
        references &+= 1
      case HPROFItem.objectArray:
        let header = 9 &+ 2 &* idSize
        guard count &- position >= header else { throw .ended }
        let elements = Int(item.bigEndian32(at: 5 &+ idSize))
        length = header &+ elements &* idSize
        guard count &- position >= length else { throw .cutLength(UInt64(elements &* idSize)) }
        objectArrays &+= 1
        references &+= elements &+ 1
      default:
        var rare = ByteCursor(cursor.bytes, at: position)
        try takeRare(tag, &rare)
        position = rare.position
        continue
      }
      let address = item.identifier(at: 1, as: ID.self)
      addresses.insert(address)
      runs.append(address: address, offset: position)
      position &+= length
    }
  }

  /// Bytes ahead of the item at hand that the cache is asked for: the processor's own foresight ends with each page.
  private static let prefetchDistance = 1024

  /// The end of a segment, or the beginning of other items.
  mutating func endRun() { runs.endRun() }

  private mutating func takeRare(_ tag: UInt8, _ cursor: inout ByteCursor) throws(ReadProblem) {
    let start = cursor.position
    runs.endRun()
    try cursor.skip(1)
    var root = HPROFCatalog.RootRecord(tag: tag, object: 0)
    switch tag {
    case HPROFItem.classDump:
      let record = try takeClass(&cursor, at: start)
      // Class objects lie among others, but their records elsewhere: they are no part of the runs.
      addresses.insert(record.address)
      classes.append(record)
      return
    case HPROFItem.heapInfo:
      _ = try cursor.u4()
      heapNames.append(try cursor.id(identifierSize))
      return
    case HPROFItem.rootUnknown, HPROFItem.rootStickyClass, HPROFItem.rootMonitor, HPROFItem.rootInternedString,
      HPROFItem.rootFinalizing, HPROFItem.rootDebugger, HPROFItem.rootReferenceCleanup, HPROFItem.rootVMInternal,
      HPROFItem.unreachable:
      root.object = try cursor.id(identifierSize)
      if tag == HPROFItem.unreachable { return }
    case HPROFItem.rootJNIGlobal:
      root.object = try cursor.id(identifierSize)
      _ = try cursor.id(identifierSize)
    case HPROFItem.rootJNILocal, HPROFItem.rootFrame, HPROFItem.rootJNIMonitor, HPROFItem.rootThread:
      root.object = try cursor.id(identifierSize)
      root.thread = try cursor.u4()
      root.frame = Int32(bitPattern: try cursor.u4())
    case HPROFItem.rootNativeStack, HPROFItem.rootThreadBlock:
      root.object = try cursor.id(identifierSize)
      root.thread = try cursor.u4()
    default: throw .unknownTag(UInt64(tag))
    }
    roots.append(root)
  }

  private mutating func takeClass(_ cursor: inout ByteCursor, at offset: Int) throws(ReadProblem) -> ClassRecord {
    let address = try cursor.id(identifierSize)
    _ = try cursor.u4()
    let superclass = try cursor.id(identifierSize)
    let loader = try cursor.id(identifierSize)
    let signers = try cursor.id(identifierSize)
    let domain = try cursor.id(identifierSize)
    try cursor.skip(2 * identifierSize)
    let instanceSize = try cursor.u4()
    let constants = cursor.position
    let constantCount = try cursor.u2()
    for _ in 0..<constantCount {
      _ = try cursor.u2()
      try cursor.skip(try sizes.size(try cursor.u1()))
    }
    let statics = cursor.position
    let staticCount = try cursor.u2()
    for _ in 0..<staticCount {
      _ = try cursor.id(identifierSize)
      try cursor.skip(try sizes.size(try cursor.u1()))
    }
    let fields = cursor.position
    try cursor.skip(try cursor.u2() * (identifierSize + 1))
    referenceBound += constantCount + staticCount + 8
    return ClassRecord(
      address: address, superclass: superclass, loader: loader, signers: signers, domain: domain,
      instanceSize: instanceSize, offset: offset, constants: constants, statics: statics, fields: fields)
  }

  /// Puts the runs in the order of their addresses.
  /// - Parameter dropped: is told the offsets of records whose address another record had before.
  mutating func sortRuns(dropped: (Int) -> Void) {
    let taken = Set(classes.map(\.address))
    runs.sort(besides: taken, dropped: dropped)
  }

  /// The index of the addresses.
  consuming func finish() -> AddressIndex { addresses.finish() }
}
