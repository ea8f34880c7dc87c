import ReferenceGraph

/// All references of one kind into or inside a component, to be cut together: `3 × Topic.watchers`.
///
/// One kind: from objects of one class through one field, inside the component or into it from outside; elements of
/// arrays and of the runtime's collections to objects of one class; roots that are alike.
public struct CutGroup: Sendable {
  /// What tells a group from the others of its component, in names that last from dump to dump.
  public struct ID: Hashable, Sendable {
    /// Whether the references lie inside the component or lead into it.
    public let kind: Cut.Kind
    /// The class of the objects that refer, as `ShapeStep` names it; nil for roots.
    public let source: String?
    /// The field, with `[]` for every index in it, or the name of the roots.
    public let field: String
    /// The class of what is referred to; nil where that is not told apart.
    public let target: String?

    /// The name of the group of references of `source` in `field` to `target`.
    public init(kind: Cut.Kind, source: String?, field: String, target: String?) {
      self.kind = kind
      self.source = source
      self.field = field
      self.target = target
    }

    /// `Topic.watchers`, `Object[] [] → Session`, `static Shop.topics`.
    ///
    /// Text from a dump: not safe for a terminal as it is.
    public var title: String {
      let gap = source == nil || field.isEmpty || field.hasPrefix(".") ? "" : " "
      return (source ?? "") + gap + field + (target.map { " → " + $0 } ?? "")
    }
  }

  /// What its references have in common.
  public let id: ID
  /// Whose code the objects or roots are that refer.
  public let owner: CodeOwner
  /// All of them, in the order of the objects; a slot of a table that lists an object's own reference once more is none.
  public let references: [ReferencePlace]
  /// Bytes that no root would reach any more if all of them were cut, exactly.
  public let freedBytes: UInt64
  /// Objects that no root would reach any more then, exactly.
  public let freedObjects: Int
  /// Whether the component has no cycle without them.
  public let endsCycles: Bool
}

/// The groups of a component's references.
public struct CutGroups: Sendable {
  /// The component whose references they are.
  public let component: ComponentID
  /// The groups that free something or end the cycle.
  ///
  /// Ranked by what they free; of groups that free nearly the same the program's come before those of libraries and of
  /// the runtime.
  public let groups: [CutGroup]
  /// How many groups were tried; with very many the others are not.
  public let triedCount: Int
  /// How many groups there are.
  public let groupCount: Int

  /// The group that is called `id`.
  public func group(_ id: CutGroup.ID) -> CutGroup? { groups.first { $0.id == id } }
}

extension CycleShape {
  /// Whether there are such references inside components of this shape.
  public func has(_ group: CutGroup.ID) -> Bool {
    signature.contains { step in
      step.source == group.source && CutGroupSearch.withoutIndices(step.field) == group.field
        && (group.target == nil || group.target == step.target)
    }
  }
}
