import GraphAnalysis
import ReferenceGraph

extension HeapAnalysis {
  /// `67.3`: a share of the reachable bytes in percent.
  func percent(_ bytes: UInt64) -> String { Percent.text(bytes, of: reachableBytes) }

  /// The name of what holds `id` where its shortest path begins; nil when no root reaches it.
  func rootName(of id: ObjectID?) -> String? { id.flatMap { holderName(of: path(to: $0)) } }
}
