/// The attributes of nodes and edges that say something of a heap; nil for those that were not given.
struct DOTAttributes {
  var label: DOTName?
  /// Whether labels are cut into fields, as those of records are.
  var shape: DOTName?
  /// Bytes of a node.
  var size: DOTName?
  /// Whether a node is a root.
  var root: DOTName?
  /// What tells edges between the same nodes apart.
  var key: DOTName?

  mutating func set(_ name: DOTName, to value: DOTName) {
    switch name.text {
    case "label": label = value
    case "shape": shape = value
    case "size": size = value
    case "root": root = value
    case "key": key = value
    default: break
    }
  }

  /// Those of `other`, where it gives any, else these.
  func overlaid(by other: DOTAttributes) -> DOTAttributes {
    DOTAttributes(
      label: other.label ?? label, shape: other.shape ?? shape, size: other.size ?? size, root: other.root ?? root,
      key: other.key ?? key)
  }

  /// Whether the node is said to be a root: `true`, in any case of letters.
  var isRoot: Bool { root.map { $0.text.lowercased() == "true" } ?? false }
}
