/// Finding shapes that have become others.
extension HeapDiff {
  /// The least share of their references that two shapes have in common when they are one.
  private static let leastOverlap = 0.5

  /// By the keys of shapes that are new those of the shapes that they were.
  static func earlierKeys(_ before: HeapDigest, _ after: HeapDigest) -> [String: String] {
    func only(_ one: HeapDigest, _ other: HeapDigest) -> [[String]: String] {
      var keys: [[String]: String?] = [:]
      for (key, shape) in one.shapes where other.shapes[key] == nil && !shape.tellingClasses.isEmpty {
        // Of several none is it.
        keys[shape.tellingClasses] = .some(keys[shape.tellingClasses] == nil ? key : nil)
      }
      return keys.compactMapValues { $0 }
    }
    let gone = only(before, after)
    var result: [String: String] = [:]
    for (classes, key) in only(after, before) { result[key] = gone[classes] }
    let matched = Set(result.values)
    let left = before.shapes.filter { after.shapes[$0.key] == nil && !matched.contains($0.key) }
    let come = after.shapes.filter { before.shapes[$0.key] == nil && result[$0.key] == nil }
    return result.merging(overlapping(left, come)) { one, _ in one }
  }

  /// A share of references in common; compared without rounding.
  private struct Overlap: Comparable {
    var common = 0
    var all = 1
    static func < (one: Overlap, other: Overlap) -> Bool { one.common * other.all < other.common * one.all }
  }

  /// The shape with the largest overlap of those met so far.
  ///
  /// `key` is nil when two have the same overlap: then it is not known which of them it became.
  private struct Best {
    var overlap = Overlap()
    var key: String?

    mutating func meet(_ other: String, _ found: Overlap) {
      if found > overlap {
        (overlap, key) = (found, other)
      } else if !(found < overlap) {
        key = nil
      }
    }
  }

  /// Those of `come`, by key, with those of `left` that have most in common with each other, and half at least.
  private static func overlapping(
    _ left: [String: HeapDigest.Shape], _ come: [String: HeapDigest.Shape]
  ) -> [String: String] {
    // Shapes that share a step that few have: with half in common there is such a step, but for the smallest.
    let fewShapes = 64
    var byStep: [UInt64: [String]] = [:]
    for (key, shape) in left {
      for hash in shape.steps.hashes { byStep[hash, default: []].append(key) }
    }
    var (bestOfLeft, bestOfCome): ([String: Best], [String: Best]) = ([:], [:])
    for (key, shape) in come where !shape.tellingClasses.isEmpty {
      var candidates: Set<String> = []
      for hash in shape.steps.hashes {
        if let keys = byStep[hash], keys.count <= fewShapes { candidates.formUnion(keys) }
      }
      for candidate in candidates.sorted() {
        guard let other = left[candidate], !other.tellingClasses.isEmpty else { continue }
        let (common, all) = shape.steps.overlap(with: other.steps)
        let overlap = Overlap(common: common, all: max(1, all))
        guard Double(common) >= leastOverlap * Double(all) else { continue }
        bestOfCome[key, default: Best()].meet(candidate, overlap)
        bestOfLeft[candidate, default: Best()].meet(key, overlap)
      }
    }
    var result: [String: String] = [:]
    for (key, best) in bestOfCome {
      if let other = best.key, bestOfLeft[other]?.key == key { result[key] = other }
    }
    return result
  }
}

/// Finds a shape of a dump that has all the references of another and more.
struct LargerShapes {
  private let digest: HeapDigest
  /// By step the shapes that have it, of those with more than one.
  private var byStep: [UInt64: [String]] = [:]

  init(_ digest: HeapDigest) {
    self.digest = digest
    for (key, shape) in digest.shapes where shape.steps.hashes.count > 1 {
      for hash in shape.steps.hashes { byStep[hash, default: []].append(key) }
    }
  }

  /// The one with the most cycles' bytes; ties by key.
  func key(with steps: StepSketch) -> String? {
    var fewest: [String]?
    for hash in steps.hashes {
      guard let keys = byStep[hash] else { return nil }
      if keys.count < fewest?.count ?? .max { fewest = keys }
    }
    let found = (fewest ?? []).filter { digest.shapes[$0].map { steps.isPart(of: $0.steps) } ?? false }
    return found.min {
      let (one, other) = (digest.shapes[$0]?.amount.retained ?? 0, digest.shapes[$1]?.amount.retained ?? 0)
      return one != other ? one > other : $0 < $1
    }
  }
}
