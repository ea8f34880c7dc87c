/// Writes HPROF dumps record by record, for tests.
struct HPROFWriter {
  enum Value {
    case reference(UInt64)
    case boolean(Bool)
    case char(UInt16)
    case byte(UInt8)
    case short(Int16)
    case int(Int32)
    case long(Int64)
    case float(Float)
    case double(Double)

    var type: UInt8 {
      switch self {
      case .reference: 2
      case .boolean: 4
      case .char: 5
      case .float: 6
      case .double: 7
      case .byte: 8
      case .short: 9
      case .int: 10
      case .long: 11
      }
    }
  }

  private(set) var bytes: [UInt8] = []
  /// Items of the heap, not yet in a record.
  var heap: [UInt8] = []
  /// Where each item of `heap` begins.
  private(set) var items: [Int] = []
  let idSize: Int
  private var names: [String: UInt64] = [:]
  private var serial: UInt32 = 0
  /// Whether all classes of the boot loader get a root, as a JVM gives them in its own dumps.
  private var tellsSystemClasses = false
  private var systemClasses: [UInt64] = []

  init(version: String = "1.0.2", idSize: Int = 8) {
    self.idSize = idSize
    bytes += Array("JAVA PROFILE \(version)".utf8) + [0]
    bytes += Self.big(UInt32(idSize)) + Self.big(UInt64(1_700_000_000_000))
  }

  static func big<Number: FixedWidthInteger>(_ number: Number) -> [UInt8] {
    withUnsafeBytes(of: number.bigEndian) { Array($0) }
  }

  func id(_ value: UInt64) -> [UInt8] { idSize == 8 ? Self.big(value) : Self.big(UInt32(value)) }

  func bytes(of value: Value) -> [UInt8] {
    switch value {
    case .reference(let address): id(address)
    case .boolean(let flag): [flag ? 1 : 0]
    case .char(let unit): Self.big(unit)
    case .byte(let byte): [byte]
    case .short(let number): Self.big(number)
    case .int(let number): Self.big(number)
    case .long(let number): Self.big(number)
    case .float(let number): Self.big(number.bitPattern)
    case .double(let number): Self.big(number.bitPattern)
    }
  }

  // MARK: Records

  mutating func record(_ tag: UInt8, _ body: [UInt8], length: UInt32? = nil) {
    bytes += [tag] + Self.big(UInt32(0)) + Self.big(length ?? UInt32(body.count)) + body
  }

  /// The id of a text, whose record is written when it is new.
  mutating func text(_ text: String) -> UInt64 {
    if let known = names[text] { return known }
    let number = UInt64(names.count + 1)
    names[text] = number
    record(0x01, id(number) + Array(text.utf8))
    return number
  }

  mutating func loadClass(_ address: UInt64, _ name: String) {
    serial += 1
    record(0x02, Self.big(serial) + id(address) + Self.big(UInt32(0)) + id(text(name)))
  }

  mutating func stackFrame(_ frame: UInt64, method: String, file: String, classSerial: UInt32, line: Int32) {
    let method = text(method)
    let signature = text("()V")
    let file = text(file)
    record(0x04, id(frame) + id(method) + id(signature) + id(file) + Self.big(classSerial) + Self.big(line))
  }

  mutating func stackTrace(_ number: UInt32, thread: UInt32, frames: [UInt64]) {
    record(
      0x05, Self.big(number) + Self.big(thread) + Self.big(UInt32(frames.count)) + frames.flatMap { id($0) })
  }

  /// Adds the roots of the classes so far, where the dump tells those.
  mutating func addSystemClasses() {
    guard tellsSystemClasses else { return }
    for address in systemClasses { heap += [0x05] + id(address) }
    systemClasses = []
  }

  /// Writes the items collected so far as one record.
  mutating func endHeap(_ tag: UInt8 = 0x1c, length: UInt32? = nil) {
    addSystemClasses()
    record(tag, heap, length: length)
    heap = []
    items = []
    if tag == 0x1c { record(0x2c, []) }
  }

  // MARK: Items of the heap

  mutating func item(_ tag: UInt8, _ body: [UInt8]) {
    items.append(heap.count)
    heap += [tag] + body
  }

