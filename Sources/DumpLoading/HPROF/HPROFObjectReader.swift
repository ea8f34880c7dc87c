/// Finds records of single objects in the file and reads their fields.
struct HPROFObjectReader: @unchecked Sendable {
  /// An object's record.
  struct Object {
    var tag: UInt8
    var address: UInt64
    /// Index in the class table; of a class object that of the class it stands for, -1 for a class not known.
    var number: Int
    /// Serial number of the stack trace it was allocated at.
    var trace: UInt32
    /// Where its fields or elements begin.
    var body: Int
    /// Bytes of the fields, or number of elements.
    var count: Int
    /// Of the elements of an array.
    var element: HPROFType
  }

  // @unchecked: the bytes are never written to.
  let bytes: UnsafeRawBufferPointer
  let runs: RecordRuns
  let table: HPROFClassTable
  let catalog: HPROFCatalog
  let identifierSize: Int
  /// The classes' records.
  let records: [HPROFScan.ClassRecord]

  /// The object that begins at `address`.
  func object(at address: UInt64) -> Object? {
    guard address != 0 else { return nil }
    let number = table.index(of: address)
    if number >= 0, table.classes[number].record >= 0 {
      return read(at: records[table.classes[number].record].offset)?.0
    }
    guard let run = runs.run(holding: address) else { return nil }
    var position = run.offset
    for _ in 0..<run.count {
      guard let (found, end) = read(at: position) else { return nil }
      if found.address == address { return found }
      position = end
    }
    return nil
  }

  /// The object whose record begins at `position`, and where the record ends.
  func read(at position: Int) -> (Object, end: Int)? {
    var cursor = ByteCursor(bytes, at: position)
    guard let tag = try? cursor.u1(), let address = try? cursor.id(identifierSize), let trace = try? cursor.u4()
    else { return nil }
    var found = Object(
      tag: tag, address: address, number: -1, trace: trace, body: 0, count: 0, element: .object)
    switch tag {
    case HPROFItem.classDump:
      found.number = table.index(of: address)
      found.body = position
      return (found, position + 1)
    case HPROFItem.instance:
      guard let known = try? cursor.id(identifierSize), let length = try? cursor.u4() else { return nil }
      found.number = table.index(of: known)
      found.count = Int(length)
    case HPROFItem.objectArray:
      guard let length = try? cursor.u4(), let known = try? cursor.id(identifierSize) else { return nil }
      found.number = table.index(of: known)
      found.count = Int(length)
    case HPROFItem.primitiveArray, HPROFItem.primitiveArrayWithoutData:
      guard let length = try? cursor.u4(), let type = (try? cursor.u1()).flatMap(HPROFType.init(rawValue:)) else {
        return nil
      }
      found.element = type
      found.count = tag == HPROFItem.primitiveArray ? Int(length) : 0
    default: return nil
    }
    found.body = cursor.position
    let size = tag == HPROFItem.instance ? 1 : found.element.size(identifier: identifierSize)
    guard cursor.remaining / size >= found.count else { return nil }
    return (found, cursor.position + found.count * size)
  }

  /// The name of the class of the object at `address`.
  func className(at address: UInt64) -> String? {
    guard let object = object(at: address) else { return nil }
    switch object.tag {
    case HPROFItem.classDump: return "java.lang.Class"
    case HPROFItem.instance, HPROFItem.objectArray:
      return object.number >= 0 ? table.classes[object.number].name : nil
    default: return object.element.name + "[]"
    }
  }

  /// The field of an instance with a name, that of the most derived class when several have it.
  func field(_ name: String, of object: Object) -> HPROFClassTable.PlacedField? {
    guard object.tag == HPROFItem.instance, object.number >= 0 else { return nil }
    return table.fields(of: object.number).first { isNamed($0.name, name) && fits($0, object) }
  }

  func fits(_ field: HPROFClassTable.PlacedField, _ object: Object) -> Bool {
    field.offset + field.type.size(identifier: identifierSize) <= object.count
  }

  /// Whether a text of the dump is `name`.
  func isNamed(_ text: UInt64, _ name: String) -> Bool {
    guard let place = catalog.texts[text], place.length == name.utf8.count else { return false }
    return bytes[place.offset..<(place.offset + place.length)].elementsEqual(name.utf8)
  }

  /// The address in a field of references, 0 for null; nil when there is no such field.
  func reference(_ name: String, of object: Object) -> UInt64? {
    guard let field = field(name, of: object), field.type == .object else { return nil }
    return bytes.identifier(at: object.body + field.offset, size: identifierSize)
  }

  /// The value of a field of whole numbers.
  func integer(_ name: String, of object: Object) -> Int64? {
    field(name, of: object).flatMap { integer($0.type, at: object.body + $0.offset) }
  }

  /// A whole number at an offset of the file.
  func integer(_ type: HPROFType, at offset: Int) -> Int64? {
    var cursor = ByteCursor(bytes, at: offset)
    switch type {
    case .boolean: return (try? cursor.u1()).map { Int64($0) }
    case .byte: return (try? cursor.u1()).map { Int64(Int8(bitPattern: $0)) }
    case .char: return (try? cursor.u2()).map { Int64($0) }
    case .short: return (try? cursor.u2()).map { Int64(Int16(truncatingIfNeeded: $0)) }
    case .int: return (try? cursor.u4()).map { Int64(Int32(bitPattern: $0)) }
    case .long: return (try? cursor.u8()).map { Int64(bitPattern: $0) }
    case .float, .double, .object: return nil
    }
  }

  /// A value that is no reference, as Java writes it.
  func valueText(_ type: HPROFType, at offset: Int) -> String {
    var cursor = ByteCursor(bytes, at: offset)
    switch type {
    case .boolean: return integer(type, at: offset).map { $0 == 0 ? "false" : "true" } ?? "?"
    case .char:
      guard let unit = integer(type, at: offset) else { return "?" }
      if let scalar = Unicode.Scalar(UInt16(unit)), unit >= 0x20 { return "'\(scalar)'" }
      return "\\u" + String(String(0x10000 + unit, radix: 16).dropFirst())
    case .float: return (try? cursor.u4()).map { Self.javaText(Float(bitPattern: $0)) } ?? "?"
    case .double: return (try? cursor.u8()).map { Self.javaText(Double(bitPattern: $0)) } ?? "?"
    default: return integer(type, at: offset).map { "\($0)" } ?? "?"
    }
  }

  /// A number as Java prints what is none.
  private static func javaText<Number: BinaryFloatingPoint>(_ number: Number) -> String {
    if number.isNaN { return "NaN" }
    if number.isInfinite { return number < 0 ? "-Infinity" : "Infinity" }
    return "\(number)"
  }
}
