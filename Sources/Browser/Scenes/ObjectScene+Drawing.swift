import GraphAnalysis
import Layout
import ReferenceGraph
import Screen
import TextSafety

extension ObjectScene {
  /// Rows above the contents of an object: what it is, its sizes, and the lists there are.
  var headerHeight: Int { model.bodyHeight < 12 ? 3 : 5 }

  /// The inspector: what an object is, and its fields, referrers, dominated objects or allocation stack.
  func draw(_ analysis: HeapAnalysis, focused: Bool, _ canvas: inout Canvas) {
    let heap = analysis.heap
    let objectClass = heap.graph.objectClass(of: id)
    var badge = model.badges(of: id)
    if let mark = model.mark(on: id) { badge.append((" \(mark.verdict.name)", model.style(of: mark.verdict))) }
    let badgeWidth = badge.reduce(0) { $0 + DisplayWidth.width(of: $1.0) } + 1
    canvas.cut(heap.label(of: id), 0, 2, canvas.width - badgeWidth - 3, .heading)
    var column = canvas.width - badgeWidth
    for (text, style) in badge { column = canvas.put(text, 0, column, style) }
    var kind = objectClass.flags.contains(.untyped) ? "type not known" : objectClass.name
    if objectClass.flags.contains(.pointerFree) { kind += ", holds no references" }
    if let text = heap.details.text(of: id, limit: 200) {
      kind +=
        " · text “\(SafeText.line(text.text))”" + (text.length > 200 ? "… \(Count.text(text.length)) B" : "")
    }
    let header = headerHeight
    if header == 5 { canvas.cut("#\(id.rawValue) · \(kind)", 1, 2, canvas.width - 3, .dim) }
    var facts = "shallow \(ByteCount.text(heap.graph.size(of: id)))"
    if let distance = analysis.paths.distance(of: id) {
      facts += " · retained \(ByteCount.text(analysis.dominators.retainedSize(of: id)))"
      facts += " (\(Count.text(analysis.dominators.retainedObjects(of: id), "object")))"
      if let own = heap.details.distanceSoon(of: id) { facts += " · distance \(Count.text(Int(own)))" }
      facts += " · \(Count.text(distance, "step")) from "
      let hold = analysis.hold(of: id)
      if case .unrecorded = hold {
        facts += "what holds it: \(analysis.words(hold))"
      } else {
        facts += analysis.holderText(of: id).map(shortClassName) ?? "a root"
      }
    } else {
      facts += " · unreachable: \(analysis.unheldSentence(analysis.hold(of: id)))"
    }
    let outside = heap.details.outsideBytes(of: id)
    if outside > 0 { facts += " · \(ByteCount.text(outside)) outside of the heap" }
    let lines = Model.fitted([wrapped(facts, width: canvas.width - 3)], height: header == 5 ? 2 : 1)
    for (number, line) in lines.enumerated() { canvas.cut(line, (header == 5 ? 2 : 1) + number, 2, canvas.width - 3) }
    drawTabs(of: id, pane, header - 1, &canvas)
    let count = rowCount
    let page = pageHeight
    if count == 0 {
      let isLooking = pane.tab == .strings && model.strings[id] == nil
      let isCounting = pane.tab == .fields && !heap.hasValuesAtHand(of: id)
      let text =
        isLooking
        ? "looking for strings …"
        : isCounting
          ? "going through its entries …"
          : pane.filter.isEmpty ? emptyText(pane.tab) : "no row has “\(pane.filter)”"
      canvas.cut(text, header, 2, canvas.width - 3, .dim)
    }
    // Rows that follow each other are read at once.
    let values =
      pane.tab == .fields && pane.order == nil && count > 0
      ? heap.values(of: id, from: pane.top, limit: page).values : []
    let names = fieldNameWidth(values, canvas.width)
    let stack = pane.tab == .allocation ? heap.details.allocationStack(of: id) : []
    for line in 0..<page where pane.top + line < count {
      let row = index(ofRow: pane.top + line)
      switch pane.tab {
      case .fields:
        let value =
          pane.order == nil
          ? (line < values.count ? values[line] : nil)
          : heap.values(of: id, from: row, limit: 1).values.first
        if let value { drawField(value, names, cut: isCutField(value, of: id), header + line, analysis, &canvas) }
      case .allocation: drawFrame(stack[row], header + line, &canvas)
      case .strings:
        if let found = model.strings[id] { drawString(found.entries[row], of: id, header + line, analysis, &canvas) }
      case .referrers: drawReferrer(of: id, row, names, header + line, analysis, &canvas)
      case .dominated:
        if let child = model.rowTarget(id, tab: .dominated, row: row) {
          let field = heap.shortField(from: id, to: child) ?? ""
          drawReference(field, child, names, isCut: hasCut(from: id, to: child), header + line, analysis, &canvas)
        }
      }
      if pane.top + line == pane.selection { canvas.select(header + line, focused: focused) }
    }
    drawCompanion(of: id, pane, analysis, &canvas)
  }

