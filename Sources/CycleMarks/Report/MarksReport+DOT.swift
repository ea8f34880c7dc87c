import GraphAnalysis
import ReferenceGraph
import TextSafety

extension MarksReport {
  /// A drawing for Graphviz: each cycle a dashed red cluster with red edges, the path from its root outside of it, what
  /// a cut takes away marked `✗`.
  func dot() -> String {
    var drawing = DOTDrawing()
    // Clusters first: an object that is in a cycle and on the path to another belongs where its cycle is.
    for block in blocks { drawCycle(block, &drawing) }
    for block in blocks {
      if block.cycle == nil { drawMark(block, &drawing) }
      for index in shown(block.path.count) { draw(block.path[index], isInCycle: false, &drawing) }
    }
    for block in blocks {
      if let group = block.cut { drawGroup(group, &drawing) }
      guard let report = block.cycle else { continue }
      if let group = block.groups?.groups.first, group.id != block.cut?.id { drawGroup(group, &drawing) }
      drawCut(report.insideCut, &drawing)
      if let cut = report.entryCut { drawCut(cut, &drawing) }
    }
    if let whatIf {
      for place in whatIf.references.prefix(Self.cutInThoughtLimit) {
        draw(place, isInCycle: false, &drawing)
        drawing.mark(place, "✗ cut in thought")
      }
      drawing.links.append("  whatif [shape=note, label=\(DOTDrawing.quoted(["cut in thought", sentence(whatIf)]))];")
    }
    let head = [
      "digraph refwalk {",
      "  graph [rankdir=LR, label=\(DOTDrawing.quoted(["Marked cycles of \(analysis.heap.facts.fileName)"]))];",
      "  node [shape=box, fontname=\"monospace\"];",
      "  edge [fontname=\"monospace\"];",
    ]
    return (head + drawing.lines + drawing.edges.map(line(of:)) + drawing.links + ["}"]).joined(separator: "\n") + "\n"
  }

  /// The cluster of a cycle: its ring, the other members that the table lists, and the references among them.
  private func drawCycle(_ block: MarkBlock, _ drawing: inout DOTDrawing) {
    guard let report = block.cycle else { return }
    let remarks = neverFreed(report.component).map { [$0] } ?? []
    let label = DOTDrawing.quoted(["strong cycle: \(ringTitle(report))"] + remarks)
    drawing.lines += [
      "  subgraph cluster_\(block.mark.letter.text) {",
      "    label=\(label);", "    style=dashed; color=red; fontcolor=red;",
    ]
    drawMark(block, &drawing, indent: "    ")
    let members = block.rows.filter { $0.role != .outside }.map(\.id)
    for id in members { drawNode(id, &drawing, indent: "    ") }
    drawing.lines.append("  }")
    for step in report.witness.steps where drawing.nodes.contains(step.object) {
      if drawing.nodes.contains(analysis.graph.target(of: step.reference)) {
        drawing.add(step.reference, isInCycle: true)
      }
    }
    let listed = Set(members)
    let policy = PolicyFilter(analysis.cyclePolicy, graph: analysis.graph)
    for id in members {
      for place in analysis.graph.references(of: id) where listed.contains(analysis.graph.target(of: place)) {
        guard policy.keeps(reference: Int(place.index), from: id.rawValue) else { continue }
        drawing.add(place, isInCycle: true)
        if drawing.edges.count >= DOTDrawing.edgeLimit { return }
      }
    }
  }

  /// A note with the verdict, the remark of the person and, where nothing is drawn of it, the reason.
  private func drawMark(_ block: MarkBlock, _ drawing: inout DOTDrawing, indent: String = "  ") {
    let mark = block.mark
    let name = "mark_\(mark.letter.text)"
    var texts = ["\(mark.letter.text) \(mark.verdict.symbol) \(mark.verdict.name)"]
    if block.cycle == nil { texts.append(mark.title) }
    if let reason = absence(block) ?? elsewhere(block) { texts.append(reason) }
    if !mark.note.isEmpty { texts += SafeText.lines(mark.note) }
    drawing.lines.append("\(indent)\(name) [shape=note, label=\(DOTDrawing.quoted(texts))];")
    if let object = block.object {
      drawNode(object, &drawing)
      drawing.links.append("  \(name) -> n\(object.rawValue) [style=dotted, arrowhead=none];")
    }
  }

