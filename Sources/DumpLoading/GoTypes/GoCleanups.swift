import ReferenceGraph

/// What `runtime.AddCleanup` holds: a function and an argument while an object lives, by records of the runtime that no
/// dump has.
///
/// Each cleanup has a closure of the runtime's, which nothing in the heap refers to. Up to Go 1.25 it captures function and
/// argument. Since then they stand alone: the argument in an object of its own, and the closure knows only the argument's
/// type, by the dictionary of its generic function.
struct GoCleanups {
  private let bytes: UnsafeRawBufferPointer
  private let params: GoParams
  private let source: any GoTypeSource
  private let image: ExecutableImage?
  private var table: GoTypeTable
  /// The objects that the cleanups hold.
  private(set) var holders: [UnreachableKnowledge.Holder] = []
  /// By holder: the classes of the objects that its cleanups are attached to; empty when not all of them are known.
  private(set) var attachedClasses: [[Int]] = []
  /// Closures that nothing refers to and that may be functions of cleanups, for all that is known of them.
  private(set) var undecided = 0

  /// Cleanups of one type of arguments, or of one closure.
  private struct Group {
    var closures: [ObjectID] = []
    var standsAlone: Bool
  }

  /// What the names of the closures and those of the dictionaries begin with: `runtime..dict.AddCleanup[main.T,*main.S]`.
  static let closure = "closure runtime.AddCleanup["
  private static let dictionary = "runtime..dict.AddCleanup["

  /// Nil when the heap has no cleanups.
  init?(
    _ bytes: UnsafeRawBufferPointer, _ scan: borrowing GoFirstPass, _ rows: borrowing GoRowBuilder.Result,
    _ source: any GoTypeSource, _ typed: GoTypedClasses
  ) {
    let isCleanup = rows.classes.map { $0.name.hasPrefix(Self.closure) }
    guard isCleanup.contains(true) else { return nil }
    self.bytes = bytes
    params = scan.params
    self.source = source
    image = rows.roots.image
    table = typed.table
    var groups: [UInt64: Group] = [:]
    for id in 1..<max(rows.sizes.count, 1) where isCleanup[Int(rows.classOfObject[id])] {
      // The dictionary is what a closure without captures knows, and comes last of those that have some.
      let standsAlone = rows.offsets[id] == rows.offsets[id + 1]
      let dictionary = word(id, standsAlone ? 1 : 3, rows)
      groups[dictionary, default: Group(standsAlone: standsAlone)].closures.append(ObjectID(UInt32(id)))
    }
    guard !groups.isEmpty else { return nil }
    let isReferenced = Self.referenced(rows)
    let alone = (1..<max(rows.sizes.count, 1)).filter { isReferenced[$0 / 64] >> UInt64($0 % 64) & 1 == 0 }
    let attached =
      rows.roots.symbols?.variableNames(withPrefix: Self.dictionary).compactMap(Self.types(ofDictionary:)) ?? []
    let classes = Dictionary(rows.classes.enumerated().map { ($1.name, $0) }) { first, _ in first }
    for (key, group) in groups.sorted(by: { $0.key < $1.key }) {
      var objects = group.closures
      let count = group.closures.count
      var waitsFor: [String] = []
      var argument: String?
      if group.standsAlone {
        let type = Self.argument(ofDictionary: key, image, params, source, &table)
        if type != 0 {
          objects += boxes(of: type, among: alone, rows) + functions(of: type, among: alone, rows)
          argument = table.name(of: type)
          waitsFor = attached.filter { $0.argument == argument }.map(\.object)
        }
      } else if let types = rows.roots.symbols?.variable(at: key).flatMap(Self.types(ofDictionary:)) {
        argument = types.argument
        waitsFor = [types.object]
      }
      let numbers = waitsFor.map { classes[GoTypeTable.plainName($0)] }
      holders.append(
        UnreachableKnowledge.Holder(
          words: count == 1 ? "a cleanup" : "a cleanup (of \(grouped(count)))",
          evidence: Self.evidence(count, argument: argument, others: objects.count - count),
          objects: objects.sorted { $0 < $1 }, lifetime: "as long as the object that the cleanup is attached to"))
      attachedClasses.append(numbers.contains(nil) ? [] : Array(Set(numbers.compactMap { $0 })))
    }
  }

