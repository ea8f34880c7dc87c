import ReferenceGraph

extension V8HeapSnapshotLoader {
  /// Puts the heap together.
  ///
  /// The references of the roots go before those of the objects.
  func finish(
    _ nodes: consuming V8Nodes, _ edges: consuming V8Edges, _ kinds: consuming FlatArray<UInt8>, _ roots: V8Roots,
    classes: [ObjectClass], classOfObject: consuming FlatArray<UInt32>, facts: DumpFacts, _ source: V8Source
  ) -> Heap {
    let shift = roots.roots.count - roots.own
    let count = edges.count
    let total = count + shift
    let offsets = edges.offsets
    for row in 1..<offsets.count { offsets[row] += UInt32(shift) }
    let targets = Self.moved(edges.targets, from: roots.own, to: count, by: shift)
    let fields = Self.moved(edges.fields, from: roots.own, to: count, by: shift)
    let holds = Self.moved(kinds, from: roots.own, to: count, by: shift)
    for (index, root) in roots.roots.enumerated() {
      targets[index] = root.target.rawValue
      fields[index] = UInt32(index)
      holds[index] = root.reference.rawValue
    }
    nodes.setSize(of: 0, 0)
    let largeSizes = nodes.largeSizes
    let graph = ReferenceGraph(
      rows: ReferenceRows(offsets: offsets, targets: targets.shortened(to: total)),
      fields: fields.shortened(to: total), kinds: holds.shortened(to: total), sizes: nodes.sizes,
      largeSizes: largeSizes, classOfObject: classOfObject, classes: classes, roots: roots.roots,
      rootNames: roots.names,
      addresses: nodes.wideIDs.count > 0
        ? AddressIndex(wideNumbers: nodes.wideIDs) : AddressIndex(numbers: nodes.ids))
    let details = V8HeapSnapshotDetails(
      source, marks: nodes.marks, traceOfObject: nodes.traces, graph: graph, largeValues: edges.largeValues,
      ownRoots: roots.own)
    return Heap(graph: graph, facts: facts, details: details)
  }

  private static func moved<Element: BitwiseCopyable>(
    _ array: consuming FlatArray<Element>, from start: Int, to end: Int, by shift: Int
  ) -> FlatArray<Element> {
    array.withBuffer { buffer in
      guard let base = buffer.baseAddress, end > start else { return }
      precondition(end + shift <= buffer.count)
      (base + start + shift).update(from: base + start, count: end - start)
    }
    return array
  }

