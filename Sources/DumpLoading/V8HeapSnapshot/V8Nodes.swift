import ReferenceGraph

/// The nodes of a snapshot as read, one column a field.
///
/// Node 0 is the synthetic root.
struct V8Nodes: ~Copyable {
  let count: Int
  /// `V8NodeType` by node.
  let types: FlatArray<UInt8>
  /// Index of the name in the table of strings.
  let names: FlatArray<UInt32>
  /// The snapshot's own ids; empty when some take more than 32 bits, as the addresses that Julia writes.
  let ids: FlatArray<UInt32>
  /// These ids; else empty.
  let wideIDs: FlatArray<UInt64>
  /// By node the stack that allocated it, a number in `V8Traces`; empty when none is known.
  let traces: FlatArray<UInt32>
  /// Bytes, `UInt32.max` for those in `largeSizes`.
  let sizes: FlatArray<UInt32>
  var largeSizes: [UInt32: UInt64]
  let edgeCounts: FlatArray<UInt32>
  /// Native nodes that know whether they hang in a document: the node in the upper half, 1 attached, 2 detached.
  let detachedness: [UInt64]
  /// Where every 64th node begins in the file.
  let marks: FlatArray<UInt64>

  static let spacing = 64

  /// Reads all nodes of `array`.
  init(
    _ file: MappedFile, _ array: Range<Int>, _ layout: V8Layout, progress: WorkProgress
  ) throws(LoadError) {
    let stride = layout.nodeStride
    // Every number takes two bytes or more, the last one 1.
    let most = (array.count + 1) / (2 * stride) + 1
    guard most < Int(UInt32.max) else { throw .tooLarge("more than \(grouped(UInt32.max - 1)) objects") }
    let types = FlatArray<UInt8>(zeroed: most, isReserve: true)
    let names = FlatArray<UInt32>(zeroed: most, isReserve: true)
    let ids = FlatArray<UInt32>(zeroed: most, isReserve: true)
    let sizes = FlatArray<UInt32>(zeroed: most, isReserve: true)
    let edgeCounts = FlatArray<UInt32>(zeroed: most, isReserve: true)
    let marks = FlatArray<UInt64>(zeroed: most / Self.spacing + 1, isReserve: true)
    var largeSizes: [UInt32: UInt64] = [:]
    var wideIDs = FlatArray<UInt64>(zeroed: 0)
    var traces = FlatArray<UInt32>(zeroed: 0)
    var detachedness: [UInt64] = []
    var kinds = [UInt8](repeating: V8NodeType.other.rawValue, count: 256)
    for (number, type) in layout.nodeTypes.enumerated().prefix(256) { kinds[number] = type.rawValue }
    let native = V8NodeType.native.rawValue
    let detached = layout.nodeDetachedness ?? -1
    let traced = layout.nodeTrace ?? -1
    var reader = V8NumberReader(file.bytes, array)
    // As every V8 writes them, with more fields behind.
    let isPlain =
      layout.nodeType == 0 && layout.nodeName == 1 && layout.nodeID == 2 && layout.nodeSize == 3
      && layout.nodeEdges == 4
    var (typeNumber, name, idNumber, size, edges): (UInt64, UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0, 0)
    var record = [UInt64](repeating: 0, count: stride)
    var count = 0
    do throws(V8ReadProblem) {
      while reader.hasMore {
        if count & (Self.spacing - 1) == 0 {
          marks[count / Self.spacing] = UInt64(reader.position)
          if count & 0xffff == 0 {
            progress.advance(to: UInt64(reader.position))
            if progress.isCancelled { break }
            file.giveBack(before: reader.position)
          }
        }
        var state: UInt64 = 0
        var trace: UInt64 = 0
        if isPlain {
          (typeNumber, name, idNumber) = (try reader.next(), try reader.next(), try reader.next())
          (size, edges) = (try reader.next(), try reader.next())
          var field = 5
          while field < stride {
            let value = try reader.next()
            if field == detached { state = value } else if field == traced { trace = value }
            field &+= 1
          }
        } else {
          for field in 0..<stride { record[field] = try reader.next() }
          (typeNumber, name, idNumber) = (record[layout.nodeType], record[layout.nodeName], record[layout.nodeID])
          (size, edges) = (record[layout.nodeSize], record[layout.nodeEdges])
          if detached >= 0 { state = record[detached] }
          if traced >= 0 { trace = record[traced] }
        }
        let type = kinds[Int(truncatingIfNeeded: min(typeNumber, 255))]
        types[count] = type
        names[count] = UInt32(clamping: name)
        ids[count] = UInt32(truncatingIfNeeded: idNumber)
        if idNumber > UInt64(UInt32.max), wideIDs.count == 0 {
          wideIDs = FlatArray(zeroed: most)
          for node in 0..<count { wideIDs[node] = UInt64(ids[node]) }
        }
        if wideIDs.count > 0 { wideIDs[count] = idNumber }
        if trace > 0 {
          if traces.count == 0 { traces = FlatArray(zeroed: most) }
          traces[count] = UInt32(clamping: trace)
        }
        if size >= UInt64(UInt32.max) { largeSizes[UInt32(count)] = size }
        sizes[count] = UInt32(clamping: size)
        edgeCounts[count] = UInt32(clamping: edges)
        if type == native, state == 1 || state == 2 {
          detachedness.append(UInt64(count) << 32 | state)
        }
        count &+= 1
      }
    } catch {
      throw .malformed(
        record: "node \(grouped(count))", offset: UInt64(reader.position),
        problem: error.text)
    }
    if progress.isCancelled { throw .cancelled }
    guard count > 0 else {
      throw .malformed(record: "nodes", offset: UInt64(array.lowerBound), problem: "there are none")
    }
    self.count = count
    self.types = types.shortened(to: count)
    self.names = names.shortened(to: count)
    let isWide = wideIDs.count > 0
    self.ids = isWide ? FlatArray(zeroed: 0) : ids.shortened(to: count)
    self.wideIDs = isWide ? wideIDs.shortened(to: count) : wideIDs
    self.traces = traces.count > 0 ? traces.shortened(to: count) : traces
    self.sizes = sizes.shortened(to: count)
    self.largeSizes = largeSizes
    self.edgeCounts = edgeCounts.shortened(to: count)
    self.detachedness = detachedness
    self.marks = marks.shortened(to: (count + Self.spacing - 1) / Self.spacing)
  }

  /// The snapshot's own id of a node.
  func id(of node: Int) -> UInt64 { wideIDs.count > 0 ? wideIDs[node] : UInt64(ids[node]) }

  func size(of node: Int) -> UInt64 {
    let size = sizes[node]
    return size == .max ? largeSizes[UInt32(node)] ?? UInt64(size) : UInt64(size)
  }

  mutating func setSize(of node: Int, _ size: UInt64) {
    if size >= UInt64(UInt32.max) {
      largeSizes[UInt32(node)] = size
    } else if sizes[node] == .max {
      largeSizes[UInt32(node)] = nil
    }
    sizes[node] = UInt32(clamping: size)
  }

  func type(of node: Int) -> V8NodeType { V8NodeType(rawValue: types[node]) ?? .other }
}
