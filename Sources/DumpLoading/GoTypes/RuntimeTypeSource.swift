/// Types from the data that the runtime itself uses: in every executable, for every type that interfaces or the
/// allocator need.
///
/// Names and fields are there; variables, locals and captures are not.
final class RuntimeTypeSource: GoTypeSource {
  private let image: ExecutableImage
  private let module: GoModuleData
  let functions: GoFunctionTable?
  let minorVersion: Int
  /// Knows some types better, by the address of their description; 0 for those it does not know.
  var better: ((UInt64, inout GoTypeTable) -> GoTypeTable.ID)?
  private var known: [UInt64: GoTypeTable.ID] = [:]
  private var named: [String: GoTypeTable.ID] = [:]
  /// Types made of others, whether they have no name of their own, and what a map keeps its entries in.
  private var composed: [(id: GoTypeTable.ID, isNameless: Bool, storage: GoTypeTable.ID)] = []
  private var unnamed: Set<GoTypeTable.ID> = []
  /// The headers of maps by what these keep.
  private var headers: [Storage: GoTypeTable.ID] = [:]
  /// The types of maps read so far, and those of what they keep their entries in.
  private(set) var maps: [(id: GoTypeTable.ID, storage: GoTypeTable.ID, storageAddress: UInt64)] = []
  private var waiting: [(address: UInt64, id: GoTypeTable.ID)] = []

  private struct Storage: Hashable {
    var entries: String
    var id: GoTypeTable.ID
  }

  private let params: GoParams
  let pointerSize: UInt64
  /// Bytes of `abi.Type`: size, bytes with pointers, 32 bits of a hash, four bytes (flags, alignment, that of fields,
  /// kind), equality, the map of pointers, name and pointer type with 32 bits each.
  private let headerSize: UInt64
  private static let sizeLimit: UInt64 = 1 << 40
  /// Fields, and bytes of names, that may still be read: types of a program have lists of their own, so there are no more
  /// than the file has room for.
  private var fieldsLeft: Int
  private var nameBytesLeft: Int

  init(
    image: ExecutableImage, module: GoModuleData, functions: GoFunctionTable?, params: GoParams, version: GoVersion
  ) {
    self.image = image
    self.module = module
    self.functions = functions
    self.params = params
    pointerSize = UInt64(params.pointerSize)
    headerSize = 4 * pointerSize + 16
    minorVersion = version.minor
    fieldsLeft = image.size / 24 + 1000
    nameBytesLeft = 4 * image.size
  }

  func type(atRuntimeAddress address: UInt64, in table: inout GoTypeTable) -> GoTypeTable.ID {
    let id = number(of: address, in: &table)
    while let next = waiting.popLast() { describe(next.address, next.id, in: &table) }
    nameComposed(in: &table)
    return id
  }

  func type(named name: String, in table: inout GoTypeTable) -> GoTypeTable.ID { named[name] ?? 0 }

  func closure(atEntry entry: UInt64, in table: inout GoTypeTable) -> GoTypeTable.ID {
    guard let function = functions?.name(at: entry), function.entry == entry else { return 0 }
    return table.addClosure(of: function.name, captures: [], source: self)
  }

  func isType(atRuntimeAddress address: UInt64) -> Bool { isKnownType(address) }

  /// The addresses of all types, found by looking at every place where one could begin.
  func allTypes() -> [UInt64] {
    var found: [UInt64] = []
    var address = (module.types.lowerBound &+ pointerSize &- 1) & ~(pointerSize &- 1)
    while address &+ headerSize <= module.types.upperBound {
      if isType(address) {
        found.append(address)
        address &+= headerSize
      } else {
        address &+= pointerSize
      }
    }
    return found
  }

  /// Whether the description of a type begins at `address`.
  func isKnownType(_ address: UInt64) -> Bool {
    if known[address] != nil { return true }
    return module.types.contains(address) && isType(address)
  }

  /// Whether what lies at `address` can be the description of a type.
  private func isType(_ address: UInt64) -> Bool {
    guard let marks = marks(address) else { return false }
    let size = word(address)
    let pointerBytes = word(address &+ pointerSize)
    guard size < Self.sizeLimit, pointerBytes <= size, pointerBytes % pointerSize == 0, marks.flags < 64,
      [1, 2, 4, 8, 16].contains(marks.alignment), [1, 2, 4, 8, 16].contains(marks.fieldAlignment),
      size % UInt64(marks.alignment) == 0
    else { return false }
    switch marks.kind {
    case 18, 19, 21, 22, 26: guard size == pointerSize else { return false }
    case 20, 24: guard size == 2 * pointerSize else { return false }
    case 23: guard size == 3 * pointerSize else { return false }
    default: break
    }
    let name = ownName(address)
    return !name.isEmpty && (marks.flags & 2 == 0 || name.hasPrefix("*"))
      && !name.unicodeScalars.contains { $0.value < 32 || $0.value == 0xfffd }
  }

