import ReferenceGraph

/// A node as it stands in the file.
struct V8Node {
  let type: V8NodeType
  /// Index in the table of strings.
  let name: Int
  let id: UInt64
  let selfSize: UInt64
}

/// The way back from objects to their records and texts in the file.
struct V8Source: Sendable {
  let file: MappedFile
  let layout: V8Layout
  /// The array of nodes.
  let nodes: Range<Int>
  let strings: V8Strings
  let locations: V8Locations
  let owners: V8Owners
  let traces: V8Traces
  let isOfJavaScriptCore: Bool

  /// Reads node `index` again; `marks` is where every 64th begins.
  ///
  /// No further than where the next of these begins: the file may be another by now.
  func node(_ index: Int, marks: borrowing FlatArray<UInt64>) -> V8Node? {
    let mark = index / V8Nodes.spacing
    guard index >= 0, mark < marks.count else { return nil }
    let end = mark + 1 < marks.count ? Int(marks[mark + 1]) : nodes.upperBound
    var reader = V8BoundedNumbers(bytes: file.bytes, position: Int(marks[mark]), end: end)
    for _ in 0..<(index % V8Nodes.spacing * layout.nodeStride) {
      guard reader.next() != nil else { return nil }
    }
    var record: [UInt64] = []
    for _ in 0..<layout.nodeStride {
      guard let value = reader.next() else { return nil }
      record.append(value)
    }
    let type = record[layout.nodeType]
    return V8Node(
      type: type < UInt64(layout.nodeTypes.count) ? layout.nodeTypes[Int(type)] : .other,
      name: Int(clamping: record[layout.nodeName]), id: record[layout.nodeID], selfSize: record[layout.nodeSize])
  }
}
