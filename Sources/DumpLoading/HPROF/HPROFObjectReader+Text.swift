/// Strings, and the few words that tell an object from others of its class.
extension HPROFObjectReader {
  /// The text of a string object, at most `limit` UTF-16 units of it, and its length in units.
  func string(_ object: Object, limit: Int) -> (text: String, length: Int)? {
    guard object.number >= 0, table.classes[object.number].role == .string,
      let address = reference("value", of: object)
    else { return nil }
    guard address != 0, let value = self.object(at: address) else { return nil }
    return text(
      ofArray: value, offset: integer("offset", of: object), count: integer("count", of: object),
      isWide: integer("coder", of: object).map { $0 != 0 } ?? false, limit: limit)
  }

  /// Where the fields of strings lie, looked up once for many of them.
  struct StringLayout {
    var value: HPROFClassTable.PlacedField
    var coder: HPROFClassTable.PlacedField?
    var offset: HPROFClassTable.PlacedField?
    var count: HPROFClassTable.PlacedField?
  }

  /// Nil when instances of a class are no strings.
  func stringLayout(ofClass number: Int) -> StringLayout? {
    guard table.classes[number].role == .string else { return nil }
    let fields = table.fields(of: number)
    func field(_ name: String) -> HPROFClassTable.PlacedField? { fields.first { isNamed($0.name, name) } }
    guard let value = field("value"), value.type == .object else { return nil }
    return StringLayout(value: value, coder: field("coder"), offset: field("offset"), count: field("count"))
  }

  /// The text of a string object whose layout is known.
  ///
  /// `value` is where the array is looked for first.
  func string(
    _ object: Object, _ layout: StringLayout, limit: Int, value near: (UInt64) -> Object?
  ) -> (text: String, length: Int)? {
    guard fits(layout.value, object) else { return nil }
    let address = bytes.identifier(at: object.body + layout.value.offset, size: identifierSize)
    guard address != 0, let value = near(address) ?? self.object(at: address) else { return nil }
    func number(_ field: HPROFClassTable.PlacedField?) -> Int64? {
      field.flatMap { fits($0, object) ? integer($0.type, at: object.body + $0.offset) : nil }
    }
    return text(
      ofArray: value, offset: number(layout.offset), count: number(layout.count),
      isWide: number(layout.coder).map { $0 != 0 } ?? false, limit: limit)
  }

  /// The units of a byte or char array as text.
  private func text(
    ofArray value: Object, offset: Int64?, count: Int64?, isWide: Bool, limit: Int
  ) -> (text: String, length: Int)? {
    switch value.element {
    case .char:
      // Before Java 7 strings share arrays; a count without an offset is Android's and has another meaning.
      var range = 0..<value.count
      if let offset, let count, offset >= 0, count >= 0, offset <= value.count, count <= Int64(value.count) - offset {
        range = Int(offset)..<Int(offset + count)
      }
      let start = value.body + 2 * range.lowerBound
      let units = UnsafeRawBufferPointer(rebasing: bytes[start..<(start + 2 * range.count)])
      return (JavaText.utf16(units, isBigEndian: true, limit: limit), range.count)
    case .byte:
      let contents = UnsafeRawBufferPointer(rebasing: bytes[value.body..<(value.body + value.count)])
      // Arrays of bytes are written as they lie in memory, nearly always of a little-endian machine.
      return isWide
        ? (JavaText.utf16(contents, isBigEndian: false, limit: limit), value.count / 2)
        : (JavaText.latin1(contents, limit: limit), value.count)
    default: return nil
    }
  }

  /// The text of the string at `address`.
  func string(at address: UInt64, limit: Int) -> String? {
    object(at: address).flatMap { string($0, limit: limit) }?.text
  }

  /// The name of the thread whose object is at `address`.
  func threadName(at address: UInt64) -> String? {
    guard let thread = object(at: address), let name = reference("name", of: thread), name != 0,
      let value = object(at: name)
    else { return nil }
    // Up to Java 7 the name is an array of chars.
    if value.tag == HPROFItem.primitiveArray {
      return text(ofArray: value, offset: nil, count: nil, isWide: false, limit: 200)?.text
    }
    return string(value, limit: 200)?.text
  }