  /// The four bytes of a description; nil where there can be none.
  private func marks(_ address: UInt64) -> (flags: UInt8, alignment: UInt8, fieldAlignment: UInt8, kind: UInt8)? {
    guard let header = image.bytes(at: address, limit: Int(headerSize)), header.count == Int(headerSize) else {
      return nil
    }
    let first = 2 * Int(pointerSize) + 4
    let kind = header[first + 3] & 31
    guard (1...26).contains(kind) else { return nil }
    return (header[first], header[first + 1], header[first + 2], kind)
  }

  /// The name as the description has it.
  private func ownName(_ address: UInt64) -> String {
    name(at: module.types.lowerBound &+ number32(address &+ 4 * pointerSize &+ 8))
  }

  /// Where a type of up to 64 words has pointers: a bit for each word.
  ///
  /// Nil for larger types.
  func pointerMask(atRuntimeAddress address: UInt64) -> (size: UInt64, mask: UInt64)? {
    let size = word(address)
    let pointerBytes = word(address &+ pointerSize)
    guard size <= 64 * pointerSize, pointerBytes <= size else { return nil }
    guard pointerBytes > 0 else { return (size, 0) }
    let words = pointerBytes / pointerSize
    guard let bytes = pointerMap(address, words: Int(words)) else { return nil }
    var mask: UInt64 = 0
    for (index, byte) in bytes.enumerated() { mask |= UInt64(byte) << (8 * UInt64(index)) }
    return (size, words < 64 ? mask & (1 << words - 1) : mask)
  }

  /// Where a type has pointers, in bytes from its beginning; nil for types larger than what a map keeps entries in.
  func pointerPlaces(atRuntimeAddress address: UInt64) -> (size: UInt64, places: [Int])? {
    let size = word(address)
    let count = Int(clamping: word(address &+ pointerSize) / pointerSize)
    guard size <= 8192, count <= 2048 else { return nil }
    guard count > 0 else { return (size, []) }
    guard let bytes = pointerMap(address, words: count) else { return nil }
    return (size, (0..<count).filter { bytes[$0 / 8] >> UInt8($0 % 8) & 1 == 1 }.map { $0 * params.pointerSize })
  }

  /// A bit for each of the first words of a type that is a pointer.
  private func pointerMap(_ address: UInt64, words: Int) -> UnsafeRawBufferPointer? {
    let count = (words + 7) / 8
    guard let bytes = image.bytes(at: word(address &+ 3 * pointerSize &+ 8), limit: count), bytes.count == count else {
      return nil
    }
    return bytes
  }

  private func number(of address: UInt64, in table: inout GoTypeTable) -> GoTypeTable.ID {
    if let id = known[address] { return id }
    if let id = better?(address, &table), id != 0 {
      known[address] = id
      return id
    }
    guard module.types.contains(address), marks(address) != nil else { return 0 }
    let id = table.add()
    known[address] = id
    if id != 0 { waiting.append((address, id)) }
    return id
  }

  private func word(_ address: UInt64) -> UInt64 {
    image.bytes(at: address, limit: params.pointerSize).map { GoHeapDumpReader.word($0, at: 0, params) } ?? 0
  }

  private func number32(_ address: UInt64) -> UInt64 {
    guard let bytes = image.bytes(at: address, limit: 4), bytes.count == 4 else { return 0 }
    let number = bytes.loadUnaligned(as: UInt32.self)
    return UInt64(params.isBigEndian ? UInt32(bigEndian: number) : UInt32(littleEndian: number))
  }

  /// A name of the type data: flags, a length, text.
  private func name(at address: UInt64) -> String {
    guard nameBytesLeft > 0, let bytes = image.bytes(at: address, limit: 4096), bytes.count > 1 else { return "" }
    var cursor = ByteCursor(bytes, at: 1)
    guard let length = try? cursor.varint(), length <= UInt64(cursor.remaining) else { return "" }
    let end = cursor.position + Int(length)
    return String(decoding: UnsafeRawBufferPointer(rebasing: bytes[cursor.position..<end]), as: UTF8.self)
  }

