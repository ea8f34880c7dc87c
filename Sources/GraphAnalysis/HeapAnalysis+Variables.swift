import ReferenceGraph

/// The variable on a way that says most of who holds its end.
struct NamedVariable {
  /// The step of the way that is stored in it.
  var step: Int
  /// `bus of /srv/shop/bus.js`.
  var name: String
  var owner: CodeOwner
}

extension RetentionContext {
  /// The variable on a way that says most of who holds its end, and the step that it is stored in: `bus of
  /// /srv/shop/bus.js`.
  ///
  /// That is the program's last variable of a module; where there is none the first of a function; where the program
  /// has none the runtime's last. Nil where there is no variable at all, and where a property that the program gave the
  /// global object says more.
  ///
  /// `way` are objects, from the one that the root refers to.
  func variable(ofRoot index: Int, along way: [ObjectID], heap: Heap) -> NamedVariable? {
    guard graph.fields.count > 0, way.count > 1 else { return nil }
    let steps = 0..<way.count - 1
    let global = graph.roots[index].kind == .global ? 0 : steps.prefix(Self.globalDepth).first { isGlobal(way[$0]) }
    if let global, global + 1 < way.count, let place = graph.firstReference(from: way[global], to: way[global + 1]),
      owner(ofGlobal: place, details: heap.details) != .runtime
    {
      return nil
    }
    var local: (Int, ProgramVariable)?
    var module: (Int, ProgramVariable)?
    var runtime: (Int, ProgramVariable)?
    for step in steps.prefix(Self.variableDepth) {
      let source = way[step]
      let isContext = graph.objectClass(of: source).flags.contains(.context)
      guard isContext || graph.rows.range(of: source).count <= Self.longestModule,
        let place = graph.firstReference(from: source, to: way[step + 1]),
        let variable = heap.details.variable(graph.fields[place.index], of: source)
      else { continue }
      if variable.owner == .runtime {
        if !variable.isLocal { runtime = (step, variable) }
      } else if !variable.isLocal {
        module = (step, variable)
      } else if local == nil, !variable.isReceiver {
        local = (step, variable)
      }
    }
    return (module ?? local ?? runtime).map { step, variable in
      NamedVariable(
        step: step, name: variable.file.isEmpty ? variable.name : "\(variable.name) of \(variable.file)",
        owner: variable.owner)
    }
  }

  /// Whose the property of a global object is that a reference stands for.
  func owner(ofGlobal place: ReferencePlace, details: any ObjectDetails) -> CodeOwner {
    guard graph.fields.count > 0 else { return .unknown }
    return details.owner(ofGlobal: graph.fields[place.index], of: place.source, leadingTo: graph.target(of: place))
  }

  /// So far from a root a variable is looked for.
  private static var variableDepth: Int { 64 }
  /// What has more references is neither a module nor the cell of a variable.
  private static var longestModule: Int { 64 }
}
