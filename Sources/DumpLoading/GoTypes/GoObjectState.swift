/// What is known of an object's type while types are propagated: 32 bits, kept where its class will be.
///
/// Below `isTyped` it is still the number of the class by size.
struct GoObjectState: BitwiseCopyable {
  var bits: UInt32

  static let isTyped: UInt32 = 1 << 31
  /// One value, at the beginning, with no type word in front: what most objects are.
  static let isSimple: UInt32 = 1 << 30
  /// Only a pointer to its inside is known.
  static let isInterior: UInt32 = 1 << 29
  /// Elements of a type, one behind the other.
  static let isArray: UInt32 = 1 << 28
  /// The runtime itself wrote the type down: nothing is better.
  static let isFixed: UInt32 = 1 << 27
  static let isScanned: UInt32 = 1 << 26
  /// The dump says that it holds no pointers.
  static let isPointerFree: UInt32 = 1 << 25
  static let typeMask: UInt32 = 1 << 23 - 1

  @inline(__always) init(_ bits: UInt32) { self.bits = bits }
  @inline(__always) func has(_ flag: UInt32) -> Bool { bits & flag != 0 }
  @inline(__always) var type: GoTypeTable.ID { bits & Self.typeMask }
}
