import Glibc
import GraphAnalysis
import ReferenceGraph
import TextSafety

/// The words that several formats share. Every name that comes from the dump leaves here without control characters.
extension MarksReport {
  func className(_ id: ObjectID) -> String { SafeText.line(analysis.graph.objectClass(of: id).name) }

  func address(_ id: ObjectID) -> String { analysis.graph.addresses.text(of: id) }

  static func address(_ address: UInt64) -> String { "0x" + String(address, radix: 16) }

  func rootName(_ index: Int) -> String { SafeText.line(analysis.graph.nameOfRoot(index)) }

  /// The field, element or offset; `reference` where the dump knows none.
  func field(_ place: ReferencePlace) -> String {
    let name = SafeText.line(analysis.heap.fieldName(of: place))
    return name.isEmpty ? "reference" : name
  }

  func kind(_ place: ReferencePlace) -> ReferenceKind {
    place.source == .root
      ? analysis.graph.roots[Int(place.index)].reference : analysis.graph.kind(ofReference: Int(place.index))
  }

  /// `<Session 0x7f10c148> [96 B]`, as Apple's `leaks` writes objects.
  func object(_ id: ObjectID) -> String {
    "<\(className(id)) \(address(id))> [\(ByteCount.text(analysis.graph.size(of: id)))]"
  }

  /// `.owner`, `maybe +16`, `root global main.sessions`.
  func edge(_ place: ReferencePlace) -> String {
    let kind = kind(place)
    let prefix = kind == .strong ? "" : kind.name + " "
    return place.source == .root ? "\(prefix)root \(rootName(Int(place.index)))" : prefix + field(place)
  }

  /// The way from the root by classes and fields, a line a hop.
  func wayLines(_ block: MarkBlock) -> [String] {
    lines(block.path.count, limit: Self.wordLimit) { index in
      let place = block.path[index]
      return "\(edge(place)) → \(className(analysis.graph.target(of: place)))"
    }
  }

  /// The ring by classes and fields, a line a hop.
  func ringWords(_ report: CycleReport) -> [String] {
    let steps = report.witness.steps
    return lines(steps.count, limit: Self.wordLimit) { index in
      let step = steps[index]
      let back = index == steps.count - 1 ? "back to " : ""
      return
        "\(className(step.object)) \(edge(step.reference)) → \(back)\(className(analysis.graph.target(of: step.reference)))"
    }
  }

  /// The most hops of a way or ring in words.
  private static let wordLimit = 16

  /// The path from the root, a line a hop.
  func pathLines(_ block: MarkBlock) -> [String] {
    lines(block.path.count, limit: hopsListed) { index in
      let place = block.path[index]
      return "\(edge(place)) --> \(object(analysis.graph.target(of: place)))"
    }
  }

  /// The ring, a line a hop and one for the object it begins with.
  func ringLines(_ report: CycleReport) -> [String] {
    let steps = report.witness.steps
    guard let first = steps.first else { return [] }
    let component = report.component
    let retained = component.retainedIsExact ? ByteCount.text(component.retained) : atLeast(component.retained)
    let head = "\(Count.text(component.objects)) (\(retained)) ROOT CYCLE: \(object(first.object))"
    return [head]
      + lines(steps.count, limit: hopsListed) { index in
        let place = steps[index].reference
        let target = object(analysis.graph.target(of: place))
        return "\(edge(place)) --> \(index == steps.count - 1 ? "CYCLE BACK TO " : "")\(target)"
      }
  }

