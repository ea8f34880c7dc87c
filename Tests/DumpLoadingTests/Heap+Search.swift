import ReferenceGraph
import Testing

extension Heap {
  /// The objects that hold `text`, and where in each it begins first.
  func search(_ text: String) throws -> [ObjectID: Int] {
    let pattern = try #require(TextPattern(text))
    var found: [ObjectID: Int] = [:]
    try details.search(pattern, in: graph, progress: WorkProgress()) { object, offset in
      #expect(found[object] == nil, "each object once")
      found[object] = offset
      return true
    }
    return found
  }
}
