import ReferenceGraph

/// Finds what is worth looking at and puts it in the order of its bytes.
///
/// How is told in ARCHITECTURE.md.
struct SuspectSearch {
  let context: RetentionContext
  let components: Components
  let shapes: [CycleShape]
  let options: AnalysisOptions
  let reachableBytes: UInt64
  let heap: Heap
  var details: any ObjectDetails { heap.details }
  let histogram: ClassHistogram
  let rootGroups: RootGroups
  var finalizerCycles: Set<ComponentID> = []

  /// What retains less than this share of the reachable bytes stands behind the others.
  static let smallShare = 0.01

  func run(progress: WorkProgress) throws(Cancelled) -> [Suspect] {
    guard reachableBytes > 0 else { return [] }
    let outline = try RetentionOutline(
      context, roots: rootGroups, threshold: UInt64(Self.smallShare * Double(reachableBytes)), progress: progress)
    var found = try CulpritSearch(search: self, outline: outline).run(progress: progress)
    found += try scattered(besides: found, outline: outline, progress: progress)
    var measure = SetMeasure(context)
    for index in found.indices where !found[index].isDropped {
      try progress.check(index)
      measure.measure(&found[index], outline)
      if found[index].shape == nil {
        found[index].reasons.append("retains \(percent(found[index].retained)) of what is reachable")
      }
    }
    add(detachedTrees(), to: &found)
    if let outside = outsideMemory() {
      // The same objects without what they have outside say less.
      for index in found.indices where found[index].tops == outside.tops { found[index].isDropped = true }
      add(outside, to: &found)
    }
    // Kept loaders are named however little they hold: there is one more with each deployment.
    for var loaders in try keptLoaders(histogram, progress: progress) {
      measure.measure(&loaders, outline)
      add(loaders, to: &found)
    }
    try addCycles(to: &found, progress: progress)
    found += try possiblyHeld(progress: progress)
    for index in found.indices
    where !found[index].isDropped && found[index].worth == .unknown && !found[index].isHeldByProgram {
      found[index].isHeldByRuntime = isHeldByRuntime(found[index].object)
    }
    let kept = found.filter { !$0.isDropped && isWorthNaming($0) }
    let own = kept.lazy.filter { !$0.isOfRuntime }.map(\.weight).max() ?? 0
    let ranked = kept.enumerated().sorted { left, right in
      if left.element.isWeaklyHeld != right.element.isWeaklyHeld { return right.element.isWeaklyHeld }
      let tiers = (tier(of: left.element, besides: own), tier(of: right.element, besides: own))
      if tiers.0 != tiers.1 { return tiers.0 < tiers.1 }
      if left.element.weight != right.element.weight { return left.element.weight > right.element.weight }
      return left.offset < right.offset
    }.map(\.element)
    let loaders = ranked.filter { $0.kind == .classLoaders }.prefix(3)
    let limit = max(0, options.suspectLimit - loaders.count)
    var others = 0
    var named = 0
    return ranked.filter { finding in
      if finding.kind == .classLoaders {
        named += 1
        return named <= loaders.count
      }
      others += 1
      return others <= limit
    }.map(\.suspect)
  }

  /// Whether a finding stands for enough of the heap to be named.
  ///
  /// What the program makes is named from a hundredth of the heap on, cycles always; what is the runtime's own only
  /// where it is much.
  private func isWorthNaming(_ finding: SuspectFinding) -> Bool {
    if finding.shape != nil || finding.kind == .classLoaders || finding.kind == .detachedTree { return true }
    let share = Double(finding.weight) / Double(reachableBytes)
    if finding.worth.isOwn || finding.isHeldByProgram || finding.outsideBytes > 0 { return share >= Self.smallShare }
    let isMany = max(finding.count, finding.entries) >= options.manyInstances
    if finding.worth == .runtime { return share > options.accumulationShare }
    switch finding.kind {
    case .chain: return share > options.storeShare
    case .group, .largeStore: return share > (isMany ? options.storeShare : options.accumulationShare)
    default: return share > options.accumulationShare
    }
  }

  /// What is the runtime's own stands behind what the program keeps, and before what is small: unless there are many of it,
  /// more than half of all and many times what the program keeps, which no runtime has from the start but of its code.
  ///
  /// `own` is the most that a suspect stands for which is not the runtime's.
  private func tier(of finding: SuspectFinding, besides own: UInt64) -> Int {
    if Double(finding.weight) < Self.smallShare * Double(reachableBytes) { return 2 }
    let isMany = !finding.isCode && (finding.contentIsTyped || finding.count >= options.manyInstances)
    let isMost = isMany && finding.weight > reachableBytes / 2 && finding.weight / Self.manyTimes > own
    return finding.isOfRuntime && !isMost ? 1 : 0
  }

  /// So many times what the program keeps is no start-up.
  private static let manyTimes: UInt64 = 8

  /// Enters a finding that says more than what was found before for the same bytes.
  func add(_ finding: SuspectFinding?, to found: inout [SuspectFinding]) {
    guard var finding else { return }
    let tree = context.tree
    for index in found.indices where !found[index].isDropped {
      let other = found[index]
      let isSame = 2 * min(other.weight, finding.weight) > max(other.weight, finding.weight)
      guard isSame,
        finding.covers(tree.places[other.object.index], tree) || other.covers(tree.places[finding.object.index], tree)
      else { continue }
      finding.onItsWay.insert(Suspect.Way(title: other.title, retained: other.retained), at: 0)
      if finding.holder.isEmpty { finding.holder = other.holder }
      found[index].isDropped = true
    }
    found.append(finding)
  }

  func percent(_ bytes: UInt64) -> String { Percent.text(bytes, of: max(1, reachableBytes)) + " %" }
}

/// A number with its thousands apart: `1,234,567`.
func grouped(_ number: Int) -> String { Count.text(number) }
