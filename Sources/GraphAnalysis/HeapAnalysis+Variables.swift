import ReferenceGraph

extension RetentionContext {
  /// The first variable of the program's on a way, and the step that it is stored in: `bus of /srv/shop/bus.js`.
  ///
  /// Nil where there is none, and where a property of the global object before it says more: unless that is a function
  /// or object of the runtime's, by which Node's start-up and the list of modules hang in the global object.
  ///
  /// `way` are objects, from the one that the root refers to.
  func variable(ofRoot index: Int, along way: [ObjectID], heap: Heap) -> (step: Int, name: String)? {
    guard graph.fields.count > 0, way.count > 1 else { return nil }
    let steps = 0..<way.count - 1
    let global = graph.roots[index].kind == .global ? 0 : steps.prefix(Self.globalDepth).first { isGlobal(way[$0]) }
    if let global, global + 1 < way.count, heap.details.owner(of: way[global + 1]) != .runtime { return nil }
    for step in steps.prefix(Self.variableDepth) {
      let source = way[step]
      let isContext = graph.objectClass(of: source).flags.contains(.context)
      guard isContext || graph.rows.range(of: source).count <= Self.longestModule,
        let place = graph.firstReference(from: source, to: way[step + 1]),
        let variable = heap.details.variable(graph.fields[place.index], of: source), variable.owner != .runtime
      else { continue }
      return (step, variable.file.isEmpty ? variable.name : "\(variable.name) of \(variable.file)")
    }
    return nil
  }

  /// So far from a root a variable is looked for.
  private static var variableDepth: Int { 64 }
  /// What has more references is neither a module nor the cell of a variable.
  private static var longestModule: Int { 64 }
}
