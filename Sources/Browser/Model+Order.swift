import GraphAnalysis
import ReferenceGraph

extension Model {
  /// The columns a pane can be sorted by, the one it starts with first.
  func sortColumns(_ place: Place) -> [SortColumn] {
    switch place {
    case .cycles: [.retained, .count, .objects, .shallow, .entries, .name]
    case .shape: [.retained, .objects, .shallow, .entries, .address]
    case .classes: [.retained, .objects, .shallow, .name]
    case .instances: [.retained, .shallow, .address]
    default: []
    }
  }

  /// Shapes with more cycles than this are sorted off the screen's thread.
  static let inlineSortLimit = 20_000

  /// Puts the rows of `pane` into their order anew, keeping what is selected selected.
  mutating func reorder(_ pane: inout Pane) {
    let column = pane.sort ?? sortColumns(pane.place).first
    let selected = pane.selection < rowCount(pane) ? rowKey(pane.selection, pane) : nil
    guard let analysis, let column else { return }
    let isPlain = column == sortColumns(pane.place).first && !pane.reversed && pane.filter.isEmpty
    switch pane.place {
    case .cycles: pane.order = isPlain ? nil : orderedShapes(pane, column, analysis)
    case .classes: pane.order = isPlain ? nil : orderedClasses(pane, column, analysis)
    case .instances(let index):
      pane.order = isPlain ? nil : orderedInstances(pane, column, instances[index]?.objects ?? [], analysis)
    case .shape(let shape):
      if isPlain {
        pane.order = nil
      } else if analysis.shapes[shape].components.count <= Self.inlineSortLimit {
        pane.order = sortedComponents(ofShape: shape, by: column, reversed: pane.reversed, analysis: analysis)
      } else {
        pane.order = nil
        sorting = .sortShape(shape, column, reversed: pane.reversed)
      }
    default: return
    }
    let count = rowCount(pane)
    if let selected, let row = (0..<count).first(where: { rowKey($0, pane) == selected }) {
      pane.selection = row
    } else {
      pane.selection = 0
    }
    scroll(&pane)
  }

  private func rowKey(_ row: Int, _ pane: Pane) -> UInt32 {
    switch pane.place {
    case .shape: component(ofRow: row, pane)?.rawValue ?? .max
    case .instances(let index): pane.order?[row] ?? instances[index]?.objects[row].rawValue ?? .max
    default: UInt32(index(ofRow: row, pane))
    }
  }

  private func orderedShapes(_ pane: Pane, _ column: SortColumn, _ analysis: HeapAnalysis) -> [UInt32] {
    let shapes = analysis.shapes
    let kept = shapes.indices.filter {
      matches(shapes[$0].title, pane.filter)
        || pane.filter.lowercased() == "collectable" && shapes[$0].heldCount < shapes[$0].count
    }
    return ordered(
      kept, pane.reversed, column, name: { shapes[$0].title },
      number: { index in
        let shape = shapes[index]
        switch column {
        case .count: return UInt64(shape.count)
        case .objects: return UInt64(shape.objects)
        case .shallow: return shape.shallow
        case .entries: return UInt64(shape.entries)
        default: return shape.retained
        }
      })
  }

  private func orderedClasses(_ pane: Pane, _ column: SortColumn, _ analysis: HeapAnalysis) -> [UInt32] {
    let rows = analysis.histogram.rows
    let classes = analysis.graph.classes
    let kept = rows.indices.filter { matches(classes[rows[$0].classIndex].name, pane.filter) }
    return ordered(
      kept, pane.reversed, column, name: { classes[rows[$0].classIndex].name },
      number: { index in
        switch column {
        case .objects: UInt64(rows[index].objects)
        case .shallow: rows[index].shallow
        default: rows[index].retained
        }
      })
  }

  private func orderedInstances(_ pane: Pane, _ column: SortColumn, _ objects: [ObjectID], _ analysis: HeapAnalysis)
    -> [UInt32]
  {
    let kept = objects.filter { matches(analysis.heap.addressText(of: $0), pane.filter) }.map { Int($0.rawValue) }
    // They are listed by retained size.
    if column == .retained, !pane.reversed { return kept.map { UInt32($0) } }
    return ordered(
      kept, pane.reversed, column, name: { _ in "" },
      number: { id in
        switch column {
        case .shallow: analysis.graph.size(of: ObjectID(id))
        case .address: .max - analysis.graph.addresses.address(of: ObjectID(id))
        default: analysis.dominators.retainedSize(of: ObjectID(id))
        }
      })
  }

  /// Numbers descend, names ascend; `reversed` turns either around.
  private func ordered(
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
}