  private func drawNode(_ id: ObjectID, _ drawing: inout DOTDrawing, indent: String = "  ") {
    guard drawing.nodes.insert(id).inserted else { return }
    let label = DOTDrawing.quoted([className(id), address(id), ByteCount.text(analysis.graph.size(of: id))])
    drawing.lines.append("\(indent)n\(id.rawValue) [label=\(label)];")
  }

  /// A reference with what it joins.
  private func draw(_ place: ReferencePlace, isInCycle: Bool, _ drawing: inout DOTDrawing) {
    if place.source == .root {
      let index = Int(place.index)
      if drawing.roots.insert(index).inserted {
        let texts = [rootName(index), analysis.graph.roots[index].kind.name] + holder(of: place)
        drawing.lines.append("  r\(index) [shape=ellipse, label=\(DOTDrawing.quoted(texts))];")
      }
    } else {
      drawNode(place.source, &drawing)
    }
    drawNode(analysis.graph.target(of: place), &drawing)
    drawing.add(place, isInCycle: isInCycle)
  }

  /// What kind of thing the root is that a reference comes from, and until when it lives.
  private func holder(of place: ReferencePlace) -> [String] {
    let block = blocks.first { $0.path.first == place }
    let words =
      block.flatMap(holderWords)
      ?? SafeText.line(analysis.holderWords(ofRoot: Int(place.index), along: [analysis.graph.target(of: place)]))
    return ["held by \(words)"]
  }

  private func drawCut(_ cut: Cut, _ drawing: inout DOTDrawing) {
    for place in cut.references.prefix(Self.cutLimit) {
      draw(place, isInCycle: cut.kind == .inside, &drawing)
      drawing.mark(place, "✗ \(cut.kind.rawValue), frees \(ByteCount.text(cut.freedBytes))")
    }
  }

  /// Those of a group that are drawn: the first few stand for all.
  private func drawGroup(_ group: CutGroup, _ drawing: inout DOTDrawing) {
    let isOne = group.references.count == 1
    for place in group.references.prefix(Self.cutLimit) {
      draw(place, isInCycle: group.id.kind == .inside, &drawing)
      drawing.mark(
        place,
        "✗ \(isOne ? "" : "one of \(Count.text(group.references.count)) that together ")"
          + "\(isOne ? "frees" : "free") \(ByteCount.text(group.freedBytes))")
    }
  }

  private func shown(_ count: Int) -> [Int] {
    let (head, _, tail) = MarkBlockBuilder.elided(count, limit: options.hopLimit)
    return Array(head) + Array(tail)
  }
}

extension MarksReport {
  /// The edges of a drawing, as lines.
  fileprivate func line(of edge: DOTDrawing.Edge) -> String {
    let place = edge.place
    let isRoot = place.source == .root
    let source = isRoot ? "r\(place.index)" : "n\(place.source.rawValue)"
    let target = "n\(analysis.graph.target(of: place).rawValue)"
    let kind = kind(place)
    let field = isRoot ? "" : SafeText.line(analysis.heap.fieldName(of: place))
    var attributes: [String] = []
    let name = kind == .strong ? field : field.isEmpty ? kind.name : "\(kind.name) \(field)"
    let label = ([name] + edge.marks).filter { !$0.isEmpty }
    if !label.isEmpty { attributes.append("label=\(DOTDrawing.quoted(label))") }
    if edge.isInCycle { attributes.append("color=red") }
    if !edge.marks.isEmpty { attributes.append("style=bold, fontcolor=blue") }
    let list = attributes.isEmpty ? "" : " [\(attributes.joined(separator: ", "))]"
    return "  \(source) -> \(target)\(list);"
  }
}
