import GraphAnalysis

/// What a mark is on.
///
/// Says it in terms that mean something in the next dump of the same program too: shape keys, addresses and class
/// names, never object numbers.
public enum MarkTarget: Hashable, Sendable {
  /// Every cycle of a shape: `CycleShape.key`.
  case shape(String)
  /// One cycle of a shape, known by the address of the first object of its ring.
  case cycle(shape: String, first: UInt64)
  /// One object, by its address and the name of its class.
  case object(address: UInt64, className: String)
  /// A root by its name: a global variable, a static field, a local of a thread.
  case root(name: String)
  /// All objects of a class, by its name.
  case objects(className: String)
  /// References of one class and field in cycles of a shape, to be cut together.
  case cut(shape: String, group: CutGroup.ID)

  /// `shape`, `cycle`, `object`, `root`, `class` or `cut`.
  public var kind: String {
    switch self {
    case .shape: "shape"
    case .cycle: "cycle"
    case .object: "object"
    case .root: "root"
    case .objects: "class"
    case .cut: "cut"
    }
  }

  /// The shape's key, if the mark is on a shape, on a cycle of one or on references in them.
  public var shape: String? {
    switch self {
    case .shape(let key), .cycle(let key, _), .cut(let key, _): key
    case .object, .root, .objects: nil
    }
  }

  /// The address, if the mark is on a single cycle or object.
  public var address: UInt64? {
    switch self {
    case .shape, .root, .objects, .cut: nil
    case .cycle(_, let address), .object(let address, _): address
    }
  }
}
