/// What a mark is on. Says it in terms that mean something in the next dump of the same program too:
/// shape keys, addresses and class names, never object numbers.
public enum MarkTarget: Hashable, Sendable {
  /// Every cycle of a shape: `CycleShape.key`.
  case shape(String)
  /// One cycle of a shape, known by the address of the first object of its ring.
  case cycle(shape: String, first: UInt64)
  /// One object, by its address and the name of its class.
  case object(address: UInt64, className: String)

  /// `shape`, `cycle` or `object`.
  public var kind: String {
    switch self {
    case .shape: "shape"
    case .cycle: "cycle"
    case .object: "object"
    }
  }

  /// The shape's key, if the mark is on a shape or on a cycle of one.
  public var shape: String? {
    switch self {
    case .shape(let key), .cycle(let key, _): key
    case .object: nil
    }
  }

  /// The address, if the mark is on a single cycle or object.
  public var address: UInt64? {
    switch self {
    case .shape: nil
    case .cycle(_, let address), .object(let address, _): address
    }
  }
}