  private func describe(_ address: UInt64, _ id: GoTypeTable.ID, in table: inout GoTypeTable) {
    guard let (flags, _, _, kind) = marks(address) else { return }
    let size = word(address)
    guard size < Self.sizeLimit else { return }
    var name = ownName(address)
    if flags & 2 != 0, name.hasPrefix("*") { name.removeFirst() }
    name = qualified(name, address, kind: kind, isUncommon: flags & 1 != 0)
    var entry = GoTypeTable.Entry()
    entry.size = size
    entry.name = table.add(name: name)
    // What is said of a kind, word by word.
    func more(_ index: UInt64) -> UInt64 { word(address &+ headerSize &+ index * pointerSize) }
    let first = more(0)
    switch kind {
    case 1: entry.kind = .boolean
    case 2...6: entry.kind = .signed
    case 7...12: entry.kind = .unsigned
    case 13, 14: entry.kind = .float
    case 15, 16: entry.kind = .complex
    case 17:
      entry.kind = .array
      entry.element = number(of: first, in: &table)
      entry.count = min(more(2), Self.sizeLimit)
    case 18:
      entry.kind = .channel
      entry.key = number(of: first, in: &table)
      composed.append((id, flags & 4 == 0, 0))
    case 19: entry.kind = .function
    case 20: entry.kind = more(2) == 0 ? .emptyInterface : .interface
    case 21:
      entry.kind = .map
      entry.key = number(of: first, in: &table)
      entry.value = number(of: more(1), in: &table)
      let storage = more(2)
      composed.append((id, flags & 4 == 0, number(of: storage, in: &table)))
      maps.append((id, composed[composed.count - 1].storage, storage))
    case 22:
      entry.kind = .pointer
      entry.element = number(of: first, in: &table)
    case 23:
      entry.kind = .slice
      entry.element = number(of: first, in: &table)
    case 24: entry.kind = .string
    case 25: entry.kind = .structure
    default: entry.kind = .unsafePointer
    }
    if flags & 4 == 0, [17, 22, 23].contains(kind) { composed.append((id, true, 0)) }
    table[id] = entry
    guard kind == 25 else { return }
    var fields: [(name: String, type: GoTypeTable.ID, offset: UInt64)] = []
    let list = more(1)
    for index in 0..<min(more(2), 1 << 16) where fieldsLeft > 0 {
      fieldsLeft -= 1
      let place = list &+ index * 3 * pointerSize
      let length = 3 * params.pointerSize
      guard let bytes = image.bytes(at: place, limit: length), bytes.count == length else { break }
      let name = self.name(at: word(place))
      nameBytesLeft -= name.utf8.count
      let type = number(of: word(place &+ pointerSize), in: &table)
      fields.append((name, type, word(place &+ 2 * pointerSize)))
    }
    // Maps before Go 1.24 chain their storage by pointers without a type.
    if Self.isMapStorage(name), let last = fields.indices.last, fields[last].name == "overflow" {
      fields[last].type = pointer(to: id, in: &table)
    }
    table.setFields(fields.filter { $0.offset < Self.sizeLimit }, of: id)
    table[id].role = table.role(ofStructure: id)
    if name == "sync.eface" { table[id].kind = .emptyInterface }
    named[name] = id
  }

  /// Whether a type of this name is what a map keeps its entries in.
  static func isMapStorage(_ name: String) -> Bool {
    let plain = name.hasPrefix("noalg.") ? name.dropFirst(6) : name[...]
    return plain.hasPrefix("map.bucket[") || plain.hasPrefix("map.group[")
  }

  /// Names types that are made of others, by the names of those: the type data has the last part of a package's path
  /// only.
  ///
  /// Adds the structures behind maps and channels.
  private func nameComposed(in table: inout GoTypeTable) {
    guard !composed.isEmpty else { return }
    let list = composed
    composed = []
    unnamed = Set(list.filter(\.isNameless).map(\.id))
    for entry in list { name(entry.id, depth: 0, in: &table) }
    for entry in list {
      let type = table[entry.id]
      let key = table.name(of: type.key)
      if type.kind == .channel {
        table[entry.id].element = addChannel(type.key, key, in: &table)
      } else if type.kind == .map {
        let value = table.name(of: type.value)
        // Named types of maps have a header like those without a name.
        let kept = Storage(entries: "\(key),\(value)", id: entry.storage)
        let header = headers[kept] ?? addMap(kept.entries, storage: entry.storage, in: &table)
        headers[kept] = header
        table[entry.id].element = header
        if entry.storage != 0 {
          table[entry.storage].name = table.add(
            name: minorVersion >= 24 ? "noalg.map.group[\(key)]\(value)" : "bucket<\(key),\(value)>")
        }
      }
    }
  }

