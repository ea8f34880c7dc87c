import GraphAnalysis
import Layout
import ReferenceGraph

/// One way to cut a cycle, of those that `b` steps through.
enum CutChoice: Sendable {
  /// The fewest references inside, or those at the entry.
  case cut(Cut)
  /// All references of one class and field.
  case group(CutGroup)

  /// What tells it from the others of its cycle.
  enum ID: Hashable, Sendable {
    case inside
    case entry
    case group(CutGroup.ID)
  }

  var id: ID {
    switch self {
    case .cut(let cut): cut.kind == .inside ? .inside : .entry
    case .group(let group): .group(group.id)
    }
  }

  var kind: Cut.Kind {
    switch self {
    case .cut(let cut): cut.kind
    case .group(let group): group.id.kind
    }
  }

  /// Its references, of an inside or entry cut at most `Cut.listLimit`.
  var references: [ReferencePlace] {
    switch self {
    case .cut(let cut): cut.references
    case .group(let group): group.references
    }
  }

  var referenceCount: Int {
    switch self {
    case .cut(let cut): cut.referenceCount
    case .group(let group): group.references.count
    }
  }

  /// Whether it has a reference; those of a group are in order.
  func contains(_ place: ReferencePlace) -> Bool {
    guard case .group(let group) = self else { return references.contains(place) }
    let all = group.references
    let index = all.indices.bisection(where: { (all[$0].source, all[$0].index) >= (place.source, place.index) })
    return index < all.count && all[index] == place
  }

  /// What it means, in a sentence or two.
  var explanation: String {
    guard case .group(let group) = self else {
      if case .cut(let cut) = self { return cut.explanation }
      return ""
    }
    let isOne = group.references.count == 1
    let what = isOne ? "this reference" : "these \(Count.text(group.references.count)) references"
    let freed =
      group.freedObjects > 0
      ? "no root reaches \(Count.text(group.freedObjects, "object"))"
      : "roots still reach all of it"
    return "Without \(what) \(freed)\(group.endsCycles ? ", and the cycle is ended" : "")."
  }

  /// The ways to cut a cycle: groups by what they free; behind those that free a tenth of what the first does, the entry
  /// and the fewest inside, where those are no group.
  static func all(_ report: CycleReport, _ groups: CutGroups?) -> [CutChoice] {
    let groups = groups?.groups ?? []
    func isGroup(_ cut: Cut) -> Bool {
      groups.contains { group in
        group.references.count == cut.referenceCount && cut.references.count == cut.referenceCount
          && Set(group.references) == Set(cut.references)
      }
    }
    let plain = [report.entryCut, report.insideCut].compactMap { $0 }.filter { !isGroup($0) }
    let most = groups.first?.freedBytes ?? 0
    let many = groups.prefix { $0.freedObjects > 0 && $0.freedBytes >= most / 10 }
    return many.map { .group($0) } + plain.map { .cut($0) } + groups.dropFirst(many.count).map { .group($0) }
  }
}

/// The references of one cut of a cycle, as a place.
public struct CutPlace: Hashable, Sendable {
  let component: ComponentID
  let choice: CutChoice.ID
}

extension Model {
  /// The ways to cut a cycle that are known so far, in the order in which they are shown; none before its report is.
  func cutChoices(_ id: ComponentID) -> [CutChoice] {
    choices[id] ?? reports[id].map { CutChoice.all($0, nil) } ?? []
  }

  /// Keeps what was found of a cycle's cuts; of older ones only what is on the screen, the others are weighed again.
  mutating func keep(_ groups: CutGroups) {
    if cutGroups.count >= Self.keptGroups {
      let shown = [pane, second].compactMap { $0?.place }
      func isShown(_ id: ComponentID) -> Bool {
        shown.contains { place in
          if case .cut(let cut) = place { cut.component == id } else { place == .cycle(id) }
        }
      }
      cutGroups = cutGroups.filter { isShown($0.key) }
      choices = choices.filter { isShown($0.key) }
    }
    cutGroups[groups.component] = groups
    refreshChoices(groups.component)
  }