  private static func evidence(_ count: Int, argument: String?, others: Int) -> String {
    var text = count == 1 ? "a closure of runtime.AddCleanup" : "\(grouped(count)) closures of runtime.AddCleanup"
    if let argument {
      text += " for arguments of type \(GoTypeTable.plainName(argument))"
      if others > 0 {
        text += others == 1 ? ", and an object that can be one" : ", and \(grouped(others)) objects that can be those"
      }
    }
    return text
  }

  /// The word of object `id` with this number.
  private func word(_ id: Int, _ number: Int, _ rows: borrowing GoRowBuilder.Result) -> UInt64 {
    let offset = number * params.pointerSize
    guard offset + params.pointerSize <= Int(rows.sizes[id]) else { return 0 }
    return GoHeapDumpReader.word(bytes, at: rows.contents.offset(of: id) + offset, params)
  }

  /// A bit for each object that an object or root refers to.
  static func referenced(_ rows: borrowing GoRowBuilder.Result) -> [UInt64] {
    var bits = [UInt64](repeating: 0, count: rows.sizes.count / 64 + 1)
    let keep = ~rows.interiorMark
    bits.withUnsafeMutableBufferPointer { bits in
      rows.targets.withBuffer { targets in
        for target in targets {
          let id = target & keep
          bits[Int(id &>> 6)] |= 1 &<< UInt64(id & 63)
        }
      }
    }
    return bits
  }

  /// The type of the argument, as the dictionary of a closure that stands alone says: it begins with the type `func(T)`.
  static func argument(
    ofDictionary address: UInt64, _ image: ExecutableImage?, _ params: GoParams, _ source: any GoTypeSource,
    _ table: inout GoTypeTable
  ) -> GoTypeTable.ID {
    guard let image, let bytes = image.bytes(at: address, limit: params.pointerSize) else { return 0 }
    let function = GoHeapDumpReader.word(bytes, at: 0, params)
    guard function != 0, source.isType(atRuntimeAddress: function),
      let parameter = RuntimeTypeSource.firstParameter(ofFunctionType: function, image, params)
    else { return 0 }
    return source.type(atRuntimeAddress: parameter, in: &table)
  }

  /// Whether the allocator's slot of `size` bytes is what it gives for a value of `wanted` bytes.
  static func isSlot(_ size: UInt64, of wanted: UInt64) -> Bool {
    wanted <= 512
      ? size == GoLayouts.slot(wanted) || size == GoLayouts.slot(wanted + 8)
      : size >= wanted && size <= wanted + wanted / 4 + 8
  }

