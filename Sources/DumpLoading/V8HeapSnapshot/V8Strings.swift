import Glibc
import ReferenceGraph

/// The table of strings of a snapshot.
///
/// Texts stay in the file: only where every 16th begins is noted, and for each what it means as the name of a
/// reference.
final class V8Strings: Sendable {
  /// What a string means as a name.
  enum Role: UInt8 {
    case plain
    /// Of a slot that belongs to the engine: `map`, `shared`, …
    case engine
    /// Of a property that belongs to the language, and of a slot: `__proto__`, `constructor`, `prototype`.
    case prototype
    /// `N / part of key (… @id) -> value (… @id) pair in WeakMap (table @id)`.
    case weakMapEntry
    /// `system / ExternalStringData`.
    case externalStringData
    /// `system / NativeContext` and what begins like it.
    case nativeContext
    /// `(Document DOM trees)`.
    case documentTrees
    /// Slots that lead from a function to whose code it is: to what its instances share, from there to its script, to
    /// its variables, from there to those around them, to the function that it calls.
    case shared, script, context, previous, boundFunction
    /// Slots of a native context that lead to its global object.
    case globalObject
    /// `Module`, which modules of CommonJS are called, and their property `children`.
    case module, moduleChildren
  }

  private let file: MappedFile
  /// The offset of the opening quote of every 16th string.
  private let marks: FlatArray<UInt64>
  private let roles: FlatArray<UInt8>
  let count: Int
  /// Whether the file ends inside the table: the strings before are there.
  let isCut: Bool

  private static let spacing = 16
  /// Where the table ends.
  private let end: Int

  /// Reads past the table that begins at the scanner's position.
  ///
  /// Of a file that is known to be damaged, what is no string ends the table.
  init(_ file: MappedFile, _ scanner: inout V8JSONScanner, isDamaged: Bool = false) throws(V8JSONScanner.Problem) {
    self.file = file
    let bytes = file.bytes
    try scanner.take("[")
    // Every string takes 3 bytes or more, the last one 2.
    let most = (bytes.count - scanner.position) / 3 + 1
    let marks = FlatArray<UInt64>(zeroed: most / Self.spacing + 1, isReserve: true)
    let roles = FlatArray<UInt8>(zeroed: most, isReserve: true)
    var count = 0
    var isCut = false
    do throws(V8JSONScanner.Problem) {
      if try !scanner.takes("]") {
        repeat {
          _ = try scanner.peek()
          let start = scanner.position
          let text = try scanner.string()
          if count % Self.spacing == 0 { marks[count / Self.spacing] = UInt64(start) }
          roles[count] = Self.role(bytes, text).rawValue
          count += 1
          if count & 0xffff == 0 { file.giveBack(before: start) }
        } while try scanner.takes(",")
        try scanner.take("]")
      }
    } catch {
      guard error.isEnd || isDamaged else { throw error }
      isCut = true
    }
    self.count = count
    self.isCut = isCut
    end = scanner.position
    self.marks = marks.shortened(to: (count + Self.spacing - 1) / Self.spacing)
    self.roles = roles.shortened(to: count)
  }

  /// What string `index` means as a name.
  @inline(__always) func role(of index: Int) -> UInt8 { index < count ? roles[index] : 0 }

  /// Where the text of string `index` lies, with its escapes; nil when the table is shorter.
  ///
  /// It is not looked for beyond the next string that is noted: the file may be another by now.
  func range(of index: Int) -> Range<Int>? {
    guard index >= 0, index < count else { return nil }
    let mark = index / Self.spacing
    let end = min(file.bytes.count, mark + 1 < marks.count ? Int(marks[mark + 1]) : self.end)
    var scanner = V8JSONScanner(UnsafeRawBufferPointer(rebasing: file.bytes[..<end]), at: Int(marks[mark]))
    for _ in 0..<(index % Self.spacing) {
      guard (try? scanner.string()) != nil, (try? scanner.take(",")) != nil else { return nil }
    }
    return try? scanner.string()
  }

  /// Calls `body` with each string's index and where its text lies, with its escapes, until it returns false.
  func visit(_ body: (Int, Range<Int>) -> Bool) {
    guard count > 0 else { return }
    var scanner = V8JSONScanner(file.bytes, at: Int(marks[0]))
    for index in 0..<count {
      if index > 0, (try? scanner.take(",")) == nil { return }
      guard (try? scanner.peek()) != nil, let text = try? scanner.string(), body(index, text) else { return }
    }
  }

