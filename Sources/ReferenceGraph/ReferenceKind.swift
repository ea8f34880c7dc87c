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
  /// The other side of such a value (V8): from the table that holds the entry.
  case ephemeronTable
  /// A slot of the runtime's own: from an object to its map, prototype, constructor (V8); from a class to its
  /// superclass and loader, and to what its constants resolved to (JVM).
  case metadata
  /// Into what the program owns, from what it does not (V8): debugger, handles of the embedder.
  case foreign
  /// A root for what counts as alive but is reached by no reference that counts (V8).
  case orphan
  /// A reference of such an object, where it does not count for what others retain (V8).
  case stray
  /// A root that repeats a reference of an object, for lists of roots: counts under no policy.
  case listing
  /// From an object to its class (JVM).
  case classPointer
  /// From bookkeeping of the runtime that lists objects whatever becomes of them: the threads of a thread group, the
  /// classes of a class loader (JVM).
  case runtime
  /// From a group that lists the slots of stacks (V8): what a function uses that is under way.
  case stack
  /// From a class to its signers and its protection domain (JVM).
  case domain
  /// From or to a function of one of the runtime's own scripts, or the variables that only such functions use (V8):
  /// Node's start-up, into which every module leads by what it requires.
  case builtin

  /// The kind as text and files name it.
  public var name: String { "\(self)" }
}

/// A set of reference kinds.
public struct ReferenceKinds: OptionSet, Hashable, Sendable, BitwiseCopyable {
  /// A bit for each kind, by its raw value.
  public let rawValue: UInt32
  /// The kinds whose bits are set.
  @inlinable public init(rawValue: UInt32) { self.rawValue = rawValue }
  /// The set of one kind.
  @inlinable public init(_ kind: ReferenceKind) { rawValue = 1 << UInt32(kind.rawValue) }

  /// All that can count.
  public static let all = ReferenceKinds(rawValue: ~(1 << UInt32(ReferenceKind.listing.rawValue)))
  /// Ordinary references.
  public static let strong = ReferenceKinds(.strong)
  /// Words that may be references.
  public static let maybe = ReferenceKinds(.maybe)
  /// Values that live only as long as their key, seen from the key (V8).
  public static let ephemeron = ReferenceKinds(.ephemeron)
  /// Shortcuts that the dumping runtime has drawn.
  public static let shortcut = ReferenceKinds(.shortcut)
  /// Values that live only as long as their key, seen from the table (V8).
  public static let ephemeronTable = ReferenceKinds(.ephemeronTable)
  /// The runtime's own slots: maps, prototypes, superclasses.
  public static let metadata = ReferenceKinds(.metadata)
  /// From or to functions of the runtime's own scripts (V8).
  public static let builtin = ReferenceKinds(.builtin)
  /// From frames of stacks (V8).
  public static let stack = ReferenceKinds(.stack)
  /// Into what the program owns, from what it does not (V8).
  public static let foreign = ReferenceKinds(.foreign)
  /// Roots for what counts as alive but is reached by no reference that counts (V8).
  public static let orphan = ReferenceKinds(.orphan)
  /// References of such objects that do not count for what others retain (V8).
  public static let stray = ReferenceKinds(.stray)

  /// Whether `kind` is in the set, without making a set of it first.
  @inlinable public func contains(_ kind: ReferenceKind) -> Bool {
    rawValue & (1 << UInt32(kind.rawValue)) != 0
  }
}
