import GraphAnalysis
import ReferenceGraph
import TextSafety

/// The JSON form. Its keys are stable; addresses are strings (`0x7f10a8c0`), since JSON numbers lose digits; sizes are
/// numbers of bytes; times are seconds since 1970. What is not known is `null`.
///
/// - top: `dump {file, format, producer, objects, bytes, reachableBytes, truncation}`,
///   `policies {retaining, cycles}`, `marks [mark]`, `whatIf {references [hop], referenceCount, freedBytes, freedObjects}` (null when
///   no reference is cut in thought)
/// - mark: `letter`, `verdict`, `note`, `title`, `target {kind, shape, address, class}`, `made`, `changed`,
///   `markedIn`, `retainedWhenMarked`, `found`, `absence`, `printedUnder`, `shape`, `cycle`, `object`, `root`,
///   `path [hop]`, `ring [hop]`, `omittedHops {path, ring}`, `cuts {inside, entry, groups [group], groupsTried,
///   groupCount}`, `cut` (the marked group, else null), `objects [row]`, `moreMembers`, `moreOutside`
/// - shape: `key`, `title`, `count`, `held`, `objects`, `references`, `entries`, `shallow`, `retained`,
///   `retainedIsExact`, `signature [{source, field, target}]`; its `key` is not that of `target` where the marked
///   cycles have become another shape
/// - cycle: `objects`, `references`, `entries`, `exits`, `shallow`, `retained`, `retainedIsExact`,
///   `retainedObjects`, `held`, `hold` (`held` by a root, `unrecorded`, `garbage`, `notKnown`), `neverFreed`,
///   `witnessIsShortest`
/// - root: `name`, `kind`, `holder`, `address`, `facts [{label, value}]`
/// - hop: `from`, `class`, `field`, `kind`, `to`; `from` and `class` are null where a root refers
/// - cut: `method`, `references [hop]`, `referenceCount`, `steps`, `freedBytes`, `freedObjects`, `freedIsExact`,
///   `explanation`
/// - group: `kind`, `class` (null where roots refer), `field`, `targetClass` (null for any), `references [hop]`,
///   `referenceCount`, `freedBytes`, `freedObjects`, `endsCycles`
/// - row: `address`, `class`, `size`, `retained`, `role` (`ring`, `member`, `outside`, `object`), `inCycle`,
///   `references`, `refersTo`, `text` (null unless values were asked for)
extension MarksReport {
  func json() -> String {
    let facts = analysis.heap.facts
    let top: JSONValue = .object([
      (
        "dump",
        .object([
          ("file", .safe(facts.fileName)), ("format", .safe(facts.format)), ("producer", .safe(facts.producer)),
          ("objects", .number(analysis.graph.objectCount)),
          ("bytes", .number(analysis.reachableBytes + analysis.unreachableBytes)),
          ("reachableBytes", .number(analysis.reachableBytes)),
          ("truncation", facts.truncation.map { .safe($0) } ?? .null),
        ])
      ),
      (
        "policies",
        .object([
          ("retaining", .safe(analysis.retaining.name)), ("cycles", .safe(analysis.cyclePolicy.name)),
        ])
      ),
      ("marks", .array(blocks.map(json))), ("whatIf", json(whatIf)),
    ])
    return top.text() + "\n"
  }

  private func json(_ block: MarkBlock) -> JSONValue {
    .object(json(mark: block.mark) + json(found: block) + json(way: block))
  }

  /// What the person said, and what it was then.
  private func json(mark: Mark) -> [(String, JSONValue)] {
    var className: JSONValue = .null
    if case .object(_, let name) = mark.target { className = .safe(name) }
    let target: [(String, JSONValue)] = [
      ("kind", .string(mark.target.kind)), ("shape", mark.target.shape.map { .safe($0) } ?? .null),
      ("address", mark.target.address.map { .string(Self.address($0)) } ?? .null), ("class", className),
    ]
    let note = mark.note.isEmpty ? "" : SafeText.lines(mark.note).joined(separator: "\n")
    return [
      ("letter", .string(mark.letter.text)), ("verdict", .string(mark.verdict.name)), ("note", .string(note)),
      ("title", .safe(mark.title)), ("target", .object(target)), ("made", .number(mark.made)),
      ("changed", .number(mark.changed)), ("markedIn", .safe(mark.dump)),
      ("retainedWhenMarked", .number(mark.retained)),
    ]
  }

  /// What it is in this dump.
  private func json(found block: MarkBlock) -> [(String, JSONValue)] {
    let absence = absence(block)
    return [
      ("found", .bool(absence == nil)), ("absence", absence.map { .safe($0) } ?? .null),
      ("printedUnder", block.printedUnder.map { .string($0.text) } ?? .null),
      ("shape", block.shape.map(json) ?? .null), ("cycle", block.cycle.map(json) ?? .null),
      ("object", block.object.map { .string(address($0)) } ?? .null),
      ("root", block.root.map { json(root: $0, block) } ?? .null),
    ]
  }

