import ReferenceGraph

/// The steps of opening a dump, each counted in bytes.
enum LoadStep: Int, WorkStep {
  case unpack, read, link

  var name: String {
    switch self {
    case .unpack: "Unpacking"
    case .read: "Reading records"
    case .link: "Linking objects"
    }
  }
}
