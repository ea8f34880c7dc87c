import ReferenceGraph

/// A place in a script.
///
/// Lines and columns count from 0, as in the snapshot.
struct V8Location: Hashable {
  let script: UInt64
  let line: UInt64
  let column: UInt64
}

/// Where functions, and the constructors of objects, stand in their scripts.
///
/// The places stay in the file.
final class V8Locations: Sendable {
  private let file: MappedFile
  private let layout: V8Layout
  private let array: Range<Int>
  /// In the order of nodes: the node in the upper half, in the lower where its record lies, from the array's start.
  private let keys: FlatArray<UInt64>
  var count: Int { keys.count }
  /// Records of nodes that are not there.
  let skipped: (count: Int, firstOffset: Int)

  /// No locations at all.
  init(file: MappedFile, layout: V8Layout) {
    self.file = file
    self.layout = layout
    array = 0..<0
    skipped = (0, 0)
    keys = FlatArray(zeroed: 0)
  }

  /// Reads all locations of `array`.
  ///
  /// `visit` is called for each in the order of the file. Of a file that is known to be damaged what is no location
  /// ends them.
  init(
    _ file: MappedFile, _ array: Range<Int>, _ layout: V8Layout, nodeCount: Int, isDamaged: Bool,
    progress: WorkProgress, visit: (Int, V8Location) -> Void
  ) throws(LoadError) {
    self.file = file
    self.layout = layout
    self.array = array
    let stride = layout.locationStride
    let nodeStride = UInt64(layout.nodeStride)
    let keys = FlatArray<UInt64>(zeroed: (array.count + 1) / (2 * stride) + 1, isReserve: true)
    var count = 0
    var found = 0
    var skipped = (count: 0, firstOffset: 0)
    var reader = V8NumberReader(file.bytes, array)
    var record = [UInt64](repeating: 0, count: stride)
    do throws(V8ReadProblem) {
      while reader.hasMore {
        let start = reader.position
        if found & 0xffff == 0 {
          progress.advance(to: UInt64(start))
          if progress.isCancelled { break }
          file.giveBack(before: start)
        }
        for field in 0..<stride {
          record[field] = try reader.next()
        }
        found += 1
        let object = record[layout.locationObject]
        let node = object / nodeStride
        guard node < UInt64(nodeCount), node * nodeStride == object, start - array.lowerBound <= Int(UInt32.max)
        else {
          if skipped.count == 0 { skipped.firstOffset = start }
          skipped.count += 1
          continue
        }
        keys[count] = node << 32 | UInt64(start - array.lowerBound)
        count += 1
        visit(
          Int(node),
          V8Location(
            script: record[layout.locationScript], line: record[layout.locationLine],
            column: record[layout.locationColumn]))
      }
    } catch {
      guard isDamaged else {
        throw .malformed(
          record: "location \(grouped(found))", offset: UInt64(reader.position), problem: error.text)
      }
    }
    if progress.isCancelled { throw .cancelled }
    self.skipped = skipped
    self.keys = keys.shortened(to: count)
    self.keys.withBuffer { buffer in
      var sorted = buffer
      sorted.sort()
    }
  }

  /// Where the function or the constructor of `node` stands.
  func location(of node: Int) -> V8Location? {
    let low = (0..<keys.count).bisection(where: { keys[$0] >> 32 >= UInt64(node) })
    guard low < keys.count, keys[low] >> 32 == UInt64(node) else { return nil }
    let start = array.lowerBound + Int(keys[low] & 0xffff_ffff)
    let end = min(array.upperBound, start + 128 * layout.locationStride)
    var reader = V8BoundedNumbers(bytes: file.bytes, position: start, end: end)
    var record: [UInt64] = []
    for _ in 0..<layout.locationStride {
      guard let value = reader.next() else { return nil }
      record.append(value)
    }
    return V8Location(
      script: record[layout.locationScript], line: record[layout.locationLine],
      column: record[layout.locationColumn])
  }
}
