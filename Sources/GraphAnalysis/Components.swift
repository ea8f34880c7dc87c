import ReferenceGraph

/// The components of a heap under one policy.
///
/// Every object is a member of one at most.
///
/// Flat arrays by component: millions of them are normal.
public final class Components: Sendable {
  /// The references that count.
  public let policy: ReferencePolicy
  /// The number of components.
  public let count: Int
  /// The number of members of all components.
  public let objectCount: Int
  /// The number of members of the largest; 0 when there is none.
  public let largest: Int
  let members: ComponentMembers
  let measures: ComponentMeasures
  /// Shape by component.
  private let shapes: FlatArray<UInt32>

  init(
    policy: ReferencePolicy, members: consuming ComponentMembers, measures: consuming ComponentMeasures,
    shapes: consuming FlatArray<UInt32>
  ) {
    self.policy = policy
    count = members.count
    objectCount = members.members.count
    var largest: UInt32 = 0
    for component in 0..<members.count {
      largest = max(largest, members.starts[component + 1] - members.starts[component])
    }
    self.largest = Int(largest)
    self.members = members
    self.measures = measures
    self.shapes = shapes
  }

  /// None, as long as they are not known.
  convenience init(noneUnder policy: ReferencePolicy) {
    self.init(
      policy: policy, members: ComponentMembers(), measures: ComponentMeasures(), shapes: FlatArray(zeroed: 0))
  }

  /// The component that `id` is a member of.
  public func component(of id: ObjectID) -> ComponentID? {
    if count == 0 { return nil }
    return members.set.component(of: id.rawValue).map { ComponentID(rawValue: $0) }
  }

  /// What is known of the component without a search.
  public subscript(id: ComponentID) -> Component {
    let nearest = measures.nearest[id.rawValue]
    let counts = measures.counts[id.rawValue]
    return Component(
      id: id, objects: range(of: id).count, references: Int(counts.references), entries: Int(counts.entries),
      exits: Int(counts.exits), shallow: measures.sizes[id.rawValue].shallow,
      retained: measures.sizes[id.rawValue].retained, retainedObjects: Int(counts.retainedObjects),
      retainedIsExact: counts.isExact, isHeld: nearest.object != 0,
      distance: nearest.object == 0 ? nil : Int(nearest.distance),
      nearest: nearest.object == 0 ? nil : ObjectID(nearest.object), shape: Int(shapes[id.rawValue]))
  }

  private func range(of id: ComponentID) -> Range<Int> {
    Int(members.starts[id.index])..<Int(members.starts[id.index + 1])
  }

  /// All members, ascending.
  public func members(of id: ComponentID) -> [ObjectID] {
    members.members.copy(range(of: id)).map { ObjectID($0) }
  }

  /// Some of the members, ascending; `range` counts from 0, and what of it lies beyond the last is left out.
  public func members(of id: ComponentID, _ range: Range<Int>) -> [ObjectID] {
    let all = self.range(of: id)
    let part = range.clamped(to: 0..<all.count)
    return members.members.copy(all.lowerBound + part.lowerBound..<all.lowerBound + part.upperBound)
      .map { ObjectID($0) }
  }
}
