import ReferenceGraph

/// Something worth looking at, with the reasons.
public struct Suspect: Sendable {
  public enum Kind: String, Sendable {
    /// Cycles of a shape that roots hold.
    case heldCycle
    /// An object that holds much of the heap in many small parts.
    case accumulation
    /// Elements of a script's that hang in no document.
    case detachedTree
    /// An array, or a map, with very many entries.
    case largeStore
    /// Class loaders of one class that loaded the same classes: redeployed code that was not let go.
    case classLoaders
  }

  public let kind: Kind
  /// The component shown first: of a shape the one that retains most.
  public let component: ComponentID?
  /// Index into `HeapAnalysis.shapes`.
  public let shape: Int?
  /// The object that accumulates, or the cycle's member nearest to a root.
  public let object: ObjectID?
  /// Bytes retained.
  public let retained: UInt64
  /// Retained bytes weighed by the evidence; suspects are ranked by it, descending.
  public let score: Double
  /// Each a phrase: `held by global main.sessions`, `1,000 cycles of one shape`.
  public let reasons: [String]
}
