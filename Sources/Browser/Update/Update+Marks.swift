import CycleMarks
import GraphAnalysis
import Layout
import ReferenceGraph

extension Model {
  /// What a mark on the selected row is on: what the row is.
  ///
  /// A shape, one cycle of several, an object, a root, the objects of a class, or a cut of a cycle.
  func markTarget(_ pane: Pane) -> MarkedRow? { analysis == nil ? nil : scene(pane).markTarget }

  func target(ofClass index: Int) -> MarkedRow {
    (marked.mark(ofClass: index)?.target ?? .objects(className: analysis!.graph.classes[index].name), nil, nil)
  }

  func target(of group: CutGroup.ID, in id: ComponentID) -> MarkedRow {
    let shape = analysis!.shapes[analysis!.components[id].shape]
    // It may have been marked as one of a shape that has become this one.
    return (marked.mark(of: group, in: id)?.target ?? .cut(shape: shape.key, group: group), id, nil)
  }

  func target(ofShape index: Int) -> MarkedRow {
    let shape = analysis!.shapes[index]
    return (target(ofWholeShape: index), shape.components.first, nil)
  }

  /// A shape has the mark that it had as another one.
  func target(ofWholeShape index: Int) -> MarkTarget {
    marked.mark(ofShape: index)?.target ?? .shape(analysis!.shapes[index].key)
  }

  /// A cycle that is the only one of its shape is marked as the shape: that will be found in the next dump.
  func target(ofCycle id: ComponentID) -> MarkedRow {
    let number = analysis!.components[id].shape
    let shape = analysis!.shapes[number]
    if let own = marked.mark(ofCycle: id) { return (own.target, id, nil) }
    if shape.count == 1 || marked.mark(ofShape: number) != nil { return (target(ofWholeShape: number), id, nil) }
    let first = first(of: id)!
    return (.cycle(shape: shape.key, first: analysis!.graph.addresses.address(of: first)), id, nil)
  }

  func target(ofObject object: ObjectID) -> MarkedRow {
    let graph = analysis!.graph
    let target = MarkTarget.object(
      address: graph.addresses.address(of: object), className: graph.objectClass(of: object).name)
    return (target, nil, object)
  }

  /// The mark that the selected row has, or would get.
  func markDraft(_ pane: Pane, now: Int = 0) -> Mark? {
    guard let analysis, let (target, component, object) = markTarget(pane) else { return nil }
    if let mark = marks.mark(for: target) { return mark }
    if let object { return Mark(object: object, in: analysis, at: now) }
    if case .root = target { return rootMark(pane, analysis, now) }
    if case .objects = target { return scene(pane).selectedClass.map { Mark(classIndex: $0, in: analysis, at: now) } }
    guard let component else { return nil }
    if case .cut(_, let group) = target {
      guard let report = reports[component], let found = cutGroups[component]?.group(group) else { return nil }
      return Mark(cut: found, of: report, in: analysis, at: now)
    }
    let number = analysis.components[component].shape
    if let report = reports[component] {
      if case .shape = target { return Mark(shape: number, report: report, in: analysis, at: now) }
      return Mark(cycle: report, in: analysis, at: now)
    }
    // Its ring is not known yet: that is filled in when it is.
    let cycle = analysis.components[component]
    let shape = analysis.shapes[number]
    let isShape = target.kind == "shape"
    let root = first(of: component).flatMap { analysis.namedHolder(of: $0) }
    return Mark(
      target: target, title: shape.title, objects: isShape ? shape.objects : cycle.objects,
      retained: isShape ? shape.retained : cycle.retained, root: root?.name ?? "", made: now,
      dump: analysis.heap.facts.fileName)
  }

  /// A mark on the root whose reference the selected row is.
  private func rootMark(_ pane: Pane, _ analysis: HeapAnalysis, _ now: Int) -> Mark? {
    guard case .reference(let place) = reference(ofRow: pane.selection, pane), place.source == .root else { return nil }
    return Mark(root: Int(place.index), in: analysis, at: now)
  }

