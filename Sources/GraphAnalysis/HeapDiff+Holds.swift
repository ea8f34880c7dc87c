import ReferenceGraph

extension HeapDiff {
  /// What holds the later dump's objects of a row, where roots do not hold all of them.
  public struct RowHold: Sendable, Hashable {
    /// As files name it: see `Hold.name`.
    public let name: String
    /// A phrase; nil where roots hold all: `held by a cleanup (of 5), which this file does not record`.
    public let words: String?
  }

  /// Of the cycles of a shape; nil where there are none.
  static func hold(ofShape index: Int?, in analysis: HeapAnalysis) -> RowHold? {
    guard let index, let first = analysis.shapes[index].components.first else { return nil }
    let shape = analysis.shapes[index]
    let hold = analysis.hold(of: first)
    if shape.heldCount == 0 {
      return RowHold(name: hold.name, words: "in the later dump without a root: \(analysis.words(hold))")
    }
    let unrecorded = analysis.holds(of: shape).reduce(0) { sum, part in
      if case .unrecorded = part.key { sum + part.value } else { sum }
    }
    guard unrecorded > 0 else { return RowHold(name: hold.name, words: nil) }
    if unrecorded == shape.heldCount, case .unrecorded = hold {
      return RowHold(name: hold.name, words: analysis.words(hold))
    }
    return RowHold(
      name: hold.name,
      words:
        "\(Count.text(unrecorded)) of \(Count.text(shape.heldCount, "cycle")) held by what the file does not record")
  }

  /// Of the objects of a class, by the lasting name of which there are so many that roots do not hold.
  static func hold(ofClass amount: HeapDigest.Amount, unrecorded: Int) -> RowHold {
    let name = unrecorded == amount.objects ? Hold.unrecorded(0).name : Hold.root.name
    guard unrecorded > 0 else { return RowHold(name: name, words: nil) }
    return RowHold(
      name: name,
      words:
        "\(Count.text(unrecorded)) of \(Count.text(amount.objects, "object")) held by what the file does not record")
  }
}
