/// The keys of `paths --format json`.
enum PathsKey: String, DocumentedKey {
  case target, holder, moreRoots, paths, isComplete
  var meaning: String {
    switch self {
    case .target: "the object the paths lead to"
    case .holder: "what holds it, as all lists name it; null when no root reaches it"
    case .moreRoots: "how many roots more, of other names, hold an object on the way from that one themselves"
    case .paths: "a shortest path from each root that reaches it, by name: that of the holder, then the shortest first"
    case .isComplete: "whether there are no further paths"
    }
  }

  enum Object: String, DocumentedKey {
    case object, address, `class`, field, shallow, retained
    var meaning: String {
      switch self {
      case .object: "the number of the object"
      case .address: "its address"
      case .class: "its class"
      case .field: "in hops: the field of the one before that refers to it; null at the first, which the root refers to"
      case .shallow: "its own bytes"
      case .retained: "bytes of it and all it keeps alive alone"
      }
    }
  }

  enum Path: String, DocumentedKey {
    case root, hops
    var meaning: String {
      switch self {
      case .root: "where it begins"
      case .hops: "the objects on the way, the target last"
      }
    }
  }

  enum Root: String, DocumentedKey {
    case kind, name
    var meaning: String {
      switch self {
      case .kind: "why it is a root"
      case .name: "what holds the reference"
      }
    }
  }
}
