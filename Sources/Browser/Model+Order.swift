import GraphAnalysis
import ReferenceGraph

extension Model {
  /// The columns a pane can be sorted by, the one it starts with first.
  func sortColumns(_ place: Place) -> [SortColumn] {
    switch place {
    case .cycles: [.retained, .count, .objects, .shallow, .entries, .name]
    case .shape: [.retained, .objects, .shallow, .entries, .address]
    case .classes: [.retained, .objects, .shallow, .name]
    case .instances, .found: [.retained, .shallow, .address]
    case .diff: diff == nil ? [] : [.retained, .objects, .state, .name]
    default: []
    }
  }

  /// Shapes with more cycles than this are sorted off the screen's thread.
  static let inlineSortLimit = 20_000

  /// Puts the rows of `pane` into their order anew, keeping what is selected selected.
  mutating func reorder(_ pane: inout Pane) {
    guard let analysis else { return }
    let column = pane.sort ?? sortColumns(pane.place).first
    let selected = selectedKey(pane)
    let isPlain = column == sortColumns(pane.place).first && !pane.reversed && pane.filter.isEmpty
    if ordering?.place == pane.place { ordering = nil }
    switch pane.place {
    case .overview:
      pane.order =
        isPlain
        ? nil
        : analysis.suspects.indices.filter { matches(suspectTitle(analysis.suspects[$0]), pane.filter) }
          .map { UInt32($0) }
    case .cycles: pane.order = isPlain ? nil : orderedShapes(pane, column ?? .retained, analysis)
    case .classes: pane.order = isPlain ? nil : orderedClasses(pane, column ?? .retained, analysis)
    case .diff: pane.order = isPlain ? nil : orderedDiff(pane, column ?? .retained)
    case .instances(let index):
      orderObjects(&pane, instances[index]?.objects ?? [], offsets: [:], isPlain: isPlain, analysis)
    case .found(let query):
      orderObjects(
        &pane, found[query]?.objects ?? [], offsets: found[query]?.offsets ?? [:], isPlain: isPlain, analysis)
    case .shape(let shape):
      if isPlain {
        pane.order = nil
      } else {
        order(
          &pane, .sortShape(shape, column ?? .retained, reversed: pane.reversed, filter: pane.filter),
          rows: analysis.shapes[shape].components.count,
          limit: pane.filter.isEmpty ? Self.inlineSortLimit : RowFilter.inlineLimit, analysis)
      }
    case .links, .cut:
      let places = references(of: pane.place)
      if isPlain {
        pane.order = nil
      } else {
        order(
          &pane, .filter(RowFilter(list: .references(places), text: pane.filter)), rows: places.count,
          limit: RowFilter.inlineLimit, analysis)
      }
    case .object(let id):
      if isPlain {
        pane.order = nil
      } else {
        order(
          &pane, .filter(RowFilter(list: contents(of: id, pane.tab), text: pane.filter)),
          rows: objectRowCount(id, tab: pane.tab), limit: RowFilter.inlineLimit, analysis)
      }
    default: break
    }
    reselect(&pane, selected)
  }

  /// Lets `request` put the rows into order: at once when they are few, else off the screen's thread.
  private mutating func order(
    _ pane: inout Pane, _ request: WorkRequest, rows: Int, limit: Int, _ analysis: HeapAnalysis
  ) {
    if rows <= limit, case .order(let order) = try? perform(request, analysis: analysis, progress: WorkProgress()) {
      pane.order = order
    } else {
      ordering = Ordering(request: request, place: pane.place)
    }
  }

  private mutating func orderObjects(
    _ pane: inout Pane, _ objects: [ObjectID], offsets: [ObjectID: Int], isPlain: Bool, _ analysis: HeapAnalysis
  ) {
    guard !isPlain else {
      pane.order = nil
      return
    }
    guard !pane.filter.isEmpty else {
      pane.order = orderedObjects(pane, objects.map(\.rawValue), analysis)
      return
    }
    order(
      &pane, .filter(RowFilter(list: .objects(objects, offsets: offsets), text: pane.filter)), rows: objects.count,
      limit: RowFilter.inlineLimit, analysis)
    if ordering?.place != pane.place { pane.order = orderedObjects(pane, pane.order ?? [], analysis) }
  }