  /// The lists there are of an object; where it is tight, how long they are is said of the open one only.
  private func drawTabs(of id: ObjectID, _ pane: Pane, _ y: Int, _ canvas: inout Canvas) {
    let counts = ObjectTab.allCases.map { model.objectRowCount(id, tab: $0) }
    func titles(_ all: Bool) -> [String] {
      zip(ObjectTab.allCases, counts).map { tab, count in
        let isOpen = tab == pane.tab
        let title = count == 0 || !(all || isOpen) ? tab.title : "\(tab.title) \(Count.text(count))"
        return isOpen ? "[\(title)]" : " \(title) "
      }
    }
    let full = titles(true)
    let isTight = full.reduce(1) { $0 + $1.count + 1 } > canvas.width
    var column = 2
    for (tab, title) in zip(ObjectTab.allCases, isTight ? titles(false) : full) {
      column = canvas.put(title, y, column, tab == pane.tab ? .heading : .dim) + (isTight ? 0 : 1)
    }
  }

  /// The columns for the names of fields: as the longest that is seen needs, within two fifths of the pane.
  private func fieldNameWidth(_ values: [FieldValue], _ width: Int) -> Int {
    let longest = values.reduce(16) { max($0, DisplayWidth.width(of: shortClassName($1.name), glyphs: model.glyphs)) }
    return max(16, min(values.isEmpty ? 24 : longest, width * 2 / 5 - 4))
  }

  private func emptyText(_ tab: ObjectTab) -> String {
    switch tab {
    case .fields: "no contents"
    case .referrers: "nothing refers to it"
    case .dominated: "it alone keeps nothing else alive"
    case .strings: "no readable text in it or in what it keeps alive"
    case .allocation: "the dump has no allocation stack for it"
    }
  }

  /// A field: its name, and what it refers to or holds.
  private func drawField(
    _ value: FieldValue, _ names: Int, cut: Bool, _ y: Int, _ analysis: HeapAnalysis, _ canvas: inout Canvas
  ) {
    if let target = value.target {
      drawReference(
        shortClassName(value.name), target, names, isCut: cut, y, analysis, &canvas,
        value: value)
    } else {
      let name = shortClassName(value.name)
      let text = value.excerpt.map { self.text($0, at: names + 3, .dim) } ?? RowText(value.text, at: names + 3, .dim)
      canvas.texts(
        [RowText(name, at: 2) { model.fittedField(name, width: $0) }, text], y, end: canvas.width - 1, gap: 1)
    }
  }

  /// A text; where it does not fit it is cut, and its length said.
  private func text(_ excerpt: FieldValue.Excerpt, at column: Int, _ style: Style) -> RowText {
    let quote = excerpt.length.isEmpty ? "" : "\""
    let cut = excerpt.isCut ? "\"\(excerpt.text)…\"" : quote + excerpt.text + quote
    let length = excerpt.length.isEmpty ? "" : " \(excerpt.length)"
    return RowText(excerpt.isCut ? cut + length : cut, at: column, style) { width in
      let short = width - DisplayWidth.width(of: length, glyphs: model.glyphs)
      return short >= 8 ? DisplayWidth.cut(cut, to: short, glyphs: model.glyphs) + length : cut
    }
  }

