import ReferenceGraph

/// References whose removal would end a component's cycles, or free it.
public struct Cut: Sendable {
  /// Where the references are that go.
  public enum Kind: String, Sendable {
    /// References inside the component without which it has no cycle.
    case inside
    /// References into the component, or above it, without which no root reaches it.
    case entry
  }

  /// How the references were chosen.
  public enum Method: String, Sendable {
    /// No smaller set does.
    case exact
    /// Few, but perhaps not the fewest.
    case greedy
    /// Chosen by class and field: all references of such a kind.
    case byClass
  }

  /// Whether it ends the cycles or frees the component.
  public let kind: Kind
  /// How it was found, which says how good it is.
  public let method: Method
  /// The references to remove, at most `Cut.listLimit` of them.
  public let references: [ReferencePlace]
  /// How many references there are to remove.
  public let referenceCount: Int
  /// For a cut by class: the kinds of references to remove.
  ///
  /// Otherwise empty.
  public let steps: [ShapeStep]
  /// Bytes that no root would reach any more.
  public let freedBytes: UInt64
  /// Objects that no root would reach any more.
  public let freedObjects: Int
  /// Whether the freed figures are exact; otherwise at least that much is freed.
  public let freedIsExact: Bool
  /// What this means, in a sentence.
  public let explanation: String

  /// The most references that a cut lists.
  public static let listLimit = 1000
}
