import GraphAnalysis
import ReferenceGraph

extension HeapAnalysis {
  /// `67.3`: a share of the reachable bytes in percent.
  func percent(_ bytes: UInt64) -> String {
    guard reachableBytes > 0 else { return "0.0" }
    let tenths = Int((Double(bytes) * 1000 / Double(reachableBytes)).rounded())
    return "\(tenths / 10).\(tenths % 10)"
  }

  /// The name of the root that the shortest path to `id` begins at; nil when no root reaches it.
  func rootName(of id: ObjectID?) -> String? {
    guard let id, let first = path(to: id).first else { return nil }
    return graph.rootNames[graph.roots[Int(first.index)].name]
  }
}
