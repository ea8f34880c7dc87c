import GraphAnalysis
import ReferenceGraph

/// The strings that an object keeps alive: its own and those of what it dominates, the nearest first.
///
/// Where a string object and the array with its characters both are among them, the text is listed once: the string.
public struct HeldStrings: Sendable {
  /// An object that holds readable text, or refers to a constant of the program.
  public struct Entry: Sendable, Hashable {
    /// The object that holds or refers to it.
    public let object: ObjectID
    /// Its beginning; text from a dump, not safe for a terminal as it is.
    public let text: String
    /// The length of all of it, in bytes.
    public let length: Int
  }

  /// What was found, breadth first.
  public let entries: [Entry]
  /// Whether there may be more: the search was ended at its limits.
  public let isCapped: Bool

  /// Looks at `id` and what it dominates, breadth first.
  ///
  /// At most `visitLimit` objects are looked at and `limit` strings found, of each the first `textLimit` bytes kept.
  /// Throws `Cancelled` when `progress` says so.
  public init(
    below id: ObjectID, analysis: HeapAnalysis, limit: Int = 1000, visitLimit: Int = 50_000, textLimit: Int = 200,
    progress: WorkProgress = WorkProgress()
  ) throws(Cancelled) {
    let details = analysis.heap.details
    var entries: [Entry] = []
    var queue = [id]
    var head = 0
    var isCapped = false
    // Arrays that a listed object refers to: its text is theirs.
    var parts: Set<ObjectID> = []
    while head < queue.count, entries.count < limit {
      let object = queue[head]
      head += 1
      if head & 0xff == 0, progress.isCancelled { throw Cancelled() }
      if object != .root, !parts.contains(object), let found = details.text(of: object, limit: textLimit),
        found.length > 0
      {
        for place in analysis.graph.references(of: object) {
          let target = analysis.graph.target(of: place)
          if target != object, analysis.graph.objectClass(of: target).flags.contains(.array) { parts.insert(target) }
        }
        entries.append(Entry(object: object, text: found.text, length: found.length))
      }
      if object != .root {
        entries += details.literals(of: object, limit: limit - entries.count, textLimit: textLimit).map {
          Entry(object: object, text: $0.text, length: $0.length)
        }
      }
      let room = visitLimit - queue.count
      let children = analysis.dominators.childCount(of: object)
      if children > room { isCapped = true }
      if room > 0 { queue += analysis.dominators.children(of: object, 0..<min(children, room)) }
    }
    // One that several strings share may have been met before them.
    self.entries = parts.isEmpty ? entries : entries.filter { !parts.contains($0.object) }
    self.isCapped = isCapped || head < queue.count
  }
}