  /// Calls `body` with each string's index and its bytes, with their escapes, until it returns false.
  func visitTexts(_ body: (Int, UnsafeRawBufferPointer) -> Bool) {
    visit { index, range in body(index, UnsafeRawBufferPointer(rebasing: file.bytes[range])) }
  }

  /// String `index`, cut at about `limit` bytes; nil when the table is shorter.
  func text(of index: Int, limit: Int = 1024) -> String? {
    range(of: index).map { V8Text.decode(file.bytes, $0, limit: limit) }
  }

  /// The number of bytes of string `index` in UTF-8.
  func length(of index: Int) -> Int {
    range(of: index).map { V8Text.decode(file.bytes, $0).utf8.count } ?? 0
  }

  /// The table's id in the name of a WeakMap entry; nil when `index` is no such name.
  func weakMapTable(of index: Int) -> UInt64? {
    guard let text = range(of: index), Self.role(file.bytes, text) == .weakMapEntry else { return nil }
    // … (table @id)
    var place = text.upperBound - 2
    var value: UInt64 = 0
    var scale: UInt64 = 1
    // 64 bits have 20 digits at most.
    let first = max(text.lowerBound, place - 20)
    while place > first, file.bytes[place] != 0x40 {
      value &+= UInt64(file.bytes[place] &- 0x30) &* scale
      scale &*= 10
      place -= 1
    }
    return value
  }

  /// The name of a WeakMap entry without its number: the same for the reference of the key and that of the table.
  func weakMapPair(of index: Int) -> String? {
    guard role(of: index) == Role.weakMapEntry.rawValue, let text = text(of: index, limit: .max) else { return nil }
    return String(text.drop { $0.isNumber })
  }

  private static let names: [(text: StaticString, role: Role)] = [
    ("map", .engine), ("shared", .shared), ("code", .engine), ("feedback_cell", .engine), ("initial_map", .engine),
    ("native_context", .engine), ("global_proxy", .engine), ("__proto__", .prototype), ("constructor", .prototype),
    ("prototype", .prototype), ("system / ExternalStringData", .externalStringData),
    ("(Document DOM trees)", .documentTrees), ("script", .script), ("script_or_debug_info", .script),
    ("context", .context), ("previous", .previous), ("bound_function", .boundFunction), ("extension", .globalObject),
    ("global_object", .globalObject), ("Module", .module), ("children", .moduleChildren),
  ]

  private static func role(_ bytes: UnsafeRawBufferPointer, _ text: Range<Int>) -> Role {
    guard text.count >= 3, let base = bytes.baseAddress else { return .plain }
    let first = bytes[text.lowerBound]
    if first &- 0x30 <= 9 { return isWeakMapEntry(bytes, text) ? .weakMapEntry : .plain }
    switch first {
    case UInt8(ascii: "m"), UInt8(ascii: "s"), UInt8(ascii: "c"), UInt8(ascii: "f"), UInt8(ascii: "i"),
      UInt8(ascii: "n"), UInt8(ascii: "g"), UInt8(ascii: "_"), UInt8(ascii: "p"), UInt8(ascii: "("),
      UInt8(ascii: "b"), UInt8(ascii: "e"), UInt8(ascii: "M"):
      break
    default: return .plain
    }
    for (name, role) in names where name.utf8CodeUnitCount == text.count {
      if memcmp(base + text.lowerBound, name.utf8Start, text.count) == 0 { return role }
    }
    return starts(bytes, text, "system / NativeContext") ? .nativeContext : .plain
  }

  private static func starts(_ bytes: UnsafeRawBufferPointer, _ text: Range<Int>, _ prefix: StaticString) -> Bool {
    text.count >= prefix.utf8CodeUnitCount
      && memcmp(bytes.baseAddress! + text.lowerBound, prefix.utf8Start, prefix.utf8CodeUnitCount) == 0
  }

  private static func isWeakMapEntry(_ bytes: UnsafeRawBufferPointer, _ text: Range<Int>) -> Bool {
    guard text.count > 50, bytes[text.upperBound - 1] == UInt8(ascii: ")") else { return false }
    var place = text.lowerBound
    while place < text.upperBound, bytes[place] &- 0x30 <= 9 { place += 1 }
    guard starts(bytes, place..<text.upperBound, " / part of key (") else { return false }
    // Digits behind "pair in WeakMap (table @".
    place = text.upperBound - 2
    while place > text.lowerBound, bytes[place] &- 0x30 <= 9 { place -= 1 }
    let middle: StaticString = " pair in WeakMap (table @"
    let start = place + 1 - middle.utf8CodeUnitCount
    return place < text.upperBound - 2 && start > text.lowerBound && starts(bytes, start..<(place + 1), middle)
  }
}
