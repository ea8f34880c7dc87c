/// Writes the items of a heap without their texts and numbers: references and lengths stay, and the numbers of
/// `HPROFKeptNumbers`.
struct HPROFItemRedaction {
  /// What of an instance is kept: ranges of its bytes, ascending.
  private struct Plan {
    var ranges: [Range<Int>]
    /// Bytes of all fields: a shorter instance is looked at field by field.
    var length: Int
  }

  private let reader: HPROFObjectReader
  private let numbers: HPROFKeptNumbers
  private let output: RedactedFile
  private let bytes: UnsafeRawBufferPointer
  private let idSize: Int
  private var plans: [Plan?]
  private let names: HPROFUnreachable.ClassNames
  /// By length whether some name may be as long; arrays that are longer are no names.
  private var lengths: [Bool]

  init(reader: HPROFObjectReader, numbers: HPROFKeptNumbers, output: RedactedFile) {
    self.reader = reader
    self.numbers = numbers
    self.output = output
    bytes = reader.bytes
    idSize = reader.identifierSize
    plans = Array(repeating: nil, count: reader.table.classes.count)
    names = HPROFUnreachable.ClassNames(reader.table)
    lengths = [Bool](repeating: false, count: (names.names.map(\.utf8.count).max() ?? 0) + 1)
    for name in names.names { lengths[name.utf8.count] = true }
  }

  /// Writes some thousands of the items from `position` on.
  ///
  /// False when they are not what they were.
  mutating func write(_ position: inout Int, until end: Int) -> Bool {
    var left = 4096
    while position < end, left > 0 {
      left -= 1
      guard let next = self.end(ofItemAt: position), next <= end else { return false }
      writeItem(position..<next)
      position = next
    }
    return true
  }

  /// Where the items end that begin at `start` and have about `size` bytes, one at least.
  func end(ofItemsFrom start: Int, until limit: Int, about size: Int) -> Int {
    var end = start
    while end < limit, end - start < size, let next = self.end(ofItemAt: end), next <= limit { end = next }
    return end
  }

  // MARK: Lengths

  /// Where the item at `position` ends; nil when the bytes do not hold it.
  private func end(ofItemAt position: Int) -> Int? {
    guard position >= 0, position < bytes.count else { return nil }
    func end(_ length: Int) -> Int? { length <= bytes.count - position ? position + length : nil }
    switch bytes[position] {
    case HPROFItem.instance:
      let head = 9 + 2 * idSize
      guard self.bytes.count - position >= head else { return nil }
      return end(head + Int(bytes.bigEndian32(at: position + head - 4)))
    case HPROFItem.objectArray:
      let head = 9 + 2 * idSize
      guard bytes.count - position >= head else { return nil }
      return end(head + Int(bytes.bigEndian32(at: position + 5 + idSize)) * idSize)
    case HPROFItem.primitiveArray, HPROFItem.primitiveArrayWithoutData:
      let head = 10 + idSize
      guard bytes.count - position >= head, let type = HPROFType(rawValue: bytes[position + head - 1]) else {
        return nil
      }
      let hasData = bytes[position] == HPROFItem.primitiveArray
      return end(
        head + (hasData ? Int(bytes.bigEndian32(at: position + head - 5)) * type.size(identifier: idSize) : 0))
    case HPROFItem.classDump: return endOfClass(position)
    case HPROFItem.heapInfo: return end(5 + idSize)
    case HPROFItem.rootJNIGlobal: return end(1 + 2 * idSize)
    case HPROFItem.rootJNILocal, HPROFItem.rootFrame, HPROFItem.rootJNIMonitor, HPROFItem.rootThread:
      return end(9 + idSize)
    case HPROFItem.rootNativeStack, HPROFItem.rootThreadBlock: return end(5 + idSize)
    default: return end(1 + idSize)
    }
  }

  private func endOfClass(_ position: Int) -> Int? {
    var cursor = ByteCursor(bytes, at: position)
    do throws(ReadProblem) {
      try cursor.skip(9 + 7 * idSize)
      let sizes = HPROFTypeSizes(identifier: idSize)
      for _ in 0..<(try cursor.u2()) {
        try cursor.skip(2)
        try cursor.skip(try sizes.size(try cursor.u1()))
      }
      for _ in 0..<(try cursor.u2()) {
        try cursor.skip(idSize)
        try cursor.skip(try sizes.size(try cursor.u1()))
      }
      try cursor.skip(try cursor.u2() * (idSize + 1))
      return cursor.position
    } catch {
      return nil
    }
  }

  // MARK: Items

  private mutating func writeItem(_ range: Range<Int>) {
    switch bytes[range.lowerBound] {
    case HPROFItem.instance: writeInstance(range)
    case HPROFItem.primitiveArray: writeNumbers(range)
    case HPROFItem.classDump: writeClass(range)
    default: output.append(bytes, range)
    }
  }

