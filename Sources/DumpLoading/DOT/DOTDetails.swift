import ReferenceGraph

/// What a file in the DOT language says of single nodes.
///
/// All of it is in memory: the files are small.
struct DOTDetails: ObjectDetails {
  let graph: ReferenceGraph
  /// By object: the lines of its label, its name when it has none.
  let lines: [[String]]
  /// By object: the node's name where the label is another, else empty.
  let names: [String]
  /// Labels of edges, by `ReferenceGraph.fields`.
  let labels: [String]

  func fieldName(_ field: UInt32, of object: ObjectID) -> String {
    let label = Int(field) < labels.count ? labels[Int(field)] : ""
    guard let first = label.first, first != ".", first != "[" else { return label }
    return "." + label
  }

  func values(of object: ObjectID, from first: Int, limit: Int) -> (values: [FieldValue], total: Int) {
    guard object != .root, object.index <= graph.objectCount else { return ([], 0) }
    let own = lines[object.index].dropFirst()
    let row = graph.rows.range(of: object)
    let total = own.count + row.count
    guard first >= 0, first < total, limit > 0 else { return ([], total) }
    var values: [FieldValue] = []
    for index in first..<min(total, first + min(limit, total)) {
      if index < own.count {
        values.append(FieldValue(name: "label", text: own[own.startIndex + index], target: nil))
        continue
      }
      let k = row.lowerBound + index - own.count
      let target = ObjectID(graph.rows.targets[k])
      values.append(
        FieldValue(
          name: fieldName(graph.fields[k], of: object), text: summary(of: target) ?? "", target: target))
    }
    return (values, total)
  }

  func text(of object: ObjectID, limit: Int) -> (text: String, length: Int)? {
    guard object != .root, object.index <= graph.objectCount else { return nil }
    let text = (lines[object.index] + [names[object.index]]).filter { !$0.isEmpty }.joined(separator: "\n")
    guard text.utf8.count > limit else { return (text, text.utf8.count) }
    var cut = text.utf8.prefix(max(0, limit))
    while cut.endIndex < text.utf8.endIndex, !cut.isEmpty, text.utf8[cut.endIndex] & 0xC0 == 0x80 {
      cut = cut.dropLast()
    }
    return (String(decoding: cut, as: UTF8.self), text.utf8.count)
  }

  /// The node's name, where its label is another.
  func summary(of object: ObjectID) -> String? {
    guard object != .root, object.index <= graph.objectCount, !names[object.index].isEmpty else { return nil }
    return names[object.index]
  }

  func allocationStack(of object: ObjectID) -> [StackFrame] { [] }
  func facts(ofRoot index: Int) -> [Fact] { [] }
}
