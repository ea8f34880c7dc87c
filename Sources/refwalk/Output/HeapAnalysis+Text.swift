import GraphAnalysis
import ReferenceGraph

extension HeapAnalysis {
  /// `67.3`: a share of the reachable bytes in percent.
  func percent(_ bytes: UInt64) -> String {
    guard reachableBytes > 0 else { return "0.0" }
    let tenths = Int((Double(bytes) * 1000 / Double(reachableBytes)).rounded())
    return "\(tenths / 10).\(tenths % 10)"
  }

  /// The name of what holds `id` where its shortest path begins; nil when no root reaches it.
  func rootName(of id: ObjectID?) -> String? { id.flatMap { holderName(of: path(to: $0)) } }
}
