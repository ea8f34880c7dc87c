import ReferenceGraph

/// The nodes and edges of a heap snapshot of V8 read by themselves: what `make bench` measures against a plain digit loop.
package struct V8ArrayPass {
  package let nodeCount: Int
  package let edgeCount: Int
  /// A sum over names, ids, sizes, edge counts, and names and targets of references.
  package let checksum: UInt64

  /// Reads the arrays of the snapshot at `path`.
  ///
  /// `lap` is called when the parts of the file have been found (`members`), and when the arrays have been read
  /// (`arrays`).
  package init(path: String, lap: (String) -> Void) throws(LoadError) {
    let progress = WorkProgress()
    let input = try InputSource.open(path: path, options: LoadOptions(), progress: progress)
    let loader = V8HeapSnapshotLoader(input: input, progress: progress)
    input.file.willReadSequentially()
    let (layout, _, nodeArray, edgeArray) = try loader.parts(try V8Members(input.file))
    lap("members")
    let nodes = try V8Nodes(input.file, nodeArray, layout, progress: progress)
    let edges = try V8Edges(input.file, edgeArray, layout, nodes, room: 0, progress: progress)
    lap("arrays")
    var sum: UInt64 = 0
    for node in 0..<nodes.count {
      sum &+= UInt64(nodes.names[node]) &+ 3 &* nodes.id(of: node) &+ 5 &* nodes.size(of: node)
      sum &+= 7 &* UInt64(nodes.edgeCounts[node])
    }
    for k in 0..<edges.count {
      sum &+= 11 &* edges.largeValues.value(of: edges.fields[k]) &+ 13 &* UInt64(edges.targets[k])
    }
    nodeCount = nodes.count
    edgeCount = edges.count
    checksum = sum
  }
}
