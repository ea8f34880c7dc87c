import ReferenceGraph

/// Something worth looking at, with the reasons.
public struct Suspect: Sendable {
  /// What makes it a suspect; the raw values are the `kind` of the JSON.
  public enum Kind: String, CaseIterable, Sendable {
    /// Cycles of a shape that roots hold.
    case heldCycle
    /// An object that holds much of the heap in many parts.
    case accumulation
    /// Elements of a script's that hang in no document.
    case detachedTree
    /// A collection: an array, a map, a queue.
    case largeStore
    /// Class loaders of one class that loaded the same classes: redeployed code that was not let go.
    case classLoaders
    /// Objects of one class each of which holds the next: a linked list, a queue, a text put together piece by piece.
    case chain
    /// Objects of one class that stand beside each other.
    case group
    /// Roots that are alike: goroutines that wait in one function, threads in one method.
    case rootGroup
    /// Objects that keep memory outside of the heap.
    case outsideMemory
    /// Objects that no root reaches, and that something may hold which the file does not record: they may be garbage too.
    case possiblyHeld
  }

  /// What leads to a suspect and retains about the same bytes, but belongs to a runtime or says less.
  public struct Way: Sendable, Hashable {
    /// What it is: a class, or the title of a cycle.
    ///
    /// Text from a dump: not safe for a terminal as it is.
    public let title: String
    /// Bytes retained.
    public let retained: UInt64
  }

  /// What makes it a suspect.
  public let kind: Kind
  /// What it is, in a few words: `200 × shop.Screen ⇄ shop.Screen$$Lambda`, `a chain of 3,000 × app.Node`.
  ///
  /// Text from a dump: not safe for a terminal as it is.
  public let title: String
  /// Who holds it: `static shop.Registry.INSTANCE .listeners`; empty when that is part of the title.
  ///
  /// Text from a dump.
  public let holder: String
  /// The component shown first: of a shape the one that retains most.
  public let component: ComponentID?
  /// The shape of a cycle, an index into `HeapAnalysis.shapes`; nil for all else.
  public let shape: Int?
  /// The object that accumulates, or the cycle's member nearest to a root, or one of the objects.
  public let object: ObjectID?
  /// How many objects, cycles or roots it stands for.
  public let count: Int
  /// Bytes that would be freed if all it stands for went.
  public let retained: UInt64
  /// Whether `retained` is the exact figure; otherwise it is at least that.
  public let retainedIsExact: Bool
  /// Bytes outside of the heap that would go too.
  public let outsideBytes: UInt64
  /// What else leads to the same bytes, the nearest first.
  public let onItsWay: [Way]
  /// Why it is one, phrases: `held by global main.sessions`, `1,000 cycles of one shape`.
  public let reasons: [String]

  /// Bytes it stands for, those outside of the heap with them: suspects are in this order, descending.
  public var weight: UInt64 { retained + outsideBytes }
}
