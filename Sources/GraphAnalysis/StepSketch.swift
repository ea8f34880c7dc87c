/// The steps of a shape as numbers, few enough to be kept when the dump is gone: how much two shapes have in common is
/// estimated by the least hashes of all their steps, and counted where there are no more than are kept (Broder, "On the
/// resemblance and containment of documents", 1997).
public struct StepSketch: Sendable, Hashable {
  /// The most hashes that are kept.
  static let limit = 8192

  /// Ascending, each once.
  let hashes: [UInt64]
  /// Whether these are all.
  let isWhole: Bool

  init(_ signature: [ShapeStep]) {
    let all = Set(signature.map { mixed($0.hash()) }).sorted()
    hashes = Array(all.prefix(Self.limit))
    isWhole = all.count <= Self.limit
  }

  /// The steps that both have among those that either has, and how many those are.
  func overlap(with other: StepSketch) -> (common: Int, all: Int) {
    var (common, all) = (0, 0)
    var (i, j) = (0, 0)
    let limit = isWhole && other.isWhole ? Int.max : Self.limit
    while all < limit, i < hashes.count || j < other.hashes.count {
      all += 1
      if i == hashes.count {
        j += 1
      } else if j == other.hashes.count || hashes[i] < other.hashes[j] {
        i += 1
      } else if hashes[i] > other.hashes[j] {
        j += 1
      } else {
        common += 1
        i += 1
        j += 1
      }
    }
    return (common, all)
  }

  /// Whether all its steps are steps of `other`, which has more.
  func isPart(of other: StepSketch) -> Bool {
    guard isWhole, other.isWhole, hashes.count < other.hashes.count else { return false }
    var j = 0
    for hash in hashes {
      while j < other.hashes.count, other.hashes[j] < hash { j += 1 }
      guard j < other.hashes.count, other.hashes[j] == hash else { return false }
    }
    return true
  }
}
