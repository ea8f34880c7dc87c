import ReferenceGraph

/// The references of a snapshot as read: row `i` of node `i`, in the order of the file.
struct V8Edges: ~Copyable {
  /// Where each row begins in `targets`: one more than there are nodes.
  let offsets: FlatArray<UInt32>
  /// The numbers of the nodes that references lead to, row after row.
  ///
  /// There is room for more behind `count`.
  let targets: FlatArray<UInt32>
  /// `V8Field`s, beside the targets.
  let fields: FlatArray<UInt32>
  let count: Int
  let largeValues: V8LargeValues
  /// References in the file, and those that were left out.
  let found: UInt64
  let outOfRange: (count: Int, firstOffset: Int)
  let toRoot: (count: Int, firstOffset: Int)
  /// References that the nodes announce beyond those that the file has.
  let missing: UInt64

  /// Reads all references of `array`.
  ///
  /// - Parameters:
  ///   - file: the file that has them.
  ///   - array: where their numbers lie in it.
  ///   - layout: what the numbers mean.
  ///   - nodes: the nodes that they lead from and to.
  ///   - room: how many more than those in the file the arrays should be able to hold.
  ///   - isDamaged: whether the file is known to be damaged: what is no reference ends them then.
  ///   - progress: told of the bytes read.
  /// - Throws: where the numbers cannot be read.
  init(
    _ file: MappedFile, _ array: Range<Int>, _ layout: V8Layout, _ nodes: borrowing V8Nodes, room: Int,
    isDamaged: Bool = false, progress: WorkProgress
  ) throws(LoadError) {
    let stride = layout.edgeStride
    let most = (array.count + 1) / (2 * stride) + 1
    guard most + room < Int(UInt32.max) else { throw .tooLarge("more than \(grouped(UInt32.max - 1)) references") }
    let nodeCount = nodes.count
    let offsets = FlatArray<UInt32>(zeroed: nodeCount + 1)
    let targets = FlatArray<UInt32>(zeroed: most + room, isReserve: true)
    let fields = FlatArray<UInt32>(zeroed: most + room, isReserve: true)
    var large = V8LargeValues()
    var outOfRange = (count: 0, firstOffset: 0)
    var toRoot = (count: 0, firstOffset: 0)
    var kinds = [UInt32](repeating: UInt32(V8EdgeType.other.rawValue) << V8Field.shift, count: 256)
    for (number, type) in layout.edgeTypes.enumerated().prefix(256) {
      kinds[number] = UInt32(type.rawValue) << V8Field.shift
    }
    // to_node is an index into the array of nodes: a multiple of the stride, divided here by multiplication.
    let nodeStride = UInt64(layout.nodeStride)
    // Exact below 2^28, as strides are 64 at most.
    let inverse = (UInt64(1) << 34 + nodeStride - 1) / nodeStride
    let limit = UInt64(nodeCount) * nodeStride
    let small = limit < 1 << 28
    var reader = V8NumberReader(file.bytes, array)
    // As every V8 writes them.
    let isPlain = stride == 3 && layout.edgeType == 0 && layout.edgeName == 1 && layout.edgeTarget == 2
    var record = [UInt64](repeating: 0, count: stride)
    var next = 0
    var found: UInt64 = 0
    var missing: UInt64 = 0
    var node = 0
    do throws(V8ReadProblem) {
      rows: while node < nodeCount {
        var left = nodes.edgeCounts[node]
        while left > 0 {
          guard reader.hasMore else {
            missing &+= UInt64(left)
            break
          }
          let start = reader.position
          if found & 0xffff == 0 {
            progress.advance(to: UInt64(start))
            if progress.isCancelled { break rows }
            file.giveBack(before: start)
          }
          let type: UInt64
          let value: UInt64
          let to: UInt64
          if isPlain {
            type = try reader.next()
            value = try reader.next()
            to = try reader.next()
          } else {
            for field in 0..<stride { record[field] = try reader.next() }
            type = record[layout.edgeType]
            value = record[layout.edgeName]
            to = record[layout.edgeTarget]
          }
          found &+= 1
          left &-= 1
          let target = small ? (min(to, limit) &* inverse) &>> 34 : to / nodeStride
          guard to < limit, target &* nodeStride == to else {
            if outOfRange.count == 0 { outOfRange.firstOffset = start }
            outOfRange.count += 1
            continue
          }
          guard target > 0 else {
            if toRoot.count == 0 { toRoot.firstOffset = start }
            toRoot.count += 1
            continue
          }
          let low = value < UInt64(V8Field.isLarge) ? UInt32(truncatingIfNeeded: value) : large.number(of: value)
          targets[next] = UInt32(truncatingIfNeeded: target)
          fields[next] = kinds[Int(truncatingIfNeeded: min(type, 255))] | low
          next &+= 1
        }
        node &+= 1
        offsets[node] = UInt32(truncatingIfNeeded: next)
      }
      // What no node announces is counted, and checked to be numbers.
      while reader.hasMore, !progress.isCancelled {
        for _ in 0..<stride {
          _ = try reader.next()
        }
        found &+= 1
      }
    } catch {
      guard isDamaged else {
        throw .malformed(
          record: "edge \(grouped(found))", offset: UInt64(reader.position), problem: error.text)
      }
      var announced: UInt64 = 0
      for node in 0..<nodeCount { announced &+= UInt64(nodes.edgeCounts[node]) }
      missing = announced > found ? announced - found : 0
      while node < nodeCount {
        node &+= 1
        offsets[node] = UInt32(truncatingIfNeeded: next)
      }
    }
    if progress.isCancelled { throw .cancelled }
    self.offsets = offsets
    self.targets = targets.shortened(to: next + room)
    self.fields = fields.shortened(to: next + room)
    count = next
    largeValues = large
    self.found = found
    self.outOfRange = outOfRange
    self.toRoot = toRoot
    self.missing = missing
  }
}
