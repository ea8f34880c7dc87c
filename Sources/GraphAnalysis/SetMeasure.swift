import ReferenceGraph

/// Measures what findings that stand for several objects retain together: more than the sum of what each retains, where
/// they share something.
struct SetMeasure: ~Copyable {
  private var freed: FreedSet
  /// Steps that are left for all findings.
  private var allowance: Int

  init(_ context: RetentionContext) {
    freed = FreedSet(context)
    allowance = context.tree.objects.count / 4 + 1 << 20
  }

  /// Sets the bytes of a finding, exact unless that takes too long.
  mutating func measure(_ finding: inout SuspectFinding, _ outline: RetentionOutline) {
    let tree = outline.context.tree
    if finding.kind == .rootGroup {
      measureRoots(&finding, outline)
      return
    }
    guard [.group, .chain, .classLoaders].contains(finding.kind) else { return }
    // Nothing else hangs on what the objects hang on: then no more can go with them.
    if finding.tops.count == 1 { return }
    let below = finding.tops.reduce(0) { $0 + Int(tree.counts[$1]) }
    // No finding takes more than half of what is left.
    guard 4 * below <= allowance else {
      finding.isExact = false
      return
    }
    var share = allowance / 2
    let before = share
    let result = freed.remove(subtrees: finding.tops, allowance: &share)
    allowance -= before - max(0, share)
    finding.retained = max(finding.retained, result.bytes)
    finding.isExact = result.isExact
  }

  private mutating func measureRoots(_ finding: inout SuspectFinding, _ outline: RetentionOutline) {
    guard let group = finding.group else { return }
    let references = outline.groups[group].roots.map { ReferencePlace(source: .root, index: $0) }
    var share = allowance / 2
    let before = share
    guard let result = freed.cut(references, allowance: &share) else {
      finding.isExact = false
      allowance -= before
      return
    }
    allowance -= before - max(0, share)
    // Where something else holds what they refer to, as a group of threads does, all of that goes together.
    guard result.bytes >= finding.retained else { return }
    finding.retained = result.bytes
    finding.tops = result.tops
  }
}