  /// A class; its name and the names of its fields become records before the heap.
  mutating func defineClass(
    _ address: UInt64, _ name: String, superclass: UInt64 = 0, loader: UInt64 = 0, domain: UInt64 = 0,
    statics: [(String, Value)] = [], fields: [(String, UInt8)] = [], instanceSize: UInt32 = 0
  ) {
    loadClass(address, name)
    if loader == 0, !name.hasPrefix("["), address != Self.object { systemClasses.append(address) }
    var body = id(address) + Self.big(UInt32(0)) + id(superclass) + id(loader)
    body += id(0) + id(domain) + id(0) + id(0)
    body += Self.big(instanceSize) + Self.big(UInt16(0)) + Self.big(UInt16(statics.count))
    for (name, value) in statics { body += id(text(name)) + [value.type] + bytes(of: value) }
    body += Self.big(UInt16(fields.count))
    for (name, type) in fields { body += id(text(name)) + [type] }
    item(0x20, body)
  }

  mutating func instance(_ address: UInt64, _ known: UInt64, _ values: [Value] = [], trace: UInt32 = 0) {
    let contents = values.flatMap { bytes(of: $0) }
    item(0x21, id(address) + Self.big(trace) + id(known) + Self.big(UInt32(contents.count)) + contents)
  }

  mutating func objectArray(_ address: UInt64, _ known: UInt64, _ elements: [UInt64]) {
    item(
      0x22,
      id(address) + Self.big(UInt32(0)) + Self.big(UInt32(elements.count)) + id(known)
        + elements.flatMap { id($0) })
  }

  mutating func primitiveArray(_ address: UInt64, _ elements: [Value], type: UInt8? = nil) {
    item(
      0x23,
      id(address) + Self.big(UInt32(0)) + Self.big(UInt32(elements.count))
        + [type ?? elements.first?.type ?? 8] + elements.flatMap { bytes(of: $0) })
  }

  mutating func root(_ tag: UInt8, _ object: UInt64, thread: UInt32? = nil, frame: Int32? = nil) {
    var body = id(object)
    if tag == 0x01 { body += id(0) }
    if let thread { body += Self.big(thread) }
    if let frame { body += Self.big(frame) }
    item(tag, body)
  }

  // MARK: A small program

  static let object: UInt64 = 0x1000
  static let classClass: UInt64 = 0x1080
  static let string: UInt64 = 0x1100
  static let reference: UInt64 = 0x1180
  static let node: UInt64 = 0x1200
  static let thread: UInt64 = 0x1280
  static let loaderClass: UInt64 = 0x1300

  /// The classes that every program has, and `demo.Node` with `next` and a static `HEAD`.
  static func program(version: String = "1.0.2", idSize: Int = 8) -> HPROFWriter {
    var dump = HPROFWriter(version: version, idSize: idSize)
    dump.tellsSystemClasses = true
    dump.defineClass(object, "java/lang/Object")
    dump.defineClass(classClass, "java/lang/Class", superclass: object)
    dump.defineClass(string, "java/lang/String", superclass: object, fields: [("value", 2), ("coder", 8)])
    dump.defineClass(
      reference, "java/lang/ref/Reference", superclass: object, fields: [("referent", 2), ("queue", 2)])
    dump.defineClass(
      node, "demo/Node", superclass: object, loader: 0x2000,
      statics: [("HEAD", .reference(0x3000)), ("COUNT", .int(2))],
      fields: [("next", 2), ("number", 10)])
    dump.defineClass(thread, "java/lang/Thread", superclass: object, fields: [("name", 2)])
    dump.defineClass(loaderClass, "demo/Loader", superclass: object, fields: [("classes", 2)])
    dump.instance(0x2000, loaderClass, [.reference(node)])
    dump.instance(0x3000, node, [.reference(0x3020), .int(7)])
    dump.instance(0x3020, node, [.reference(0x3000), .int(-8)])
    dump.root(0x05, object)
    dump.root(0x01, 0x2000)
    return dump
  }

  /// The whole dump, the heap in one segment.
  func finished() -> [UInt8] {
    var copy = self
    copy.endHeap()
    return copy.bytes
  }
}
