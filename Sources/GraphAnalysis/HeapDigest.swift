import ReferenceGraph

/// What a dump is compared by with a later one of the same program: sizes by shape of cycle and by class, without the
/// graph.
///
/// Addresses and numbers of objects move from dump to dump; names do not.
public struct HeapDigest: Sendable, Hashable {
  /// How much there is of something.
  public struct Amount: Sendable, Hashable {
    /// Cycles of a shape that roots hold; 0 for a class.
    public var cycles = 0
    /// Members of the cycles; of a class the objects that roots reach.
    public var objects = 0
    /// Bytes that they retain together.
    public var retained: UInt64 = 0
    /// Whether `retained` is exact; otherwise it is at least that.
    public var isExact = true

    /// So much of a shape or a class; nothing where nothing is said.
    public init(cycles: Int = 0, objects: Int = 0, retained: UInt64 = 0, isExact: Bool = true) {
      (self.cycles, self.objects, self.retained, self.isExact) = (cycles, objects, retained, isExact)
    }
  }

  /// A shape of cycle that a root holds.
  public struct Shape: Sendable, Hashable {
    /// The shape's name for people.
    ///
    /// Text from the dump.
    public let title: String
    /// How much there is of its held cycles.
    public let amount: Amount
    /// The classes on the way round that say what it is, sorted: not those of arrays, maps and closures between them.
    public let tellingClasses: [String]
    /// The references that it is made of.
    public let steps: StepSketch
  }

  /// The dump's path, as in `DumpFacts.path`.
  public let path: String
  /// The dump's format, as in `DumpFacts.format`.
  public let format: String
  /// The name of the policy for what is kept alive.
  public let retaining: String
  /// The name of the policy for cycles.
  public let cycles: String
  /// How many objects recorded roots reach.
  public let reachableObjects: Int
  /// Their shallow sizes together, in bytes.
  public let reachableBytes: UInt64
  /// Reachable objects whose class is a type; the others have a size only.
  public let typedObjects: Int
  /// The shapes of held cycles, by their keys.
  public let shapes: [String: Shape]
  /// Reachable objects by the lasting name of their class: see `ShapeStep.lastingName`.
  ///
  /// Classes of one name are one.
  public let classes: [String: Amount]
}

extension HeapDigest {
  /// Takes what is needed from an analysis; a whole one.
  public init(_ analysis: HeapAnalysis) {
    path = analysis.heap.facts.path
    format = analysis.heap.facts.format
    retaining = analysis.retaining.name
    cycles = analysis.cyclePolicy.name
    reachableObjects = analysis.reachableObjects
    reachableBytes = analysis.reachableBytes
    var shapes: [String: Shape] = [:]
    for shape in analysis.shapes where shape.heldCount > 0 {
      shapes[shape.key] = Shape(
        title: shape.title, amount: Self.amount(of: shape, in: analysis.components),
        tellingClasses: shape.tellingClasses, steps: StepSketch(shape.signature))
    }
    self.shapes = shapes
    var classes: [String: Amount] = [:]
    var typedObjects = 0
    for row in analysis.histogram.rows {
      let objectClass = analysis.graph.classes[row.classIndex]
      if !objectClass.flags.contains(.untyped) { typedObjects += row.objects }
      let name = ShapeStep.lastingName(objectClass.name)
      classes[name, default: Amount()].objects += row.objects
      classes[name]!.retained += row.retained
    }
    self.classes = classes
    self.typedObjects = typedObjects
  }

  /// How much there is of a shape's held cycles.
  ///
  /// The others are garbage: how much of it a collection has left says nothing of the program.
  private static func amount(of shape: CycleShape, in components: Components) -> Amount {
    let held = shape.components.prefix(shape.heldCount)
    let objects = held.count == shape.count ? shape.objects : held.reduce(0) { $0 + components[$1].objects }
    return Amount(cycles: held.count, objects: objects, retained: shape.retained, isExact: shape.retainedIsExact)
  }
}
