import ReferenceGraph

/// The objects whose `finalize()` has to run and has not: those that the collector has put into the queue of
/// `java.lang.ref.Finalizer`.
struct HPROFFinalizers {
  /// How many wait.
  private(set) var count = 0
  /// By class: how many of it wait.
  private var classes: [UInt32: Int] = [:]

  init(reader: HPROFObjectReader, graph: ReferenceGraph) {
    let table = reader.table
    guard let number = table.classes.firstIndex(where: { $0.name == "java.lang.ref.Finalizer" }),
      let ids = graph.objects, let queue = Self.field("queue", of: number, reader),
      let referent = Self.field("referent", of: number, reader), let queued = Self.enqueued(reader, graph)
    else { return }
    let numbers = graph.classOfObject.unsafeBuffer
    for id in ids where numbers[Int(id)] == UInt32(number) {
      var object: UInt32?
      var isQueued = false
      for reference in graph.rows.range(of: ObjectID(id)) {
        if graph.fields[reference] == queue { isQueued = graph.rows.targets[reference] == queued.rawValue }
        if graph.fields[reference] == referent { object = graph.rows.targets[reference] }
      }
      guard isQueued, let object else { continue }
      count += 1
      classes[numbers[Int(object)], default: 0] += 1
    }
  }

  /// `200 objects: 199 × Leaks$Slow, 1 × java.util.zip.Inflater`; nil when none waits.
  func words(_ graph: ReferenceGraph) -> String? {
    guard count > 0 else { return nil }
    let most = classes.sorted { $0.value != $1.value ? $0.value > $1.value : $0.key < $1.key }
    var list = most.prefix(3).map { "\(grouped($0.value)) × \(graph.classes[Int($0.key)].name)" }
    if most.count > 3 { list.append("…") }
    return "\(Count.text(count, "object")): \(list.joined(separator: ", "))"
  }

  private static func field(_ name: String, of number: Int, _ reader: HPROFObjectReader) -> UInt32? {
    reader.table.fields(of: number).first { $0.type == .object && reader.isNamed($0.name, name) }
      .map { UInt32(clamping: $0.offset) }
  }

  /// What a reference has for its queue when it stands in one.
  private static func enqueued(_ reader: HPROFObjectReader, _ graph: ReferenceGraph) -> ObjectID? {
    guard let number = reader.table.classes.firstIndex(where: { $0.name == "java.lang.ref.ReferenceQueue" }),
      reader.table.classes[number].record >= 0
    else { return nil }
    let statics = HPROFClassRow(
      bytes: reader.bytes, identifierSize: reader.identifierSize, catalog: reader.catalog,
      record: reader.records[reader.table.classes[number].record]
    ).statics()
    return statics.first { $0.type == .object && reader.isNamed($0.name, "ENQUEUED") }.flatMap {
      graph.addresses.object(at: reader.bytes.identifier(at: $0.value, size: reader.identifierSize))
    }
  }
}
