import GraphAnalysis
import ReferenceGraph

/// What is looked for in the whole heap.
public struct HeapQuery: Hashable, Sendable {
  /// Where a text is looked for.
  public enum Kind: Hashable, Sendable {
    /// Objects whose class has the text in its name, and those that a field or root of such a name refers to.
    case name
    /// Objects that hold the text.
    case content
  }

  /// Whether names or contents are looked through.
  public let kind: Kind
  /// What is looked for, as it was typed but without quotes.
  public let text: String

  /// A search for `text` in names or in contents.
  public init(_ kind: Kind, _ text: String) {
    self.kind = kind
    self.text = text
  }

  /// As the person typed it: content stands in quotes.
  public var title: String { kind == .content ? "\"\(text)\"" : text }

  /// The content that is asked for by what was typed: `"text"` or `"text`; nil when it does not begin with a quote.
  static func content(_ typed: String) -> HeapQuery? {
    guard typed.hasPrefix("\"") else { return nil }
    var text = typed.dropFirst()
    if text.hasSuffix("\"") { text.removeLast() }
    return HeapQuery(.content, String(text))
  }
}

/// What was found in the whole heap: the largest objects, by retained size.
public struct HeapMatches: Sendable {
  /// The largest ones that were found: those that roots reach first, each part by retained size, largest first.
  public let objects: [ObjectID]
  /// Where the text begins in what each object holds; empty for a search of names.
  public let offsets: [ObjectID: Int]
  /// How many were found; more than there are in `objects` when they are many.
  public let total: Int
  /// How many of `objects`, the first ones, roots reach.
  public let reachable: Int
}

extension HeapQuery {
  /// Looks through the heap; `progress` counts what the search goes through.
  func run(_ analysis: HeapAnalysis, progress: WorkProgress) throws(Cancelled) -> HeapMatches {
    guard let pattern = TextPattern(text) else { return HeapMatches(objects: [], offsets: [:], total: 0, reachable: 0) }
    var largest = LargestObjects(analysis.dominators, limit: instanceLimit)
    var offsets: [ObjectID: Int] = [:]
    switch kind {
    case .content:
      try analysis.heap.details.search(pattern, in: analysis.graph, progress: progress) { object, offset in
        if largest.add(object) { offsets[object] = offset }
        // What has fallen out of the list again is forgotten now and then.
        if offsets.count > 8 * instanceLimit {
          let kept = Set(largest.objects)
          offsets = offsets.filter { kept.contains($0.key) }
        }
        return true
      }
    case .name: try Self.names(pattern, analysis, progress) { largest.add($0) }
    }
    let objects = largest.objects
    let reachable = objects.count { analysis.dominators.isReachable($0) }
    let ordered =
      objects.filter { analysis.dominators.isReachable($0) } + objects.filter { !analysis.dominators.isReachable($0) }
    let listed = Set(objects)
    return HeapMatches(
      objects: ordered, offsets: offsets.filter { listed.contains($0.key) }, total: largest.total, reachable: reachable)
  }

  /// Calls `found` with each object once.
  private static func names(
    _ pattern: TextPattern, _ analysis: HeapAnalysis, _ progress: WorkProgress, found: (ObjectID) -> Void
  ) throws(Cancelled) {
    let graph = analysis.graph
    let details = analysis.heap.details
    let isWanted = graph.classes.map { pattern.firstIndex(in: $0.name) != nil }
    let isArray = graph.classes.map { $0.flags.contains(.array) }
    let isHit = FlatArray<UInt64>(zeroed: graph.rows.rowCount / 64 + 1)
    func hit(_ object: UInt32) { isHit[object >> 6] = isHit[object >> 6] | 1 << UInt64(object & 63) }
    var isNameWanted: [NameID: Bool] = [:]
    for root in graph.roots {
      let wanted = isNameWanted[root.name] ?? (pattern.firstIndex(in: graph.rootNames[root.name]) != nil)
      isNameWanted[root.name] = wanted
      if wanted { hit(root.target.rawValue) }
    }
    // By class in the upper half and field in the lower.
    var isFieldWanted: [UInt64: Bool] = [:]
    var (lastKey, isLastWanted) = (UInt64.max, false)
    let count = graph.rows.rowCount
    progress.begin(0, total: UInt64(count))
    for row in 1..<max(1, count) {
      if row & 0xffff == 0 {
        progress.advance(to: UInt64(row))
        if progress.isCancelled { throw Cancelled() }
      }
      let number = graph.classOfObject[row]
      if isWanted[Int(number)] { hit(UInt32(row)) }
      guard graph.fields.count > 0, !isArray[Int(number)] else { continue }
      for k in graph.rows.range(of: ObjectID(row)) {
        let key = UInt64(number) << 32 | UInt64(graph.fields[k])
        if key != lastKey {
          lastKey = key
          if let known = isFieldWanted[key] {
            isLastWanted = known
          } else {
            isLastWanted = pattern.firstIndex(in: details.fieldName(graph.fields[k], of: ObjectID(row))) != nil
            // Objects with a field for every entry would fill the memory.
            if isFieldWanted.count < 1 << 20 { isFieldWanted[key] = isLastWanted }
          }
        }
        if isLastWanted { hit(graph.rows.targets[k]) }
      }
    }
    for word in 0..<isHit.count {
      var bits = isHit[word]
      while bits != 0 {
        let object = word << 6 + bits.trailingZeroBitCount
        bits &= bits - 1
        if object > 0 { found(ObjectID(object)) }
      }
    }
  }
}