  private func name(_ id: GoTypeTable.ID, depth: Int, in table: inout GoTypeTable) {
    guard depth < 64, unnamed.remove(id) != nil else { return }
    let type = table[id]
    for part in [type.element, type.key, type.value] where part != 0 { name(part, depth: depth + 1, in: &table) }
    let old = table.name(of: id)
    let element = table.name(of: type.element)
    let new: String
    switch type.kind {
    case .pointer: new = "*" + element
    case .slice: new = "[]" + element
    case .array: new = "[\(type.count)]" + element
    case .map: new = "map[\(table.name(of: type.key))]\(table.name(of: type.value))"
    // The direction stands in front of the element.
    case .channel: new = (old.prefix { $0 != " " }) + " " + table.name(of: type.key)
    default: return
    }
    if new != old { table[id].name = table.add(name: new) }
  }

  /// A type's name with the whole path of its package, as debug information has it.
  private func qualified(_ name: String, _ address: UInt64, kind: UInt8, isUncommon: Bool) -> String {
    // Behind what is said of the kind: so many words, of functions two numbers of 16 bits.
    let words: [UInt8: UInt64] = [17: 3, 18: 2, 19: 1, 20: 4, 22: 1, 23: 1, 25: 4]
    guard isUncommon, kind != 21, !name.hasPrefix("*"), let dot = name.firstIndex(of: ".") else { return name }
    if let bracket = name.firstIndex(of: "["), bracket < dot { return name }
    let place = address &+ headerSize &+ (words[kind] ?? 0) * pointerSize
    let path = self.name(at: module.types.lowerBound &+ number32(place))
    return path.isEmpty ? name : path + name[dot...]
  }

  /// The header of a channel, which the type data does not describe.
  private func addChannel(
    _ element: GoTypeTable.ID, _ elementName: String, in table: inout GoTypeTable
  ) -> GoTypeTable.ID {
    // Two numbers, the buffer, eight bytes, eight words.
    let size = 12 * pointerSize + (pointerSize == 4 ? 4 : 0)
    return structure("hchan<\(elementName)>", size: size, [("buf", 2 * pointerSize, element)], .channel, in: &table)
  }

  /// The header of a map, and since Go 1.24 what lies between it and the groups.
  private func addMap(_ inner: String, storage: GoTypeTable.ID, in table: inout GoTypeTable) -> GoTypeTable.ID {
    guard storage != 0 else { return 0 }
    let pointer = self.pointer(to: storage, in: &table)
    let header = GoMapShapes.Header(self)
    let place = UInt64(header.storage)
    let length = UInt64(header.length)
    guard minorVersion >= 24 else {
      var fields: [(name: String, offset: UInt64, type: GoTypeTable.ID)] = [
        ("B", length, 0), ("buckets", place, pointer), ("oldbuckets", place + pointerSize, pointer),
      ]
      let extra = named["runtime.mapextra"] ?? 0
      if extra != 0 { fields.append(("extra", UInt64(header.extra), self.pointer(to: extra, in: &table))) }
      return structure("hash<\(inner)>", size: place + 4 * pointerSize, fields, .oldMap, in: &table)
    }
    let groups = structure(
      "groupReference<\(inner)>", size: pointerSize + 8, [("data", 0, pointer), ("lengthMask", pointerSize, 0)],
      .swissGroups, in: &table)
    let mapTable = structure(
      "table<\(inner)>", size: 2 * pointerSize + 16, [("groups", pointerSize + 8, groups)], .swissTable, in: &table)
    let directory = self.pointer(to: self.pointer(to: mapTable, in: &table), in: &table)
    return structure(
      "map<\(inner)>", size: header.size, [("dirPtr", place, directory), ("dirLen", length, 0)], .swissMap, in: &table)
  }

  private func pointer(to element: GoTypeTable.ID, in table: inout GoTypeTable) -> GoTypeTable.ID {
    var entry = GoTypeTable.Entry()
    entry.kind = .pointer
    entry.size = pointerSize
    entry.element = element
    entry.name = table.add(name: "*" + table.name(of: element))
    return table.add(entry)
  }

  private func structure(
    _ name: String, size: UInt64, _ fields: [(name: String, offset: UInt64, type: GoTypeTable.ID)],
    _ role: GoTypeTable.Role, in table: inout GoTypeTable
  ) -> GoTypeTable.ID {
    var entry = GoTypeTable.Entry()
    entry.kind = .structure
    entry.size = size
    entry.role = role
    entry.name = table.add(name: name)
    let id = table.add(entry)
    if id != 0 {
      table.setFields(fields.map { ($0.name, $0.type, $0.offset) }, of: id)
      named[name] = id
    }
    return id
  }
}