  /// What is known of the snapshot as a whole.
  func summary(
    _ members: V8Members, _ layout: V8Layout, _ nodes: borrowing V8Nodes, _ edges: borrowing V8Edges,
    _ strings: V8Strings, _ roots: V8Roots, _ locations: V8Locations, detached: Int
  ) -> DumpFacts {
    var facts = DumpFacts(
      format: layout.isOfJulia ? "heap snapshot in the form of V8's" : "V8 heap snapshot",
      producer: layout.isOfJulia ? "Julia" : producer(roots), path: input.path, fileBytes: input.fileBytes,
      dumpBytes: UInt64(input.file.count), retainingPolicies: [V8Policies.devtools, V8Policies.strict],
      cyclePolicies: [V8Policies.application, V8Policies.devtools, V8Policies.strict])
    facts.warnings = input.warnings
    facts.truncation = input.truncation
    if facts.truncation == nil, let end = members.cutAt {
      facts.truncation =
        strings.isCut
        ? "the file ends at byte \(grouped(end)), in its table of strings: names and texts are missing"
        : "the file ends at byte \(grouped(end)), before its closing bracket"
    }
    if let trailing = members.trailing {
      facts.warnings.append(
        "\(grouped(input.file.count - trailing)) bytes follow the snapshot, from byte \(grouped(trailing)) on: not read"
      )
    }
    if let expected = layout.nodeCount {
      facts.checks.append(
        IntegrityCheck(name: "snapshot.node_count", expected: expected, found: UInt64(nodes.count)))
    }
    if let expected = layout.edgeCount {
      facts.checks.append(IntegrityCheck(name: "snapshot.edge_count", expected: expected, found: edges.found))
    }
    var announced: UInt64 = 0
    for node in 0..<nodes.count { announced += UInt64(nodes.edgeCounts[node]) }
    facts.checks.append(
      IntegrityCheck(name: "edge_count of all nodes", expected: announced, found: edges.found))
    for check in facts.checks where !check.holds {
      facts.warnings.append(
        "\(check.name) is \(grouped(check.expected)), but \(grouped(check.found)) were found: figures may be wrong")
    }
    if edges.outOfRange.count > 0 {
      facts.skipped.append(
        SkippedRecords(
          what: "reference to a node that is not there", count: edges.outOfRange.count,
          firstOffset: UInt64(edges.outOfRange.firstOffset)))
    }
    if edges.toRoot.count > 0 {
      facts.skipped.append(
        SkippedRecords(
          what: "reference to the root", count: edges.toRoot.count, firstOffset: UInt64(edges.toRoot.firstOffset)))
    }
    if locations.skipped.count > 0 {
      facts.skipped.append(
        SkippedRecords(
          what: "location of a node that is not there", count: locations.skipped.count,
          firstOffset: UInt64(locations.skipped.firstOffset)))
    }
    let unnamed = unnamed(layout, nodes, edges, strings)
    if unnamed.names > 0 {
      facts.warnings.append(
        "\(grouped(unnamed.names)) names are not in the table of strings, which has \(grouped(strings.count))")
    }
    if unnamed.types > 0 {
      facts.warnings.append("\(grouped(unnamed.types)) nodes and references are of types that refwalk does not know")
    }
    facts.facts = [Fact("strings", grouped(strings.count))]
    if nodes.traces.count > 0 {
      var traced = 0
      for node in 0..<nodes.count where nodes.traces[node] > 0 { traced += 1 }
      facts.facts.append(Fact("allocation stacks", "of \(grouped(traced)) objects"))
    }
    if detached > 0 {
      facts.facts.append(Fact("detached nodes", grouped(detached)))
    }
    let adopted = roots.roots.count { $0.reference == .orphan }
    if adopted > 0 {
      facts.facts.append(Fact("objects without a recorded holder", grouped(adopted)))
    }
    if let bytes = layout.extraNativeBytes, bytes > 0 {
      facts.facts.append(Fact("native memory beside the heap", "\(grouped(bytes)) B"))
    }
    return facts
  }

  /// How many nodes and references have names that the table of strings does not have, and types that the snapshot
  /// does not name or that nobody here knows.
  private func unnamed(
    _ layout: V8Layout, _ nodes: borrowing V8Nodes, _ edges: borrowing V8Edges, _ strings: V8Strings
  ) -> (names: Int, types: Int) {
    let count = UInt32(clamping: strings.count)
    var names = 0
    var types = 0
    for node in 0..<nodes.count {
      if nodes.names[node] >= count { names += 1 }
      if nodes.types[node] == V8NodeType.other.rawValue, !layout.isOfJulia { types += 1 }
    }
    for k in 0..<edges.count {
      let field = edges.fields[k]
      let type = V8Field.type(of: field)
      if type == .other { types += 1 }
      if type.isNumbered { continue }
      if field & V8Field.isLarge != 0 || field & V8Field.valueMask >= count { names += 1 }
    }
    return (names, types)
  }

  /// Which program wrote it, as far as its roots tell.
  private func producer(_ roots: V8Roots) -> String {
    var producer = "V8"
    for root in roots.roots {
      let name = roots.names[root.name]
      if name.hasPrefix("Node / ") { return "V8 (Node.js)" }
      if name == "(Document DOM trees)" || name.hasPrefix("Window") { producer = "V8 (Chrome)" }
    }
    return producer
  }
}