  /// An order that was worked out off the screen's thread is there.
  mutating func finishOrdering(_ order: [UInt32]) {
    guard let ordering, let analysis else { return }
    self.ordering = nil
    for isFirst in [true, false] {
      guard var pane = isFirst ? pane : second, pane.place == ordering.place else { continue }
      let selected = selectedKey(pane)
      switch pane.place {
      case .instances, .found: pane.order = orderedObjects(pane, order, analysis)
      default: pane.order = order
      }
      reselect(&pane, selected)
      if isFirst { self.pane = pane } else { second = pane }
    }
  }

  private func selectedKey(_ pane: Pane) -> UInt32? {
    pane.selection < rowCount(pane) ? rowKey(pane.selection, pane) : nil
  }

  private func reselect(_ pane: inout Pane, _ selected: UInt32?) {
    pane.selection = selected.flatMap { row(ofKey: $0, pane) } ?? 0
    scroll(&pane)
  }

  private func row(ofKey key: UInt32, _ pane: Pane) -> Int? {
    if let order = pane.order { return order.firstIndex(of: key) }
    switch pane.place {
    case .shape(let shape): return analysis?.shapes[shape].components.firstIndex { $0.rawValue == key }
    case .instances(let index): return instances[index]?.objects.firstIndex { $0.rawValue == key }
    case .found(let query): return found[query]?.objects.firstIndex { $0.rawValue == key }
    default: return (0..<rowCount(pane)).first { rowKey($0, pane) == key }
    }
  }

  /// The list of a filter of the inspector's rows.
  private func contents(of id: ObjectID, _ tab: ObjectTab) -> RowFilter.List {
    tab == .strings ? .strings(strings[id]?.entries ?? []) : .contents(id, tab)
  }

  private func rowKey(_ row: Int, _ pane: Pane) -> UInt32 {
    switch pane.place {
    case .shape: component(ofRow: row, pane)?.rawValue ?? .max
    case .instances(let index): pane.order?[row] ?? instances[index]?.objects[row].rawValue ?? .max
    case .found(let query): pane.order?[row] ?? found[query]?.objects[row].rawValue ?? .max
    default: UInt32(clamping: index(ofRow: row, pane))
    }
  }

  private func orderedShapes(_ pane: Pane, _ column: SortColumn, _ analysis: HeapAnalysis) -> [UInt32] {
    let shapes = analysis.shapes
    let kept = shapes.indices.filter {
      matches(shapes[$0].title, pane.filter) || isHeld(shapes[$0], as: pane.filter.lowercased(), analysis)
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

  /// Whether a filter is the word for what holds one of the cycles of a shape, as `held` or `collectable`.
  private func isHeld(_ shape: CycleShape, as word: String, _ analysis: HeapAnalysis) -> Bool {
    guard !word.isEmpty, [Hold.root, .unrecorded(0), .garbage, .notKnown].contains(where: { $0.word == word }) else {
      return false
    }
    return analysis.holds(of: shape).keys.contains { $0.word == word }
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

  /// Objects, given by retained size, by the column that the pane is sorted by.
  private func orderedObjects(_ pane: Pane, _ objects: [UInt32], _ analysis: HeapAnalysis) -> [UInt32] {
    let column = pane.sort ?? .retained
    if column == .retained, !pane.reversed { return objects }
    return ordered(
      objects.map { Int($0) }, pane.reversed, column, name: { _ in "" },
      number: { id in
        switch column {
        case .shallow: analysis.graph.size(of: ObjectID(id))
        case .address: .max - analysis.graph.addresses.address(of: ObjectID(id))
        default: analysis.dominators.retainedSize(of: ObjectID(id))
        }
      })
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
