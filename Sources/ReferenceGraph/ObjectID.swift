/// A dense number for an object: the index of its row in a `ReferenceGraph`.
///
/// Number 0 is the virtual root, an object of no size that refers to everything a GC root refers to;
/// the objects of the dump are numbered from 1 on, in the order of their addresses where they have any.
public struct ObjectID: RawRepresentable, Hashable, Comparable, Sendable, BitwiseCopyable {
  /// The number: 0 for the virtual root.
  public let rawValue: UInt32

  /// The object with that number.
  @inlinable public init(rawValue: UInt32) { self.rawValue = rawValue }
  /// The object with that number, as the graph's arrays hold it.
  @inlinable public init(_ value: UInt32) { rawValue = value }
  /// - Precondition: `0 <= index <= UInt32.max`.
  @inlinable public init(_ index: Int) { rawValue = UInt32(index) }

  /// The virtual root.
  public static let root = ObjectID(UInt32(0))

  /// The number as an array index.
  @inlinable public var index: Int { Int(rawValue) }

  /// Whether `left` has the lower number: where objects have addresses, the lower one.
  @inlinable public static func < (left: ObjectID, right: ObjectID) -> Bool { left.rawValue < right.rawValue }
}
