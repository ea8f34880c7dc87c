import ReferenceGraph

extension ClassMatrix {
  private struct Pair: Hashable {
    var source: UInt32
    var target: UInt32
  }
  private struct FieldCount {
    var references = 0
    var example: ReferencePlace
  }

  /// Counts the members of a component and its references by class.
  init(
    _ component: ComponentGraph, _ context: RetentionContext, details: any ObjectDetails, progress: WorkProgress
  ) throws(Cancelled) {
    let graph = context.graph
    var objects: [UInt32: Int] = [:]
    var fields: [Pair: [UInt32: FieldCount]] = [:]
    for source in 0..<component.count {
      if source & progressMask == 0 { try progress.check(source) }
      let sourceClass = graph.classOfObject[component.objects[source].rawValue]
      objects[sourceClass, default: 0] += 1
      let isArray = graph.classes[Int(sourceClass)].flags.contains(.array)
      for k in component.range(of: source) {
        let target = component.objects[Int(component.targets[k])]
        let pair = Pair(source: sourceClass, target: graph.classOfObject[target.rawValue])
        let index = Int(component.references[k])
        let field = isArray || graph.fields.count == 0 ? 0 : graph.fields[index]
        fields[pair, default: [:]][
          field, default: FieldCount(example: component.place(k, of: source))
        ].references += 1
      }
    }
    let rows = objects.map { Row(classIndex: Int($0.key), objects: $0.value) }
      .sorted { ($1.objects, $0.classIndex) < ($0.objects, $1.classIndex) }
    let rowOfClass = Dictionary(uniqueKeysWithValues: rows.enumerated().map { (UInt32($1.classIndex), $0) })
    let links = fields.map { pair, counts in
      let most = counts.min { ($1.value.references, $0.key) < ($0.value.references, $1.key) }
      return Link(
        source: rowOfClass[pair.source] ?? 0, target: rowOfClass[pair.target] ?? 0,
        references: counts.values.reduce(0) { $0 + $1.references },
        field: most.map { context.fieldName(of: $0.value.example, details: details) } ?? "", fieldCount: counts.count)
    }
    self.init(
      rows: rows,
      links: links.sorted { ($1.references, $0.source, $0.target) < ($0.references, $1.source, $1.target) })
  }
}