  /// Path, ring, cuts and objects.
  private func json(way block: MarkBlock) -> [(String, JSONValue)] {
    let steps = block.cycle?.witness.steps ?? []
    let ring = MarkBlockBuilder.elided(steps.count, limit: options.hopLimit)
    let path = MarkBlockBuilder.elided(block.path.count, limit: options.hopLimit)
    let pathHops = (Array(path.head) + Array(path.tail)).map { json(block.path[$0]) }
    let ringHops = (Array(ring.head) + Array(ring.tail)).map { json(steps[$0].reference) }
    var cuts: JSONValue = .null
    if let report = block.cycle {
      cuts = .object(
        [("inside", json(report.insideCut)), ("entry", report.entryCut.map(json) ?? .null)]
          + json(block.groups))
    }
    return [
      ("path", .array(pathHops)), ("ring", .array(ringHops)),
      ("omittedHops", .object([("path", .number(path.omitted)), ("ring", .number(ring.omitted))])), ("cuts", cuts),
      ("cut", block.cut.map(json) ?? .null),
      ("objects", .array(block.rows.map(json))), ("moreMembers", .number(block.moreMembers)),
      ("moreOutside", .number(block.moreOutside)),
    ]
  }

  private func json(_ shape: CycleShape) -> JSONValue {
    .object([
      ("key", .safe(shape.key)), ("title", .safe(shape.title)), ("count", .number(shape.count)),
      ("held", .number(shape.heldCount)), ("objects", .number(shape.objects)),
      ("references", .number(shape.references)), ("entries", .number(shape.entries)),
      ("shallow", .number(shape.shallow)), ("retained", .number(shape.retained)),
      ("retainedIsExact", .bool(shape.retainedIsExact)), ("signature", .array(shape.signature.map(json))),
    ])
  }

  private func json(_ step: ShapeStep) -> JSONValue {
    .object([("source", .safe(step.source)), ("field", .safe(step.field)), ("target", .safe(step.target))])
  }

  private func json(_ report: CycleReport) -> JSONValue {
    let component = report.component
    return .object([
      ("objects", .number(component.objects)), ("references", .number(component.references)),
      ("entries", .number(component.entries)), ("exits", .number(component.exits)),
      ("shallow", .number(component.shallow)), ("retained", .number(component.retained)),
      ("retainedIsExact", .bool(component.retainedIsExact)),
      ("retainedObjects", .number(component.retainedObjects)), ("held", .bool(component.isHeld)),
      ("hold", .string(analysis.hold(of: component.id).name)), ("neverFreed", .bool(neverFreed(component) != nil)),
      ("witnessIsShortest", .bool(report.witness.isShortest)),
    ])
  }

  private func json(root index: Int, _ block: MarkBlock) -> JSONValue {
    let root = analysis.graph.roots[index]
    let facts = analysis.heap.details.facts(ofRoot: index)
    return .object([
      ("name", .string(rootName(index))), ("kind", .string(root.kind.name)),
      ("moreRoots", .number(moreRoots(block))), ("holder", holderWords(block).map { .string($0) } ?? .null),
      ("address", root.address == 0 ? .null : .string(Self.address(root.address))),
      ("facts", .array(facts.map { .object([("label", .safe($0.label)), ("value", .safe($0.value))]) })),
    ])
  }

  func json(_ place: ReferencePlace) -> JSONValue {
    let isRoot = place.source == .root
    let field = isRoot ? rootName(Int(place.index)) : SafeText.line(analysis.heap.fieldName(of: place))
    return .object([
      ("from", isRoot ? .null : .string(address(place.source))),
      ("class", isRoot ? .null : .string(className(place.source))),
      ("field", field.isEmpty ? .null : .string(field)), ("kind", .string(kind(place).name)),
      ("to", .string(address(analysis.graph.target(of: place)))),
    ])
  }

  private func json(_ cut: Cut) -> JSONValue {
    .object([
      ("method", .string(cut.method.rawValue)), ("references", .array(cut.references.prefix(Self.cutLimit).map(json))),
      ("referenceCount", .number(cut.referenceCount)), ("steps", .array(cut.steps.prefix(Self.cutLimit).map(json))),
      ("freedBytes", .number(cut.freedBytes)), ("freedObjects", .number(cut.freedObjects)),
      ("freedIsExact", .bool(cut.freedIsExact)), ("explanation", .safe(cut.explanation)),
    ])
  }

  private func json(_ row: ObjectRow) -> JSONValue {
    .object([
      ("address", .string(address(row.id))), ("class", .string(className(row.id))),
      ("size", .number(analysis.graph.size(of: row.id))),
      ("retained", .number(analysis.dominators.retainedSize(of: row.id))), ("role", .string(row.role.rawValue)),
      ("inCycle", .bool(row.isInCycle)), ("references", .number(row.references)),
      ("refersTo", .array(row.targets.map { .string(address($0)) })),
      ("text", row.text.map { .safe($0.text) } ?? .null),
    ])
  }
}
