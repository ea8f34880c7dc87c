import ReferenceGraph

/// The entries of the collections that were looked at last: a screen asks for those it shows again and again.
struct HPROFLastEntries {
  private var known: [(object: ObjectID, entries: [HPROFCollections.Entry])] = []
  /// Collections that are kept, and entries in all of them but the last.
  private static let limit = 64
  private static let entryLimit = 1 << 21

  mutating func entries(of object: ObjectID) -> [HPROFCollections.Entry]? {
    guard let index = known.lastIndex(where: { $0.object == object }) else { return nil }
    // Those that are used stay.
    if index < known.count - 1 { known.append(known.remove(at: index)) }
    return known[known.count - 1].entries
  }

  mutating func keep(_ entries: [HPROFCollections.Entry], of object: ObjectID) {
    known.removeAll { $0.object == object }
    known.append((object, entries))
    var sum = known.reduce(0) { $0 + $1.entries.count }
    while known.count > Self.limit || known.count > 2 && sum > Self.entryLimit {
      sum -= known.removeFirst().entries.count
    }
  }
}