  /// Of so many cycles the cuts are kept: very many references may be in them.
  private static let keptGroups = 16

  /// Finds anew which cuts a cycle has: its report or its groups have come.
  mutating func refreshChoices(_ id: ComponentID) {
    guard let report = reports[id] else { return }
    choices[id] = CutChoice.all(report, cutGroups[id])
  }

  /// Whether the cuts of a cycle are still being weighed.
  func isWeighing(_ id: ComponentID) -> Bool {
    cutGroups[id] == nil && !unweighed.contains(id) && analysis?.components[id].isHeld == true
  }

  /// The cut of a cycle that `b` has chosen in a pane.
  func chosenCut(_ pane: Pane) -> CutChoice? {
    guard pane.cut > 0, case .cycle(let id) = pane.place else { return nil }
    let choices = cutChoices(id)
    return pane.cut <= choices.count ? choices[pane.cut - 1] : nil
  }

  /// The cut that a place lists the references of; nil while it is not known.
  func choice(_ place: CutPlace) -> CutChoice? { cutChoices(place.component).first { $0.id == place.choice } }

  /// Steps to the next cut of a cycle, and past the last to none.
  mutating func nextCut() {
    guard case .cycle(let id) = focused.place, reports[id] != nil else { return }
    focused.cut = (focused.cut + 1) % (cutChoices(id).count + 1)
  }

  /// What a cut takes away, and what that does.
  func cutText(_ choice: CutChoice, _ analysis: HeapAnalysis) -> (what: String, effect: String) {
    switch choice {
    case .cut(let cut): return cutText(cut, analysis)
    case .group(let group):
      let count = group.references.count == 1 ? "" : "\(Count.text(group.references.count)) × "
      return (count + shortClassName(group.id.title), groupEffect(group, analysis))
    }
  }

  /// `frees 15.9 MiB (70.7 %), ends the cycle`.
  private func groupEffect(_ group: CutGroup, _ analysis: HeapAnalysis) -> String {
    let ends = group.endsCycles ? "ends the cycle" : ""
    guard group.freedObjects > 0 else { return ends + "; frees nothing alone" }
    return "frees \(shareText(group.freedBytes, analysis))" + (ends.isEmpty ? "" : ", " + ends)
  }

  /// `412.0 MiB (67.3 %)`.
  func shareText(_ bytes: UInt64, _ analysis: HeapAnalysis) -> String {
    "\(ByteCount.text(bytes)) (\(SizeBar.percent(bytes, of: analysis.reachableBytes)) %)"
  }

  /// What a cut takes away, and what that does.
  func cutText(_ cut: Cut, _ analysis: HeapAnalysis) -> (what: String, effect: String) {
    let heap = analysis.heap
    var what: String
    if let first = cut.references.first, cut.referenceCount == 1 {
      what = referenceText(first, heap, withRootTarget: false)
    } else if let step = cut.steps.first {
      what =
        "\(Count.text(cut.referenceCount)) × \(shortClassName(step.source))\(step.field) → \(shortClassName(step.target))"
      if cut.steps.count > 1 { what += " and \(Count.text(cut.steps.count - 1, "more kind"))" }
    } else {
      what = Count.text(cut.referenceCount, "reference")
      if let first = cut.references.first { what += ", \(referenceText(first, heap, withRootTarget: false)), …" }
    }
    let freed =
      cut.freedBytes == 0 && cut.freedIsExact
      ? "frees nothing" : "frees \(cut.freedIsExact ? "" : "≥ ")\(ByteCount.text(cut.freedBytes))"
    guard cut.kind == .inside else { return (what, freed) }
    return (what, "ends the cycle; " + freed + (cut.freedBytes == 0 ? " alone" : ""))
  }
}
