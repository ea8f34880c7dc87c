import ReferenceGraph

/// Objects and bytes by class.
public struct ClassHistogram: Sendable {
  /// What there is of one class.
  public struct ClassRow: Sendable, Hashable {
    /// Index into `graph.classes`.
    public let classIndex: Int
    /// How many objects of the class there are.
    public let objects: Int
    /// Bytes of the objects alone.
    public let shallow: UInt64
    /// Bytes retained by its reachable objects that are not below another of the same class in the dominator tree.
    public let retained: UInt64
  }

  /// Reachable objects only, with those that something holds which the dump does not record; most retained bytes first;
  /// classes without any are left out.
  public let rows: [ClassRow]
  /// Of these the ones that no recorded root reaches, without what they retain; in the order of their classes.
  public let unrecordedRows: [ClassRow]
  /// With the unreachable objects, most shallow bytes first.
  public let allRows: [ClassRow]

  /// The reachable objects of a class, by its index in `graph.classes`; nil when there are none.
  public func row(ofClass index: Int) -> ClassRow? { rows.first { $0.classIndex == index } }
}