  /// What a cut is, frees and means: a line, and one for each of its references.
  func cutLines(_ cut: Cut) -> [String] {
    let freed = cut.freedIsExact ? ByteCount.text(cut.freedBytes) : atLeast(cut.freedBytes)
    let method = cut.method == .byClass ? "by class" : cut.method.rawValue
    let count = Count.text(cut.referenceCount, "reference")
    var result = [
      "\(cut.kind.rawValue): \(count) (\(method)), frees \(freed) in \(Count.text(cut.freedObjects, "object"));"
        + " \(SafeText.line(cut.explanation))"
    ]
    for step in cut.steps.prefix(Self.cutLimit) {
      result.append(
        "  ✗ every \(SafeText.line(step.source)) \(SafeText.line(step.field)) --> \(SafeText.line(step.target))")
    }
    if cut.steps.count > Self.cutLimit {
      result.append("  and \(Count.text(cut.steps.count - Self.cutLimit)) more kinds")
    }
    guard cut.steps.isEmpty else { return result }
    // Those that read alike are counted.
    var counts: [String: Int] = [:]
    var lines: [String] = []
    for place in cut.references {
      let source = place.source == .root ? "" : className(place.source) + " "
      let line = "\(source)\(edge(place)) → \(className(analysis.graph.target(of: place)))"
      counts[line, default: 0] += 1
      if counts[line] == 1 { lines.append(line) }
    }
    let shown = lines.prefix(max(1, min(Self.cutLimit, options.listLimit)))
    result += shown.map { "  ✗ " + (counts[$0]! > 1 ? "\(Count.text(counts[$0]!)) × " : "") + $0 }
    let left = cut.referenceCount - shown.reduce(0) { $0 + counts[$1]! }
    if left > 0 { result.append("  and \(Count.text(left)) more") }
    return result
  }

  /// The most references of a cut that are named.
  static let cutLimit = 20

  /// `Session → Handler`: the classes of the ring, without the way back.
  func ringTitle(_ report: CycleReport) -> String {
    let steps = report.witness.steps
    let (head, omitted, tail) = MarkBlockBuilder.elided(steps.count, limit: options.hopLimit)
    var names = head.map { className(steps[$0].object) }
    if omitted > 0 { names.append("… \(Count.text(omitted)) more …") }
    names += tail.map { className(steps[$0].object) }
    return names.joined(separator: " → ")
  }

  func atLeast(_ bytes: UInt64) -> String { "at least " + ByteCount.text(bytes) }

  /// `3 objects, 4 references, 1 entry, 208 B; retains 412.0 MiB (67.3 % of what roots reach)`.
  func figures(_ component: Component) -> String {
    let size =
      "\(Count.text(component.objects, "object")), \(Count.text(component.references, "reference")), "
      + "\(Count.text(component.entries, "entry", "entries")), \(ByteCount.text(component.shallow))"
    guard component.isHeld else { return "\(size); \(analysis.hold(of: component.id).word): no root reaches it" }
    return "\(size); retains \(retained(component.retained, isExact: component.retainedIsExact))"
  }

  /// `12 cycles, 10 held by roots; 36 objects, 4.0 KiB; retains 1.2 MiB (3.1 % of what roots reach)`.
  func figures(_ shape: CycleShape) -> String {
    "\(Count.text(shape.count, "cycle")), \(heldWords(shape)); "
      + "\(Count.text(shape.objects, "object")), \(ByteCount.text(shape.shallow)); "
      + "retains \(retained(shape.retained, isExact: shape.retainedIsExact))"
  }

  /// `10 held by roots, 2 not recorded`.
  private func heldWords(_ shape: CycleShape) -> String {
    let holds = analysis.holds(of: shape)
    let unrecorded = holds.reduce(0) { if case .unrecorded = $1.key { $0 + $1.value } else { $0 } }
    return "\(Count.text(holds[.root] ?? 0)) held by roots"
      + (unrecorded > 0 ? ", \(Count.text(unrecorded)) by what this file does not record" : "")
  }

  func retained(_ bytes: UInt64, isExact: Bool = true) -> String {
    let text = isExact ? ByteCount.text(bytes) : atLeast(bytes)
    guard analysis.reachableBytes > 0 else { return text }
    if bytes > 0, Double(bytes) / Double(analysis.reachableBytes) < 0.0005 {
      return "\(text) (under 0.1 % of what roots reach)"
    }
    return "\(text) (\(Percent.text(bytes, of: analysis.reachableBytes)) % of what roots reach)"
  }

