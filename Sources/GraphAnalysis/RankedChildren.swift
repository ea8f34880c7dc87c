import ReferenceGraph

/// The children of those objects in the retention tree that have many, sorted beforehand: the first of a million
/// are wanted at once.
struct RankedChildren: ~Copyable, Sendable {
  /// More children than this make a list.
  static let smallest = 64

  /// Places with a list, ascending; list `i` is `children[starts[i] ..< starts[i + 1]]`.
  private let places: FlatArray<UInt32>
  private let starts: FlatArray<UInt32>
  /// Objects by retained bytes, descending, ties by number.
  private let children: FlatArray<UInt32>

  init(
    objects: borrowing FlatArray<UInt32>, counts: borrowing FlatArray<UInt32>,
    retained: borrowing FlatArray<UInt64>
  ) {
    let count = objects.count
    // Only an object with many below it can have many children: few are to be counted.
    var hubs: [(place: UInt32, children: Int)] = []
    var total = 0
    var p: UInt32 = 0
    while p < UInt32(count) {
      if Int(counts[p]) > Self.smallest {
        var children = 0
        var next = p &+ 1
        let end = p &+ counts[p]
        while next < end {
          children &+= 1
          next &+= counts[next]
        }
        if children > Self.smallest {
          hubs.append((p, children))
          total &+= children
        }
      }
      p &+= 1
    }
    let places = FlatArray<UInt32>(zeroed: hubs.count)
    let starts = FlatArray<UInt32>(zeroed: hubs.count + 1)
    let children = FlatArray<UInt32>(zeroed: total)
    total = 0
    for (list, hub) in hubs.enumerated() {
      places[list] = hub.place
      Self.rank(hub.place, hub.children, objects, counts, retained, into: children, at: total)
      total &+= hub.children
      starts[list + 1] = UInt32(total)
    }
    self.places = places
    self.starts = starts
    self.children = children
  }

  private static func rank(
    _ place: UInt32, _ count: Int, _ objects: borrowing FlatArray<UInt32>, _ counts: borrowing FlatArray<UInt32>,
    _ retained: borrowing FlatArray<UInt64>, into children: borrowing FlatArray<UInt32>, at start: Int
  ) {
    // One key for size and number; sizes of 4 GB and more, of which there are few, are sorted apart.
    var keys: [UInt64] = []
    keys.reserveCapacity(count)
    var huge: [(retained: UInt64, object: UInt32)] = []
    var next = place + 1
    let end = place + counts[place]
    while next < end {
      let size = retained[next]
      if size >= UInt64(UInt32.max) {
        huge.append((size, objects[next]))
      } else {
        keys.append((UInt64(UInt32.max) - size) << 32 | UInt64(objects[next]))
      }
      next += counts[next]
    }
    huge.sort { $0.retained != $1.retained ? $0.retained > $1.retained : $0.object < $1.object }
    sortKeys(&keys)
    var slot = start
    for entry in huge {
      children[slot] = entry.object
      slot += 1
    }
    for key in keys {
      children[slot] = UInt32(truncatingIfNeeded: key)
      slot += 1
    }
  }

  private func list(of place: UInt32) -> Int? {
    let low = (0..<places.count).bisection(where: { places[$0] >= place })
    return low < places.count && places[low] == place ? low : nil
  }

  /// The number of children; nil when there is no list.
  func count(of place: UInt32) -> Int? {
    list(of: place).map { Int(starts[$0 + 1] - starts[$0]) }
  }

  /// Some of the children; nil when there is no list.
  func children(of place: UInt32, _ range: Range<Int>) -> [ObjectID]? {
    guard let list = list(of: place) else { return nil }
    let start = Int(starts[list])
    let clamped = range.clamped(to: 0..<(Int(starts[list + 1]) - start))
    return clamped.map { ObjectID(children[start + $0]) }
  }
}

/// Sorts keys, ascending: by their bytes from the last to the first when there are many.
func sortKeys(_ keys: inout [UInt64]) {
  if keys.count < 4096 {
    keys.sort()
    return
  }
  var other = [UInt64](repeating: 0, count: keys.count)
  for shift in stride(from: UInt64(0), to: 64, by: 8) {
    var starts = [Int](repeating: 0, count: 257)
    for key in keys { starts[Int(key >> shift & 255) + 1] += 1 }
    if starts.contains(keys.count) { continue }
    for digit in 0..<256 { starts[digit + 1] += starts[digit] }
    for key in keys {
      let digit = Int(key >> shift & 255)
      other[starts[digit]] = key
      starts[digit] += 1
    }
    swap(&keys, &other)
  }
}
