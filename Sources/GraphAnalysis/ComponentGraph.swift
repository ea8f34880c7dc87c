import ReferenceGraph

/// One component as a graph of its own, objects numbered from 0 in the order of their ids.
struct ComponentGraph {
  let objects: [ObjectID]
  /// References of object `i`: `offsets[i] ..< offsets[i + 1]`.
  let offsets: [Int]
  let targets: [Int32]
  /// Where each lies in the graph's rows.
  let references: [UInt32]

  init(_ objects: [ObjectID], _ context: RetentionContext) {
    self.objects = objects
    let numbers = LocalNumbers(objects, objectRows: context.graph.rows.rowCount)
    var offsets = [0]
    var targets: [Int32] = []
    var references: [UInt32] = []
    offsets.reserveCapacity(objects.count + 1)
    for object in objects {
      for k in context.graph.rows.range(of: object) {
        guard let number = numbers.number(of: context.graph.rows.targets[k]),
          context.joins(k, from: object.rawValue)
        else { continue }
        targets.append(number)
        references.append(UInt32(k))
      }
      offsets.append(targets.count)
    }
    self.offsets = offsets
    self.targets = targets
    self.references = references
  }

  var count: Int { objects.count }

  /// The number of a member.
  func number(of object: ObjectID) -> Int? { objects.ascendingIndex(of: object) }

  func range(of number: Int) -> Range<Int> { offsets[number]..<offsets[number + 1] }

  /// The reference at `index` of `references`, which lies in the row of object `number`.
  func place(_ index: Int, of number: Int) -> ReferencePlace {
    ReferencePlace(source: objects[number], index: Int(references[index]))
  }

  /// For each object what refers to it: offsets and sources.
  func reversed() -> (offsets: [Int], sources: [Int32]) {
    var starts = [Int](repeating: 0, count: count + 1)
    for target in targets { starts[Int(target) + 1] += 1 }
    for number in 0..<count { starts[number + 1] += starts[number] }
    var next = starts
    var sources = [Int32](repeating: 0, count: targets.count)
    for source in 0..<count {
      for k in range(of: source) {
        let target = Int(targets[k])
        sources[next[target]] = Int32(source)
        next[target] += 1
      }
    }
    return (starts, sources)
  }
}

/// A number for each of very many, 0 for none: pages that are there only where they are needed.
final class NumberTable {
  let values: FlatArray<Int32>

  init(_ count: Int) { values = FlatArray(zeroed: count) }
}

/// Numbers of a component's objects: by binary search for a few, by a table over all objects for many.
private struct LocalNumbers {
  private let objects: [ObjectID]
  private let table: NumberTable?

  init(_ objects: [ObjectID], objectRows: Int) {
    self.objects = objects
    table = objects.count > 4096 ? NumberTable(objectRows) : nil
    if let table {
      for (number, object) in objects.enumerated() { table.values[object.rawValue] = Int32(number) + 1 }
    }
  }

  func number(of object: UInt32) -> Int32? {
    if let table {
      let entry = table.values[object]
      return entry == 0 ? nil : entry - 1
    }
    let low = objects.indices.bisection(where: { objects[$0].rawValue >= object })
    return low < objects.count && objects[low].rawValue == object ? Int32(low) : nil
  }
}

extension [ObjectID] {
  /// The index of `object` in a list that ascends; nil when it is not there.
  func ascendingIndex(of object: ObjectID) -> Int? {
    let low = indices.bisection(where: { self[$0] >= object })
    return low < count && self[low] == object ? low : nil
  }
}