  /// `1.6 MiB (74.6 %)`: what the percentage is of has been said above.
  func share(_ bytes: UInt64) -> String { retained(bytes).replacing(" of what roots reach", with: "") }

  /// Why a cycle is never freed; nil for those that go when what holds them does.
  func neverFreed(_ component: Component) -> String? { analysis.neverFreedWords(component.id).map(SafeText.line) }

  /// What holds the marked thing, as lists name it, and how many roots more do; nil where nothing does.
  func holderText(_ block: MarkBlock) -> String? {
    (namedHolder(block)?.text ?? analysis.holderText(of: block.path)).map(SafeText.line)
  }

  /// How many roots more hold it: see `HolderName.more`.
  func moreRoots(_ block: MarkBlock) -> Int { namedHolder(block)?.more ?? 0 }

  private func namedHolder(_ block: MarkBlock) -> HolderName? {
    // A mark on a root is about that one.
    if case .root = block.match { return nil }
    if let cycle = block.cycle { return analysis.namedHolder(of: cycle.component.id) }
    return block.object.flatMap { analysis.namedHolder(of: $0) }
  }

  /// What kind of thing the root of a block is, and until when it lives.
  func holderWords(_ block: MarkBlock) -> String? {
    guard let root = block.root else { return nil }
    if let cycle = block.cycle, let holder = analysis.holder(of: cycle.component.id) {
      return SafeText.line(holder.words)
    }
    let way = block.path.map { analysis.graph.target(of: $0) }
    return SafeText.line(analysis.holderWords(ofRoot: root, along: way))
  }

  /// Why a mark is not in this dump.
  func absence(_ block: MarkBlock) -> String? {
    if case .absent(let reason) = block.match { reason } else { nil }
  }

  /// That the shape is not the one that was marked.
  func change(_ block: MarkBlock) -> String? {
    guard case .changedShape = block.match, let shape = block.shape else { return nil }
    let now = shape.title == block.mark.title ? "" : "; now \(SafeText.line(shape.title))"
    return "of another shape when it was marked" + now
  }

  /// What the shape's block says of a cycle that stands in another.
  func elsewhere(_ block: MarkBlock) -> String? {
    block.printedUnder.map { "printed under \($0.text)" }
  }

  /// `2 of 3 roots shown`-like remark on the other roots that hold a cycle; nil when there is none.
  func otherHolders(_ block: MarkBlock) -> String? {
    guard let report = block.cycle, let root = block.root else { return nil }
    let own = analysis.graph.nameOfRoot(root)
    let others = report.holders.filter { analysis.graph.nameOfRoot($0) != own }
    let count = max(others.count, report.holderCount - 1)
    guard count > 0 else { return nil }
    let shown = others.prefix(5)
    let left = max(count - shown.count, report.holdersAreCapped ? 1 : 0)
    let rest = left > 0 ? " and \(report.holdersAreCapped ? "at least " : "")\(Count.text(left)) more" : ""
    return shown.map(rootName).joined(separator: "; ") + rest
  }

  /// `2026-11-23 14:02 UTC`.
  public static func date(_ seconds: Int) -> String {
    var time = time_t(seconds)
    var parts = tm()
    guard gmtime_r(&time, &parts) != nil else { return "\(seconds)" }
    func two(_ number: Int32) -> String { number < 10 ? "0\(number)" : "\(number)" }
    return "\(Int(parts.tm_year) + 1900)-\(two(parts.tm_mon + 1))-\(two(parts.tm_mday)) "
      + "\(two(parts.tm_hour)):\(two(parts.tm_min)) UTC"
  }

  /// Hops that are listed with addresses.
  private var hopsListed: Int { min(options.hopLimit, options.listLimit) }

  /// The lines of `count` things; of many the middle is left out.
  private func lines(_ count: Int, limit: Int, _ line: (Int) -> String) -> [String] {
    let (head, omitted, tail) = MarkBlockBuilder.elided(count, limit: limit)
    return head.map(line) + (omitted > 0 ? ["… \(Count.text(omitted)) more hops …"] : []) + tail.map(line)
  }
}
