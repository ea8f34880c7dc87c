import GraphAnalysis
import ReferenceGraph

extension Model {
  /// Puts the rows of `pane` into their order anew, keeping what is selected selected.
  mutating func reorder(_ pane: inout Pane) {
    guard let analysis else { return }
    let scene = scene(pane)
    let first = scene.sortColumns.first
    let column = pane.sort ?? first
    let selected = selectedKey(pane)
    if ordering?.place == pane.place { ordering = nil }
    if column == first, !pane.reversed, pane.filter.isEmpty {
      pane.order = nil
    } else {
      switch scene.order(by: column ?? .retained) {
      case .rows(let rows): pane.order = rows
      case .work(let request, let rows, let limit):
        // At once when the rows are few, else off the screen's thread.
        if rows <= limit, case .order(let order) = try? perform(request, analysis: analysis, progress: WorkProgress()) {
          pane.order = scene.sorted(order)
        } else {
          ordering = Ordering(request: request, place: pane.place)
        }
      }
    }
    reselect(&pane, selected)
  }

  /// An order that was worked out off the screen's thread is there.
  mutating func finishOrdering(_ order: [UInt32]) {
    guard let ordering, analysis != nil else { return }
    self.ordering = nil
    for isFirst in [true, false] {
      guard var pane = isFirst ? pane : second, pane.place == ordering.place else { continue }
      let selected = selectedKey(pane)
      pane.order = scene(pane).sorted(order)
      reselect(&pane, selected)
      if isFirst { self.pane = pane } else { second = pane }
    }
  }

  private func selectedKey(_ pane: Pane) -> UInt32? {
    let scene = scene(pane)
    return pane.selection < scene.rowCount ? scene.key(ofRow: pane.selection) : nil
  }

  private func reselect(_ pane: inout Pane, _ selected: UInt32?) {
    pane.selection = selected.flatMap { row(ofKey: $0, pane) } ?? 0
    scroll(&pane)
  }

  private func row(ofKey key: UInt32, _ pane: Pane) -> Int? {
    pane.order.map { $0.firstIndex(of: key) } ?? scene(pane).row(ofKey: key)
  }

  /// Numbers descend, names ascend; `reversed` turns either around.
  func ordered(
    _ kept: [Int], _ reversed: Bool, _ column: SortColumn, name: (Int) -> String, number: (Int) -> UInt64
  ) -> [UInt32] {
    let sorted: [Int]
    if column == .name {
      sorted = kept.map { (name($0), $0) }.sorted { ($0.0, $0.1) < ($1.0, $1.1) }.map(\.1)
    } else {
      sorted = kept.map { (number($0), $0) }.sorted { ($0.0, $1.1) > ($1.0, $0.1) }.map(\.1)
    }
    return (reversed ? sorted.reversed() : sorted).map { UInt32($0) }
  }
}

/// Whether `text` has `part` in it; upper and lower case are the same unless `part` has upper case.
func matches(_ text: String, _ part: String) -> Bool {
  if part.isEmpty { return true }
  guard part.utf8.allSatisfy({ $0 < 0x80 }) else {
    return part == part.lowercased() ? text.lowercased().contains(part) : text.contains(part)
  }
  // Byte by byte: of a list of thousands every row is looked at for one key.
  let folds = !part.utf8.contains { (0x41...0x5A).contains($0) }
  let wanted = part.utf8.span
  let bytes = text.utf8.span
  guard bytes.count >= wanted.count else { return false }
  var start = 0
  next: while start <= bytes.count - wanted.count {
    var offset = 0
    while offset < wanted.count {
      var byte = bytes[start + offset]
      if folds, byte &- 0x41 < 26 { byte |= 0x20 }
      if byte != wanted[offset] {
        start += 1
        continue next
      }
      offset += 1
    }
    return true
  }
  return false
}