  /// `virtual thread #31`: what tells a thread without a name from others.
  ///
  /// Nil when the dump has no number for it.
  func threadNumber(at address: UInt64) -> String? {
    guard let number = threadID(at: address), let thread = object(at: address) else { return nil }
    let isVirtual = table.isSubclass(thread.number, of: "java.lang.BaseVirtualThread")
    return "\(isVirtual ? "virtual thread" : "thread") #\(number)"
  }

  /// The number that Java gives a thread; nil when the dump has none for it.
  func threadID(at address: UInt64) -> Int64? {
    guard let thread = object(at: address), thread.number >= 0, let number = integer("tid", of: thread), number > 0
    else { return nil }
    return number
  }

  /// Readable text in an object: a string, a builder of one, an array of chars, or of bytes that look like text.
  func readableText(_ object: Object, limit: Int) -> (text: String, length: Int)? {
    switch object.tag {
    case HPROFItem.instance:
      guard object.number >= 0 else { return nil }
      if let string = string(object, limit: limit) { return string }
      let name = table.classes[object.number].name
      guard name == "java.lang.StringBuilder" || name == "java.lang.StringBuffer",
        let address = reference("value", of: object), let value = self.object(at: address)
      else { return nil }
      let isWide = integer("coder", of: object).map { $0 != 0 } ?? (value.element == .char)
      guard let units = integer("count", of: object), units >= 0,
        units <= value.count / (isWide && value.element == .byte ? 2 : 1)
      else { return nil }
      var used = value
      used.count = Int(units) * (isWide && value.element == .byte ? 2 : 1)
      return text(ofArray: used, offset: nil, count: nil, isWide: isWide, limit: limit)
    case HPROFItem.primitiveArray:
      if object.element == .char {
        return object.count > 0 ? text(ofArray: object, offset: nil, count: nil, isWide: true, limit: limit) : nil
      }
      guard object.element == .byte else { return nil }
      return GoText.readable(
        UnsafeRawBufferPointer(rebasing: bytes[object.body..<(object.body + object.count)]), limit: limit)
    default: return nil
    }
  }

  private static let boxes: Set<String> = [
    "java.lang.Boolean", "java.lang.Byte", "java.lang.Character", "java.lang.Double", "java.lang.Float",
    "java.lang.Integer", "java.lang.Long", "java.lang.Short", "java.util.concurrent.atomic.AtomicBoolean",
    "java.util.concurrent.atomic.AtomicInteger", "java.util.concurrent.atomic.AtomicLong",
  ]

  /// What tells an object from others of its class: `42`, `READ_ONLY`, `(12,001 entries)`, `"main"`, a class's name.
  func summary(_ object: Object) -> String? {
    switch object.tag {
    case HPROFItem.classDump: return object.number >= 0 ? table.classes[object.number].name : nil
    case HPROFItem.objectArray, HPROFItem.primitiveArray:
      return "(\(grouped(object.count)) \(object.count == 1 ? "element" : "elements"))"
    case HPROFItem.instance: break
    default: return nil
    }
    guard object.number >= 0 else { return nil }
    let known = table.classes[object.number]
    if Self.boxes.contains(known.name), let value = field("value", of: object), value.type != .object {
      return valueText(value.type, at: object.body + value.offset)
    }
    if known.role == .string {
      return string(object, limit: 40).map { "\"\($0.text)\($0.length > 40 ? "…" : "")\"" }
    }
    if known.role == .thread {
      guard let name = threadName(at: object.address), !name.isEmpty else {
        return threadNumber(at: object.address).map { "(\($0))" }
      }
      return "\"\(name)\""
    }
    if table.isSubclass(object.number, of: "java.lang.Enum"), let name = reference("name", of: object) {
      return string(at: name, limit: 200)
    }
    return collectionSummary(object)
  }
}
