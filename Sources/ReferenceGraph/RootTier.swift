/// What a root is worth as a holder: one of a later tier holds only what no root of an earlier tier reaches.
///
/// A word that may be none, or a finalizer that runs when its object is given up, explains nothing where a variable
/// does. Of an object that a root of an earlier tier reaches, neither roots of later tiers nor what only they reach
/// count as holders.
public enum RootTier: UInt8, Sendable, CaseIterable, Comparable, BitwiseCopyable {
  /// It holds what it refers to.
  case certain
  /// A word that may be no reference.
  case maybe
  /// A finalizer: what its object refers to lives as long as the object, and until the finalizer has run.
  case finalizer
  /// Something that the file does not record, but has evidence of.
  case unrecorded

  /// Whether `left` is the earlier tier, which holds better.
  public static func < (left: RootTier, right: RootTier) -> Bool { left.rawValue < right.rawValue }
}
