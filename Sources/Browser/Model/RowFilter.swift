import GraphAnalysis
import Layout
import ReferenceGraph

/// Which rows of a list have a text, for lists that may be too long to be looked through while a key waits.
public struct RowFilter: Hashable, Sendable {
  /// The list.
  public enum List: Hashable, Sendable {
    /// What the inspector lists of an object; rows are kept by their index.
    case contents(ObjectID, ObjectTab)
    /// Objects; rows are kept by the objects' numbers.
    case objects([ObjectID], offsets: [ObjectID: Int])
    /// Strings that an object keeps alive; rows are kept by their index.
    case strings([HeldStrings.Entry])
    /// References; rows are kept by their index.
    case references([ReferencePlace])
  }

  /// The list whose rows are looked through.
  public let list: List
  /// The text that a row must have, as it was typed.
  public let text: String

  /// Lists of so many rows are looked through at once.
  static let inlineLimit = 100

  func run(_ analysis: HeapAnalysis, progress: WorkProgress) throws(Cancelled) -> [UInt32] {
    switch list {
    case .contents(let id, let tab):
      let count = ObjectRowText.count(id, tab, analysis)
      return try kept(0..<UInt32(clamping: count), text, progress) { ObjectRowText.row(Int($0), of: id, tab, analysis) }
    case .strings(let entries):
      return try kept(0..<UInt32(entries.count), text, progress) { entries[Int($0)].text }
    case .references(let places):
      return try kept(0..<UInt32(places.count), text, progress) { ObjectRowText.reference(places[Int($0)], analysis) }
    case .objects(let objects, let offsets):
      return try kept(objects.map(\.rawValue), text, progress) { id in
        ObjectRowText.object(ObjectID(id), offset: offsets[ObjectID(id)], analysis)
      }
    }
  }
}

/// Those of `rows` whose text has `part` in it.
func kept(
  _ rows: some Collection<UInt32>, _ part: String, _ progress: WorkProgress, text: (UInt32) -> String
) throws(Cancelled) -> [UInt32] {
  progress.begin(0, total: UInt64(rows.count))
  var result: [UInt32] = []
  for (step, row) in rows.enumerated() {
    if step & 0xff == 0 {
      progress.advance(to: UInt64(step))
      if progress.isCancelled { throw Cancelled() }
    }
    if matches(text(row), part) { result.append(row) }
  }
  return result
}

/// The texts that rows of objects are searched and filtered by.
enum ObjectRowText {
  /// How many rows the inspector has for a list.
  static func count(_ id: ObjectID, _ tab: ObjectTab, _ analysis: HeapAnalysis) -> Int {
    switch tab {
    case .fields: analysis.heap.values(of: id, from: 0, limit: 0).total
    case .referrers: analysis.referrers.range(of: id).count
    case .dominated: analysis.dominators.childCount(of: id)
    case .allocation: analysis.heap.details.allocationStack(of: id).count
    // They are looked for apart.
    case .strings: 0
    }
  }

  /// A row of the inspector.
  static func row(_ row: Int, of id: ObjectID, _ tab: ObjectTab, _ analysis: HeapAnalysis) -> String {
    let heap = analysis.heap
    switch tab {
    case .fields:
      guard let field = heap.values(of: id, from: row, limit: 1).values.first else { return "" }
      return field.name + " " + (field.target.map { heap.label(of: $0) } ?? field.text)
    case .allocation:
      let stack = heap.details.allocationStack(of: id)
      return row < stack.count ? "\(stack[row].function) \(stack[row].file):\(stack[row].line)" : ""
    case .strings: return ""
    case .dominated:
      return analysis.dominators.children(of: id, row..<row + 1).first.map { heap.label(of: $0) } ?? ""
    case .referrers:
      let source = analysis.referrers.targets[analysis.referrers.range(of: id).lowerBound + row]
      guard source == 0 else { return heap.label(of: ObjectID(source)) }
      let roots = analysis.roots(directlyHolding: id)
      return "GC root " + (row < roots.count ? analysis.graph.nameOfRoot(roots[row]) : "")
    }
  }

  /// An object in a list: its label, and what it holds.
  static func object(_ id: ObjectID, offset: Int?, _ analysis: HeapAnalysis) -> String {
    let details = analysis.heap.details
    let label = analysis.heap.label(of: id)
    if let offset, let excerpt = details.excerpt(of: id, at: offset, before: 40, length: 120) {
      return label + " " + excerpt
    }
    return details.text(of: id, limit: 120).map { label + " " + $0.text } ?? label
  }

  /// A reference: what holds it, its field, and what it refers to.
  static func reference(_ place: ReferencePlace, _ analysis: HeapAnalysis) -> String {
    let heap = analysis.heap
    return
      "\(heap.label(of: place.source)) \(heap.fieldName(of: place)) \(heap.label(of: heap.graph.target(of: place)))"
  }

  /// One cycle of a shape: its first object, and the root that holds it.
  static func cycle(_ id: ComponentID, _ analysis: HeapAnalysis) -> String {
    guard let first = analysis.components[id].nearest ?? analysis.components.members(of: id, 0..<1).first else {
      return ""
    }
    return analysis.heap.addressText(of: first) + " " + (analysis.holderText(of: first) ?? "no root")
  }
}

extension HeapAnalysis {
  /// What holds an object, and how many roots more do; nil when no root reaches it.
  func holderText(of id: ObjectID) -> String? {
    guard dominators.isReachable(id) else { return nil }
    return namedHolder(of: id)?.text ?? "a root far away"
  }
}

extension ReferencePolicy {
  /// Every reference, weak ones too, and every root.
  static let every = ReferencePolicy(name: "all", summary: "every reference", kinds: .all, ranksRoots: false)
}