  /// Objects of those that nothing refers to that can keep an argument of `type`.
  private func boxes(
    of type: GoTypeTable.ID, among alone: [Int], _ rows: borrowing GoRowBuilder.Result
  ) -> [ObjectID] {
    let entry = table[type]
    let pointee = entry.kind == .pointer ? GoTypeTable.plainName(table.name(of: entry.element)) : nil
    let pointeeSize = table[entry.element].size
    let isPointerFree = holdsNoPointers(type, depth: 0)
    // Small arguments without pointers get two words each, so as not to share them.
    let slot = isPointerFree && entry.size < 16 ? 16 : GoLayouts.slot(entry.size)
    let name = GoTypeTable.plainName(table.name(of: type))
    let fits = rows.classes.enumerated().map { number, objectClass in
      guard objectClass.flags.contains(.untyped) else { return objectClass.name == name }
      return number < rows.slotSizes.count && rows.slotSizes[number] == slot
        && objectClass.flags.contains(.pointerFree) == isPointerFree
    }
    var found: [ObjectID] = []
    for id in alone where fits[Int(rows.classOfObject[id])] {
      if let pointee {
        guard rows.offsets[id + 1] - rows.offsets[id] == 1, rows.fields[Int(rows.offsets[id])] == 0 else { continue }
        let target = Int(rows.targets[Int(rows.offsets[id])])
        let objectClass = rows.classes[Int(rows.classOfObject[target])]
        let isUnknown = objectClass.flags.contains(.untyped) || objectClass.name.hasSuffix("(inside)")
        guard objectClass.name == pointee || isUnknown && Self.isSlot(UInt64(rows.sizes[target]), of: pointeeSize)
        else {
          continue
        }
      } else if isPointerFree {
        // What lies behind the argument was never written to.
        let contents = rows.contents.offset(of: id)
        let size = UInt64(rows.sizes[id])
        let rest = bytes[(contents + Int(min(entry.size, size)))..<(contents + Int(size))]
        guard rest.allSatisfy({ $0 == 0 }) else { continue }
      }
      found.append(ObjectID(UInt32(id)))
    }
    return found
  }

  private func holdsNoPointers(_ type: GoTypeTable.ID, depth: Int) -> Bool {
    let entry = table[type]
    switch entry.kind {
    case .boolean, .signed, .unsigned, .float, .complex: return true
    case .array: return entry.count == 0 || depth < 16 && holdsNoPointers(entry.element, depth: depth + 1)
    case .structure:
      return depth < 16 && table.fields(of: type).allSatisfy { holdsNoPointers($0.type, depth: depth + 1) }
    default: return false
    }
  }

  /// Closures of those that nothing refers to whose function takes one argument of `type`.
  private mutating func functions(
    of type: GoTypeTable.ID, among alone: [Int], _ rows: borrowing GoRowBuilder.Result
  ) -> [ObjectID] {
    let isClosure = rows.classes.map { $0.name.hasPrefix("closure ") && !$0.name.hasPrefix(Self.closure) }
    var found: [ObjectID] = []
    for id in alone where isClosure[Int(rows.classOfObject[id])] {
      guard let parameters = source.parameters(ofFunctionAt: word(id, 0, rows), in: &table) else {
        undecided += 1
        continue
      }
      if parameters == [type] { found.append(ObjectID(UInt32(id))) }
    }
    return found
  }

  /// The types of the object that a cleanup is attached to and of its argument, by the name of its dictionary.
  static func types(ofDictionary name: String) -> (object: String, argument: String)? {
    guard name.hasPrefix(dictionary), name.hasSuffix("]") else { return nil }
    let arguments = DwarfProgram.arguments(name.dropFirst(dictionary.utf8.count).dropLast())
    return arguments.count == 2 ? (String(arguments[0]), String(arguments[1])) : nil
  }
}

extension RuntimeTypeSource {
  /// Where the description of the type of a function's first parameter lies; nil for functions without one.
  static func firstParameter(ofFunctionType address: UInt64, _ image: ExecutableImage, _ params: GoParams) -> UInt64? {
    let size = params.pointerSize
    let header = 4 * size + 16
    // Two numbers of 16 bits and, where the type has a name or methods, 16 bytes more; then the parameters.
    guard let bytes = image.bytes(at: address, limit: header + 32), bytes.count >= header + 4,
      bytes[2 * size + 7] & 31 == 19
    else { return nil }
    let counts = bytes[header..<header + 4]
    guard counts.prefix(2).contains(where: { $0 != 0 }) else { return nil }
    let first = header + (size == 8 ? 8 : 4) + (bytes[2 * size + 4] & 1 != 0 ? 16 : 0)
    guard let place = image.bytes(at: address + UInt64(first), limit: size), place.count == size else { return nil }
    return GoHeapDumpReader.word(place, at: 0, params)
  }
}