  private func drawReference(
    _ field: String, _ target: ObjectID, _ names: Int, isCut: Bool, _ y: Int, _ analysis: HeapAnalysis,
    _ canvas: inout Canvas, value: FieldValue? = nil
  ) {
    let badge = model.badges(of: target)
    let badgeWidth = max(3, badge.reduce(0) { $0 + DisplayWidth.width(of: $1.0) } + 1)
    let sizes = canvas.width - badgeWidth - 1
    let size = ByteCount.text(analysis.dominators.retainedSize(of: target))
    let style: Style = analysis.components.component(of: target) == nil ? .plain : .cycle
    let cut = isCut ? "≠ " : ""
    var texts = [
      RowText(cut + field, at: 2, isCut ? .suspect : .plain) { cut + model.fittedField(field, width: $0 - cut.count) }
    ]
    if let excerpt = value?.excerpt {
      texts.append(text(excerpt, at: names + 3, style))
    } else {
      // The class counts more than its address, and than what is to be said of the value.
      let name = shortClassName(analysis.heap.name(of: target))
      texts.append(RowText(shortClassName(analysis.heap.label(of: target)), at: names + 3, style, brief: name))
      if let note = value?.note { texts.append(RowText(note, at: names + 3, .dim, brief: "")) }
    }
    canvas.texts(texts, y, end: sizes - size.count - 1, gap: 1)
    canvas.right(size, y, sizes, .size)
    var column = canvas.width - badgeWidth
    for (text, style) in badge { column = canvas.put(text, y, column, style) }
  }

  private func drawReferrer(
    of id: ObjectID, _ row: Int, _ names: Int, _ y: Int, _ analysis: HeapAnalysis, _ canvas: inout Canvas
  ) {
    guard let source = model.rowTarget(id, tab: .referrers, row: row) else {
      // Referrers ascend and the virtual root is the lowest: its rows are the object's roots, in their order.
      let roots = analysis.roots(directlyHolding: id)
      let name = row < roots.count ? shortClassName(analysis.graph.nameOfRoot(roots[row])) : "a root"
      let isCut = row < roots.count && model.isCut(ReferencePlace(source: .root, index: roots[row]))
      canvas.texts(
        [
          RowText(isCut ? "≠ GC root" : "GC root", at: 2, isCut ? .suspect : .dim),
          RowText(name, at: names + 3, .link),
        ], y, end: canvas.width - 1, gap: 1)
      return
    }
    drawReference(
      analysis.heap.shortField(from: source, to: id) ?? "", source, names, isCut: hasCut(from: source, to: id), y,
      analysis, &canvas)
  }

  /// Whether the reference in a field is cut in thought.
  private func isCutField(_ value: FieldValue, of id: ObjectID) -> Bool {
    guard let target = value.target else { return false }
    return model.cuts.contains {
      $0.source == id && analysis.graph.target(of: $0) == target
        && (analysis.heap.fieldName(of: $0) == value.name || !hasSeveral(from: id, to: target))
    }
  }

  /// Whether an object refers to another more than once.
  private func hasSeveral(from source: ObjectID, to target: ObjectID) -> Bool {
    let rows = analysis.graph.rows
    return rows.range(of: source).lazy.filter { rows.targets[$0] == target.rawValue }.prefix(2).reduce(0) { sum, _ in
      sum + 1
    } > 1
  }

  /// Whether a reference from one object to another is cut in thought.
  private func hasCut(from source: ObjectID, to target: ObjectID) -> Bool {
    model.cuts.contains { $0.source == source && analysis.graph.target(of: $0) == target }
  }

  /// A string, and the object that holds it.
  private func drawString(
    _ entry: HeldStrings.Entry, of id: ObjectID, _ y: Int, _ analysis: HeapAnalysis, _ canvas: inout Canvas
  ) {
    let holder = entry.object == id ? "itself" : analysis.heap.addressText(of: entry.object)
    let sizes = canvas.width - 3
    canvas.right("\(Count.text(entry.length)) \(analysis.heap.facts.textUnit.rawValue)", y, sizes, .size)
    canvas.right(holder, y, sizes - 11, .dim)
    let room = sizes - 14 - DisplayWidth.width(of: holder)
    let more = entry.text.utf8.count < entry.length ? "…" : ""
    canvas.cut("“\(String(entry.text.map { $0.isNewline ? " " : $0 }))\(more)”", y, 2, room)
  }

  private func drawFrame(_ frame: StackFrame, _ y: Int, _ canvas: inout Canvas) {
    let place = "\(frame.file):\(frame.line)"
    let width = DisplayWidth.width(of: place, glyphs: model.glyphs)
    canvas.texts(
      [
        RowText(frame.function, at: 2),
        // Of a long path the end says more.
        RowText(place, at: canvas.width - 1 - width, .dim) { $0 < 2 ? "" : "…" + String(place.suffix($0 - 1)) },
      ], y, end: canvas.width - 1)
  }
}
