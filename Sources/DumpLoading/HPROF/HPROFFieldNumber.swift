/// How references are numbered in `ReferenceGraph.fields`: in an instance the bytes from the beginning of its fields
/// in the file, in an array the index, in a class object the index of the static field, and these beside.
enum HPROFFieldNumber {
  /// The class of an object.
  static let classPointer = UInt32.max
  /// Of a class object.
  static let superclass = UInt32.max - 1
  static let loader = UInt32.max - 2
  static let signers = UInt32.max - 3
  static let domain = UInt32.max - 4
  /// Of a class object, plus the place in its constant pool.
  static let constants: UInt32 = 0xfff0_0000
  /// Of a thread, plus the index of the local variable in `HPROFRoots.locals`.
  static let locals: UInt32 = 0x8000_0000
}
