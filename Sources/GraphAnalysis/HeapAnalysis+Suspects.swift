import ReferenceGraph

extension HeapAnalysis {
  /// The suspects at the end of the list that are small: each stands for less than a hundredth of the reachable bytes.
  public var smallSuspects: ArraySlice<Suspect> {
    let large = suspects.lastIndex { Double($0.weight) >= SuspectSearch.smallShare * Double(reachableBytes) }
    return suspects[(large.map { $0 + 1 } ?? 0)...]
  }
}
