import ReferenceGraph

/// The classes of a dump whose objects have types, and what lies in objects of each.
struct GoTypedClasses: Sendable {
  /// How to read an object of a class.
  struct Layout: Sendable {
    /// The type of the object, or of its elements; 0 when that is not known.
    var type: GoTypeTable.ID = 0
    var isArray = false
  }

  var table: GoTypeTable
  /// By class.
  var layouts: [Layout]
  /// The type by the address of its runtime description, of those that occurred.
  var runtimeTypes: [UInt64: GoTypeTable.ID]
  /// The runtime type by the address of an interface table.
  var interfaceTables: [UInt64: UInt64]
  /// Objects without a type word, of a size that may have one.
  var headerless: Set<UInt32> = []
}

extension GoTypePropagation {
  /// Puts classes in the place of states.
  ///
  /// Ends the propagation.
  consuming func finish(
    _ rows: borrowing GoRowBuilder.Result
  ) -> (classes: [ObjectClass], typed: GoTypedClasses) {
    var namer = GoTypeNamer(classes: rows.classes)
    var numbers: [UInt32: UInt32] = [:]
    var lastKey: UInt32 = 0
    var lastNumber: UInt32 = 0
    let mask =
      GoObjectState.isTyped | GoObjectState.isArray | GoObjectState.isInterior | GoObjectState.isPointerFree
      | GoObjectState.typeMask
    for id in 1..<max(rows.classOfObject.count, 1) {
      let state = GoObjectState(rows.classOfObject[id])
      guard state.has(GoObjectState.isTyped) else { continue }
      let key = state.bits & mask
      if key != lastKey {
        lastKey = key
        if let known = numbers[key] {
          lastNumber = known
        } else {
          lastNumber = namer.number(GoObjectState(key), table)
          numbers[key] = lastNumber
        }
      }
      rows.classOfObject[id] = lastNumber
    }
    let typed = GoTypedClasses(
      table: table, layouts: namer.layouts, runtimeTypes: runtimeTypes, interfaceTables: interfaceTables,
      headerless: headerless)
    return (namer.classes, typed)
  }
}

/// Makes classes of types.
struct GoTypeNamer {
  private(set) var classes: [ObjectClass]
  private(set) var layouts: [GoTypedClasses.Layout]
  private var numbers: [ObjectClass: UInt32] = [:]

  init(classes: [ObjectClass]) {
    self.classes = classes
    layouts = Array(repeating: .init(), count: classes.count)
    for (number, known) in classes.enumerated() { numbers[known] = UInt32(number) }
  }

  mutating func number(_ state: GoObjectState, _ table: GoTypeTable) -> UInt32 {
    let (type, length) = table.element(of: state.type)
    let entry = table[type]
    let plain = GoTypeTable.plainName(table.name(of: type))
    // The storage of a map grows with it, and is one class.
    let isMapStorage = plain.hasPrefix("map.group[") || plain.hasPrefix("map.bucket[")
    let isArray = state.has(GoObjectState.isArray) || entry.role == .none && length != 1 || isMapStorage
    var name = isArray && !isMapStorage ? "[]" + plain : plain
    var layout = GoTypedClasses.Layout(type: type, isArray: isArray)
    if state.has(GoObjectState.isInterior), !isArray {
      name += " (inside)"
      layout = .init()
    }
    var flags: ObjectClass.Flags = []
    if isArray { flags.insert(.array) }
    if state.has(GoObjectState.isPointerFree) { flags.insert(.pointerFree) }
    if Self.isRuntime(plain) { flags.insert(.runtime) }
    let objectClass = ObjectClass(name: name, flags: flags)
    if let known = numbers[objectClass] {
      // Two types of one name: fields would be read wrongly.
      if layouts[Int(known)].type != layout.type, !Self.isSame(layouts[Int(known)].type, layout.type, table) {
        layouts[Int(known)] = .init()
      }
      return known
    }
    let number = UInt32(classes.count)
    classes.append(objectClass)
    layouts.append(layout)
    numbers[objectClass] = number
    return number
  }

  /// Whether two types are read in the same way: `byte` and `uint8`, structures of the same fields, or a
  /// structure of the runtime and the linker's copy of it.
  private static func isSame(_ left: GoTypeTable.ID, _ right: GoTypeTable.ID, _ table: GoTypeTable) -> Bool {
    guard table[left].kind == table[right].kind, table[left].size == table[right].size else { return false }
    if GoTypeTable.isCopy(table.name(of: left)) || GoTypeTable.isCopy(table.name(of: right)) { return true }
    return table.fields(of: left).elementsEqual(table.fields(of: right)) { one, other in
      one.offset == other.offset && table.name(of: one) == table.name(of: other)
        && table[one.type].kind == table[other.type].kind && table[one.type].size == table[other.type].size
    }
  }

  /// Whether objects of this type are the runtime's own: its types, pointers to them, and its closures.
  static func isRuntime(_ name: String) -> Bool {
    var rest = name[...]
    while true {
      if rest.hasPrefix("*") {
        rest = rest.dropFirst()
      } else if rest.hasPrefix("["), let end = rest.firstIndex(of: "]") {
        rest = rest[rest.index(after: end)...]
      } else {
        break
      }
    }
    if rest.hasPrefix("closure ") { rest = rest.dropFirst(8) }
    if rest.hasPrefix("internal/runtime/maps.") { return false }
    return rest.hasPrefix("runtime.") || rest.hasPrefix("internal/runtime/") || rest.hasPrefix("internal/abi.")
  }
}
