/// How firmly a reference holds its target.
public enum ReferenceKind: UInt8, Sendable, CaseIterable, BitwiseCopyable {
  /// An ordinary reference.
  case strong
  /// A word that may be a reference: found by a conservative scan of memory whose types are not known.
  case maybe
  /// From a holder of soft references (JVM): given up when memory is short.
  case soft
  /// Does not keep its target alive.
  case weak
  /// Enqueued after its target is gone (JVM).
  case phantom
  /// The referent of a finalizer.
  case final
  /// A value that lives only as long as its key (V8).
  case ephemeron
  /// A shortcut drawn by the dumping runtime, no reference of the program's.
  case shortcut
  /// From an object to its class (JVM).
  case classPointer
  /// From a class to its superclass, its loader, and what its constants resolved to (JVM).
  case metadata
  /// From bookkeeping of the runtime that lists objects whatever becomes of them: the threads of a thread group (JVM).
  case runtime

  /// The kind as text and files name it.
  public var name: String { "\(self)" }
}

/// A set of reference kinds.
public struct ReferenceKinds: OptionSet, Hashable, Sendable, BitwiseCopyable {
  public let rawValue: UInt16
  @inlinable public init(rawValue: UInt16) { self.rawValue = rawValue }
  @inlinable public init(_ kind: ReferenceKind) { rawValue = 1 << UInt16(kind.rawValue) }

  public static let all = ReferenceKinds(rawValue: .max)
  public static let strong = ReferenceKinds(.strong)
  public static let maybe = ReferenceKinds(.maybe)

  @inlinable public func contains(_ kind: ReferenceKind) -> Bool {
    rawValue & (1 << UInt16(kind.rawValue)) != 0
  }
}
