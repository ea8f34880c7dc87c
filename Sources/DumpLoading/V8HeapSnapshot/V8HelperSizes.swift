import ReferenceGraph

/// Moves the bytes of helpers to the objects they belong to, as Chrome DevTools does before it sums sizes: a hidden
/// node, an array, or the data of an external string counts for the one object that all its references come from.
enum V8HelperSizes {
  static func move(
    _ nodes: inout V8Nodes, _ edges: borrowing V8Edges, _ strings: V8Strings, progress: WorkProgress
  ) throws(LoadError) {
    // A snapshot without objects of the program's was taken to see the engine's memory as it lies there.
    guard V8Kinds.hasUserRoots(nodes, edges, strings) else { return }
    let owners = try owners(nodes, edges, strings, progress: progress)
    let synthetic = V8NodeType.synthetic.rawValue
    for node in 0..<nodes.count {
      let owner = owners[node]
      guard owner != Self.unvisited, owner != Self.several, Int(owner) != node, owner != 0,
        nodes.types[owner] != synthetic
      else { continue }
      let size = nodes.size(of: node)
      if size == 0 { continue }
      nodes.setSize(of: node, 0)
      let (sum, overflows) = nodes.size(of: Int(owner)).addingReportingOverflow(size)
      nodes.setSize(of: Int(owner), overflows ? .max : sum)
    }
  }

  private static let unvisited = UInt32.max
  private static let several = UInt32.max - 1

  /// By node its owner: itself when it is no helper.
  @inline(never)
  private static func owners(
    _ nodes: borrowing V8Nodes, _ edges: borrowing V8Edges, _ strings: V8Strings, progress: WorkProgress
  ) throws(LoadError) -> FlatArray<UInt32> {
    let count = nodes.count
    let owners = FlatArray<UInt32>(zeroed: count)
    var isHelper = [Bool](repeating: false, count: 256)
    isHelper[Int(V8NodeType.hidden.rawValue)] = true
    isHelper[Int(V8NodeType.array.rawValue)] = true
    let native = V8NodeType.native.rawValue
    let external = V8Strings.Role.externalStringData.rawValue
    for node in 0..<count {
      let type = nodes.types[node]
      let helps =
        isHelper[Int(type)] || type == native && strings.role(of: Int(nodes.names[node])) == external
      owners[node] = helps ? Self.unvisited : UInt32(truncatingIfNeeded: node)
    }
    // Those that own themselves one after the other, and after each the helpers whose owner it decides.
    // A helper waits twice at most: when its first owner is found, and when there turns out to be another.
    var waiting: [UInt32] = []
    let weak = V8EdgeType.weak
    var start = count &- 1
    while start >= 0 {
      if start & 0xffff == 0, progress.isCancelled { throw .cancelled }
      if owners[start] != UInt32(truncatingIfNeeded: start) {
        start &-= 1
        continue
      }
      var node = start
      while true {
        let owner = owners[node]
        var k = Int(edges.offsets[node])
        let end = Int(edges.offsets[node &+ 1])
        while k < end {
          let target = edges.targets[k]
          let known = owners[target]
          if known != target, known != owner, known != Self.several, V8Field.type(of: edges.fields[k]) != weak {
            owners[target] = known == Self.unvisited ? owner : Self.several
            waiting.append(target)
          }
          k &+= 1
        }
        guard let next = waiting.popLast() else { break }
        node = Int(next)
      }
      start &-= 1
    }
    return owners
  }
}
