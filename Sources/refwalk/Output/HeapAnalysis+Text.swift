import GraphAnalysis
import ReferenceGraph

extension HeapAnalysis {
  /// `67.3`: a share of the reachable bytes in percent.
  func percent(_ bytes: UInt64) -> String { Percent.text(bytes, of: reachableBytes) }

  /// What holds `id`, and how many roots more do; nil when no root reaches it.
  func holderText(of id: ObjectID?) -> String? {
    id.flatMap { namedHolder(of: $0)?.text ?? holderText(of: path(to: $0)) }
  }
}
