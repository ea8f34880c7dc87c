import GraphAnalysis
import ReferenceGraph

/// Gathers the blocks of a report.
struct MarkBlockBuilder {
  private let analysis: HeapAnalysis
  private let options: MarksReport.Options
  private let retaining: PolicyFilter
  private var printed: [ComponentID: MarkLetter] = [:]

  private init(_ analysis: HeapAnalysis, _ options: MarksReport.Options) {
    self.analysis = analysis
    self.options = options
    retaining = PolicyFilter(analysis.retaining, graph: analysis.graph)
  }

  /// The blocks of all marks, in their order; `progress` counts marks.
  static func blocks(
    of marks: MarkSet, in analysis: HeapAnalysis, options: MarksReport.Options, progress: WorkProgress
  ) throws(Cancelled) -> [MarkBlock] {
    let matches = marks.matching(analysis)
    var builder = MarkBlockBuilder(analysis, options)
    var blocks: [MarkBlock] = []
    progress.begin(0, total: UInt64(marks.count))
    for mark in marks.marks {
      blocks.append(try builder.block(mark, matches[mark.target], progress))
      progress.advance(to: UInt64(blocks.count))
    }
    return blocks
  }

  private mutating func block(
    _ mark: Mark, _ match: MarkMatch, _ progress: WorkProgress
  ) throws(Cancelled) -> MarkBlock {
    var block = MarkBlock(mark: mark, match: match)
    switch match {
    case .shape(let number), .changedShape(let number):
      block.shape = analysis.shapes[number]
      // The shape's first cycle stands for all; one that an earlier block has gives way to the next.
      let components = analysis.shapes[number].components
      if let id = components.prefix(1000).first(where: { printed[$0] == nil }) ?? components.first {
        try add(id, to: &block, progress)
      }
    case .cycle(let id):
      block.shape = analysis.shapes[analysis.components[id].shape]
      try add(id, to: &block, progress)
    case .object(let id):
      add(id, along: analysis.path(to: id), to: &block)
    case .root(let index):
      let place = ReferencePlace(source: .root, index: index)
      add(analysis.graph.roots[index].target, along: [place], to: &block)
    case .objects(let index):
      block.histogram = analysis.histogram.row(ofClass: index)
    case .cut(let id, let group):
      block.shape = analysis.shapes[analysis.components[id].shape]
      try add(id, to: &block, progress)
      // The cycle may stand in an earlier block.
      if block.groups == nil { block.groups = try groups(of: id, progress) }
      block.cut = block.groups?.group(group)
    case .absent: break
    }
    return block
  }

  private func add(_ id: ObjectID, along path: [ReferencePlace], to block: inout MarkBlock) {
    block.object = id
    block.path = path
    block.rows = [row(id, .object, isOfCycle: false)]
    addOutside(of: [id], except: nil, to: &block)
  }

  private func groups(of id: ComponentID, _ progress: WorkProgress) throws(Cancelled) -> CutGroups {
    try analysis.cutGroups(of: id, progress: WorkProgress(partOf: progress))
  }

  private mutating func add(
    _ id: ComponentID, to block: inout MarkBlock, _ progress: WorkProgress
  ) throws(Cancelled) {
    if let letter = printed[id] {
      block.printedUnder = letter
      return
    }
    printed[id] = block.mark.letter
    let report = try analysis.report(on: id, progress: WorkProgress(partOf: progress))
    block.cycle = report
    block.groups = try groups(of: id, progress)
    let ring = report.witness.steps.map(\.object)
    block.path = report.pathToRing
    let onRing = Set(ring)
    let (head, _, tail) = Self.elided(ring.count, limit: options.hopLimit)
    block.rows = head.map { row(ring[$0], .ring) } + tail.map { row(ring[$0], .ring) }
    var others: [ObjectID] = []
    forEachMember(of: report.component) { member in
      if others.count >= options.tableLimit { return false }
      if !onRing.contains(member) { others.append(member) }
      return true
    }
    block.rows += others.map { row($0, .member) }
    block.moreMembers = report.component.objects - block.rows.count
    addOutside(of: ring + others, except: report.component, to: &block)
  }

  /// Adds the objects that `first` and then the other members refer to and that are no members.
  private func addOutside(of first: [ObjectID], except component: Component?, to block: inout MarkBlock) {
    var seen = Set<ObjectID>()
    var outside: [ObjectID] = []
    func visit(_ source: ObjectID) {
      for place in analysis.graph.references(of: source)
      where retaining.keeps(reference: Int(place.index), from: source.rawValue) {
        let target = analysis.graph.target(of: place)
        guard target != source, component == nil || analysis.components.component(of: target) != component?.id,
          seen.insert(target).inserted
        else { continue }
        if outside.count < options.tableLimit { outside.append(target) }
      }
    }
    first.forEach(visit)
    if let component {
      forEachMember(of: component) { member in
        visit(member)
        return true
      }
    }
    block.rows += outside.map { row($0, .outside, isOfCycle: component != nil) }
    block.moreOutside = seen.count - outside.count
  }

  /// Calls `body` with each member, a few thousand of them in memory at a time, while it returns true.
  private func forEachMember(of component: Component, _ body: (ObjectID) -> Bool) {
    var first = 0
    while first < component.objects {
      let end = min(component.objects, first + 4096)
      for member in analysis.components.members(of: component.id, first..<end) where !body(member) { return }
      first = end
    }
  }

  private func row(_ id: ObjectID, _ role: ObjectRow.Role, isOfCycle: Bool = true) -> ObjectRow {
    let range = analysis.graph.rows.range(of: id)
    var targets: [ObjectID] = []
    for index in range.prefix(ObjectRow.targetLimit) { targets.append(ObjectID(analysis.graph.rows.targets[index])) }
    let isMember = role == .ring || role == .member
    let isInAny = isMember || analysis.components.component(of: id) != nil
    return ObjectRow(
      id: id, role: role, isInCycle: isMember || (isInAny && !isOfCycle),
      isInOtherCycle: isInAny && !isMember && isOfCycle,
      references: range.count, targets: targets,
      text: options.values ? analysis.heap.details.text(of: id, limit: options.textLimit) : nil)
  }

  /// Of `count` things the first and the last, `limit` at most, and how many are left out between them.
  static func elided(_ count: Int, limit: Int) -> (head: Range<Int>, omitted: Int, tail: Range<Int>) {
    let limit = max(2, limit)
    guard count > limit else { return (0..<count, 0, count..<count) }
    let head = limit - limit / 2
    return (0..<head, count - limit, (count - limit / 2)..<count)
  }
}
