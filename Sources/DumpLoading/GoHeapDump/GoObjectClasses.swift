import ReferenceGraph

/// Decides the class of each object.
///
/// A Go dump has no types of objects: a class is a size, with or without pointers, except where the object begins with
/// its type.
struct GoObjectClasses {
  private(set) var classes: [ObjectClass] = []
  /// By class: the size of its objects in bytes, 0 when they begin with their type and may differ.
  private(set) var slotSizes: [UInt64] = []
  private let types: [UInt64: GoType]
  private var numbers: [ObjectClass: UInt32] = [:]
  private var bySize: [UInt64: UInt32] = [:]
  private var byType: [UInt64: UInt32] = [:]
  // The class found last, and the one before it: spans hold objects of one size, some of them without pointers.
  private var lastKey: UInt64 = .max
  private var lastNumber: UInt32 = 0
  private var otherKey: UInt64 = .max
  private var otherNumber: UInt32 = 0
  /// The lowest and the highest address of a type that objects begin with.
  private(set) var lowestType: UInt64 = .max
  private(set) var highestType: UInt64 = 0

  /// - Parameter types: the types of the dump by address.
  init(types: [UInt64: GoType]) {
    self.types = types
  }

  /// The number of the class of objects of `size` bytes without a type.
  @inline(__always)
  mutating func number(size: UInt64, hasPointers: Bool) -> UInt32 {
    let key = size &<< 1 | (hasPointers ? 1 : 0)
    if key == lastKey { return lastNumber }
    if key == otherKey { return otherNumber }
    return slowNumber(key)
  }

  private mutating func slowNumber(_ key: UInt64) -> UInt32 {
    let number: UInt32
    if let known = bySize[key] {
      number = known
    } else {
      let name = "\(key >> 1) B"
      number =
        key & 1 == 1
        ? self.number(of: ObjectClass(name: name, flags: .untyped))
        : self.number(of: ObjectClass(name: name + ", no pointers", flags: [.untyped, .pointerFree]))
      bySize[key] = number
      slotSizes[Int(number)] = key >> 1
    }
    otherKey = lastKey
    otherNumber = lastNumber
    lastKey = key
    lastNumber = number
    return number
  }

  /// The number of the class of objects of `size` bytes that begin with `header`.
  mutating func number(header: UInt64, size: UInt64) -> UInt32 {
    // Objects of the largest size may have no such word.
    if header != 0, size < 32768 {
      lowestType = min(lowestType, header)
      highestType = max(highestType, header)
    }
    guard let type = types[header], type.size > 0, !type.name.isEmpty, !type.name.hasSuffix(".") else {
      return number(size: size, hasPointers: true)
    }
    // Slots are at most a third larger than what was asked for: room for two values means several.
    let isArray = (size - 8) / type.size >= 2
    let key = header << 1 | (isArray ? 1 : 0)
    if let known = byType[key] { return known }
    var flags: ObjectClass.Flags = []
    if isArray { flags.insert(.array) }
    if Self.isRuntime(type.name) { flags.insert(.runtime) }
    let found = number(of: ObjectClass(name: (isArray ? "[]" : "") + type.name, flags: flags))
    byType[key] = found
    return found
  }

  /// Whether a type of this name is the runtime's own.
  static func isRuntime(_ name: String) -> Bool {
    name.hasPrefix("runtime.") || name.hasPrefix("internal/runtime/")
  }

  private mutating func number(of objectClass: ObjectClass) -> UInt32 {
    if let known = numbers[objectClass] { return known }
    let number = UInt32(classes.count)
    classes.append(objectClass)
    slotSizes.append(0)
    numbers[objectClass] = number
    return number
  }
}
