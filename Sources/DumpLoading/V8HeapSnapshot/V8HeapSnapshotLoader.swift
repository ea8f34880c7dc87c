import ReferenceGraph

/// Reads a heap snapshot of V8 (Node.js, Chrome, Electron, Deno) into a graph.
///
/// Objects are numbered as the snapshot lists its nodes, from 0 on: node 0, its synthetic root, is the virtual root of
/// the graph, so that object numbers, dominators and distances are those of Chrome DevTools. Texts stay in the file.
///
/// Memory while loading: about 40 bytes an object and 9 a reference; afterwards 21 and 9.
struct V8HeapSnapshotLoader {
  let input: InputSource
  let progress: WorkProgress

  func load() throws(LoadError) -> Heap {
    let file = input.file
    progress.begin(LoadStep.read, total: UInt64(file.count))
    file.willReadSequentially()
    let isDamaged = input.truncation != nil
    let members = try V8Members(file, isDamaged: isDamaged)
    // What reads numbers relies on the bracket behind them, whatever becomes of the file.
    for array in [members.nodes, members.edges, members.locations] {
      if let array { try file.hold(UInt8(ascii: "]"), at: array.upperBound) }
    }
    let (layout, strings, nodeArray, edgeArray) = try parts(members)
    var nodes = try V8Nodes(file, nodeArray, layout, progress: progress)
    // Room for the roots that are added to those of the snapshot.
    let room = nodes.count + 1 << 20
    let edges = try V8Edges(
      file, edgeArray, layout, nodes, room: room, isDamaged: isDamaged, progress: progress)
    let isOfJavaScriptCore = V8JavaScriptCore.wrote(nodes, strings)
    var classes = V8Classes(isOfJavaScriptCore: isOfJavaScriptCore)
    let classOfObject = FlatArray<UInt32>(zeroed: nodes.count)
    for node in 0..<nodes.count {
      classOfObject[node] = classes.number(type: nodes.types[node], name: nodes.names[node], strings)
    }
    let scripts = V8Scripts()
    let locations = try locations(
      members, layout, nodes, &classes, classOfObject, scripts)

    progress.begin(LoadStep.link, total: 4)
    file.giveBackAll()
    let owners = try V8Owners(
      nodes, edges, strings, scripts, isOfJavaScriptCore: isOfJavaScriptCore, progress: progress)
    let kinds = try V8Kinds.kinds(nodes, edges, strings, owners, locations, progress: progress)
    progress.advance(to: 1)
    try V8HelperSizes.move(&nodes, edges, strings, progress: progress)
    progress.advance(to: 2)
    let orphans = try V8Kinds.orphans(nodes, edges, kinds, progress: progress)
    progress.advance(to: 3)
    let roots = V8Roots(nodes, edges, kinds, strings, orphans: orphans)

    classes.resolveConstructors { scripts.name(of: $0, nodes, edges, strings) }
    for node in 0..<nodes.count { classOfObject[node] = classes.final(classOfObject[node]) }
    try V8Interfaces.name(
      nodes, edges, strings, &classes, classOfObject, plain: classes.number(named: "Object"), progress: progress)
    classes.flagGlobalObjects(V8Roots.globalObjects(nodes, edges, strings), classOfObject)
    let detached = V8Detached.nodes(nodes, edges, strings)
    for node in detached { classOfObject[node] = classes.detached(classOfObject[node]) }

    var summary = summary(members, layout, nodes, edges, strings, roots, locations, detached: detached.count)
    if isOfJavaScriptCore {
      summary.producer = "JavaScriptCore (Bun)"
      summary.unreachable.rest = .notKnown(V8JavaScriptCore.unrecorded)
      summary.facts.append(Fact("contents of Map and Set", "not recorded by JavaScriptCore"))
      if !orphans.isEmpty {
        summary.warnings.append(
          "\(grouped(orphans.count)) \(orphans.count == 1 ? "object has" : "objects have") no recorded holder: most likely "
            + "a Map or Set, whose contents JavaScriptCore does not record")
      }
    }
    return finish(
      nodes, edges, kinds, roots, classes: classes.classes, classOfObject: classOfObject, facts: summary,
      V8Source(
        file: file, layout: layout, nodes: nodeArray, strings: strings, locations: locations, owners: owners,
        traces: traces(members, layout), isOfJavaScriptCore: isOfJavaScriptCore))
  }

  /// What a graph needs, or what is missing.
  func parts(
    _ members: V8Members
  ) throws(LoadError) -> (layout: V8Layout, strings: V8Strings, nodes: Range<Int>, edges: Range<Int>) {
    guard let snapshot = members.snapshot else {
      throw FamiliarJSON.name(members, input.file).map { .otherFile($0) }
        ?? .unsupported("the JSON has no member \"snapshot\"")
    }
    let layout: V8Layout
    do throws(V8Layout.Problem) {
      layout = try V8Layout(snapshot: snapshot)
    } catch {
      throw .malformed(record: "snapshot", offset: UInt64(members.snapshotOffset), problem: error.text)
    }
    guard let nodes = members.nodes else { throw .unsupported("the snapshot has no nodes") }
    guard let edges = members.edges else { throw .unsupported("the snapshot has no edges") }
    guard let strings = members.strings else { throw .unsupported("the snapshot has no strings") }
    return (layout, strings, nodes, edges)
  }

  private func traces(_ members: V8Members, _ layout: V8Layout) -> V8Traces {
    guard let functions = members.traceFunctions, let tree = members.traceTree else { return V8Traces() }
    return V8Traces(input.file, functions: functions, tree: tree, layout)
  }

  private func locations(
    _ members: V8Members, _ layout: V8Layout, _ nodes: borrowing V8Nodes, _ classes: inout V8Classes,
    _ classOfObject: borrowing FlatArray<UInt32>, _ scripts: V8Scripts
  ) throws(LoadError) -> V8Locations {
    guard let array = members.locations, layout.locationStride > 0 else {
      return V8Locations(file: input.file, layout: layout)
    }
    let object = V8NodeType.object.rawValue
    let closure = V8NodeType.closure.rawValue
    return try V8Locations(
      input.file, array, layout, nodeCount: nodes.count, isDamaged: input.truncation != nil, progress: progress
    ) { node, location in
      let type = nodes.types[node]
      if type == object {
        // Of several places the first counts.
        if V8Classes.isConstructor(classOfObject[node]) { return }
        classOfObject[node] = classes.number(constructor: classOfObject[node], at: location)
      } else if type == closure {
        scripts.note(function: UInt32(node), in: location.script)
      }
    }
  }
}