  private mutating func writeInstance(_ range: Range<Int>) {
    let body = range.lowerBound + 9 + 2 * idSize
    output.append(bytes, range.lowerBound..<body)
    let length = range.upperBound - body
    let number = reader.table.index(of: bytes.identifier(at: range.lowerBound + 5 + idSize, size: idSize))
    guard number >= 0 else { return output.append(count: length) }
    var plan = self.plan(number)
    let isCount =
      !numbers.counts.isEmpty && numbers.counts.contains(bytes.identifier(at: range.lowerBound + 1, size: idSize))
    if isCount || length < plan.length {
      plan = makePlan(number, isCount: isCount, room: length)
    }
    var done = 0
    for kept in plan.ranges {
      output.append(count: kept.lowerBound - done)
      output.append(bytes, (body + kept.lowerBound)..<(body + kept.upperBound))
      done = kept.upperBound
    }
    output.append(count: length - done)
  }

  private mutating func plan(_ number: Int) -> Plan {
    if let known = plans[number] { return known }
    let made = makePlan(number, isCount: false, room: .max)
    plans[number] = made
    return made
  }

  /// What stays of the instances of a class that have `room` bytes.
  ///
  /// With `isCount` the number of the instance is the count of a collection.
  private func makePlan(_ number: Int, isCount: Bool, room: Int) -> Plan {
    let fields = reader.table.fields(of: number)
    let kept = numbers.kept(fields, ofClass: number)
    var plan = Plan(ranges: [], length: 0)
    for (index, field) in fields.enumerated() {
      let end = field.offset + field.type.size(identifier: idSize)
      plan.length = end
      let isCounter = isCount && HPROFKeptNumbers.counters.contains { reader.isNamed(field.name, $0) }
      guard kept[index] || isCounter, end <= room else { continue }
      if let last = plan.ranges.last, last.upperBound == field.offset {
        plan.ranges[plan.ranges.count - 1] = last.lowerBound..<end
      } else {
        plan.ranges.append(field.offset..<end)
      }
    }
    return plan
  }

  private func writeNumbers(_ range: Range<Int>) {
    let body = range.lowerBound + 10 + idSize
    output.append(bytes, range.lowerBound..<body)
    let contents = body..<range.upperBound
    if isName(contents, type: bytes[body - 1])
      || numbers.counts.contains(bytes.identifier(at: range.lowerBound + 1, size: idSize))
    {
      output.append(bytes, contents)
    } else {
      output.append(count: contents.count)
    }
  }

  /// Whether the units of an array are the name of a class or package of the dump, which is in the file anyway: that
  /// garbage may be the name of a class object is told by it.
  private func isName(_ range: Range<Int>, type: UInt8) -> Bool {
    let width = type == HPROFType.char.rawValue ? 2 : 1
    guard width == 2 || type == HPROFType.byte.rawValue else { return false }
    // `[Ljava.lang.String;` has three characters more than the name in it.
    let count = range.count / width
    guard count > 0, count < lengths.count + 16 else { return false }
    let units = UnsafeRawBufferPointer(rebasing: bytes[range])
    let isArray = units[width - 1] == UInt8(ascii: "[")
    guard isArray || count < lengths.count && lengths[count] else { return false }
    return names.contains(
      width == 2
        ? JavaText.utf16(units, isBigEndian: true, limit: count) : JavaText.latin1(units, limit: count))
  }

  private func writeClass(_ range: Range<Int>) {
    let start = range.lowerBound
    let reserved = start + 5 + 5 * idSize
    output.append(bytes, start..<reserved)
    output.append(count: 2 * idSize)
    let address = bytes.identifier(at: start + 1, size: idSize)
    let number = reader.table.index(of: address)
    let name = number >= 0 ? reader.table.classes[number].name : ""
    var cursor = ByteCursor(bytes, at: reserved + 2 * idSize + 4)
    var done = reserved + 2 * idSize
    /// Writes what stands before a value, and the value or zeros.
    func take(isKept: Bool, type: HPROFType) {
      let size = type.size(identifier: idSize)
      if !isKept {
        output.append(bytes, done..<cursor.position)
        output.append(count: size)
        done = cursor.position + size
      }
      cursor.position += size
    }
    for _ in 0..<((try? cursor.u2()) ?? 0) {
      guard (try? cursor.u2()) != nil, let type = (try? cursor.u1()).flatMap(HPROFType.init(rawValue:)) else { break }
      take(isKept: type == .object, type: type)
    }
    for _ in 0..<((try? cursor.u2()) ?? 0) {
      guard let field = try? cursor.id(idSize), let type = (try? cursor.u1()).flatMap(HPROFType.init(rawValue:)) else {
        break
      }
      take(isKept: type == .object || numbers.keepsStatic(field, ofClass: name), type: type)
    }
    output.append(bytes, done..<range.upperBound)
  }
}