  /// Marks the selected row as suspect, or takes its mark away.
  mutating func toggleMark(now: Int) -> [Effect] {
    guard let mark = markDraft(focused, now: now) else { return [] }
    if marks.toggle(mark) {
      return marked(mark, "marked", component: markTarget(focused)?.component)
    }
    message = Message(text: "mark \(mark.letter.text) removed; u brings it back", isError: false)
    refreshMarked()
    scroll(&pane)
    return [.saveMarks]
  }

  /// A mark that was made or changed is written at once; its ring is filled in when it is known.
  private mutating func marked(_ mark: Mark, _ what: String, component: ComponentID?) -> [Effect] {
    let letter = marks.mark(for: mark.target)?.letter.text ?? ""
    message = Message(text: "\(what) \(letter), \(mark.verdict.name): \(mark.title)", isError: false)
    refreshMarked()
    if mark.ring.isEmpty, let component { marking.append(component) }
    return [.saveMarks]
  }

  /// Gives marks that were made before the ring was known what they lack.
  mutating func completeMarks(_ report: CycleReport) -> [Effect] {
    guard let analysis else { return [] }
    let number = report.component.shape
    let key = analysis.shapes[number].key
    var changed = false
    for mark in marks.marks where mark.ring.isEmpty && mark.target.shape == key {
      let full: Mark
      switch mark.target {
      case .shape: full = Mark(shape: number, report: report, in: analysis, at: mark.made)
      case .cycle where marked[mark.target] == .cycle(report.component.id):
        full = Mark(cycle: report, in: analysis, at: mark.made)
      default: continue
      }
      changed = true
      marks.complete(
        Mark(
          target: mark.target, verdict: mark.verdict, note: mark.note, title: full.title, witness: full.witness,
          ring: full.ring, objects: full.objects, retained: full.retained, root: full.root, made: mark.made,
          changed: mark.changed, dump: mark.dump, letter: mark.letter))
    }
    return changed ? [.saveMarks] : []
  }

  /// Opens the editor of verdict and note for the selected row.
  mutating func editMark(now: Int) {
    guard let mark = markDraft(focused, now: now) else { return }
    let component = markTarget(focused)?.component
    prompt = .note(
      NoteDraft(mark: mark, component: component, verdict: mark.verdict, field: TextField(mark.note)))
  }

  /// Keeps what the editor holds.
  mutating func keepNote(_ draft: NoteDraft, now: Int) -> [Effect] {
    // What the screen shows may have changed since the prompt was opened; what is marked has not.
    let old = marks.mark(for: draft.mark.target) ?? draft.mark
    let mark = old.changed(verdict: draft.verdict, note: draft.field.text, at: now)
    marks.set(mark)
    return marked(mark, "kept", component: draft.component)
  }

  mutating func undo(redo: Bool) -> [Effect] {
    let words = redo ? marks.redo() : marks.undo()
    message = words.map { Message(text: $0, isError: false) }
    refreshMarked()
    scroll(&pane)
    return [.saveMarks]
  }

  /// Goes to the mark that people call `letter`.
  mutating func jump(to letter: String) {
    guard let name = MarkLetter(letter), let mark = marks.mark(lettered: name) else {
      message = Message(text: "no mark \(letter)", isError: false)
      return
    }
    if let place = place(of: mark) {
      go(to: place)
    } else {
      if case .absent(let why) = marked[mark.target] { message = Message(text: why, isError: false) }
    }
  }

  /// Finds anew what the marks are in this dump.
  mutating func refreshMarked() {
    if let analysis { marked = marks.matching(analysis) }
  }

  private func markOfRoot(of object: ObjectID) -> Mark? {
    guard marked.hasRoots, let analysis else { return nil }
    return analysis.roots(directlyHolding: object).lazy.compactMap { marked.mark(ofRoot: $0) }.first
  }

  /// The mark that stands on an object: its own, that of a root that refers to it, or that of its cycle.
  func mark(on object: ObjectID) -> Mark? {
    marked.mark(ofObject: object) ?? markOfRoot(of: object)
      ?? analysis?.components.component(of: object).flatMap { mark(on: $0) }
  }

  /// The mark on a cycle: its own, or that of its shape.
  func mark(on component: ComponentID) -> Mark? {
    guard let analysis else { return nil }
    return marked.mark(ofCycle: component) ?? marked.mark(ofShape: analysis.components[component].shape)
  }
}
