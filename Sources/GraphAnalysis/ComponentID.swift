/// The number of a component in `Components`, counted from 0 in the order of their lowest members.
public struct ComponentID: RawRepresentable, Hashable, Comparable, Sendable, BitwiseCopyable {
  /// The number.
  public let rawValue: UInt32

  /// The component with that number.
  @inlinable public init(rawValue: UInt32) { self.rawValue = rawValue }
  /// - Precondition: `0 <= index <= UInt32.max`.
  @inlinable public init(_ index: Int) { rawValue = UInt32(index) }

  /// The number as an array index.
  @inlinable public var index: Int { Int(rawValue) }

  /// Whether the lowest member of `left` has the lower number.
  @inlinable public static func < (left: ComponentID, right: ComponentID) -> Bool { left.rawValue < right.rawValue }
}
