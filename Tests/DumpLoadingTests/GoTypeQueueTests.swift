import Testing

@testable import DumpLoading

/// What the search for types keeps of objects that wait.
@Suite struct GoTypeQueueTests {
  /// Takes all objects out of the queue.
  private func drained(_ queue: inout GoScanQueue) -> [Int] {
    var taken: [Int] = []
    while !queue.isEmpty {
      while queue.fetch() != 0 {}
      taken.append(queue.next())
    }
    return taken
  }

  @Test func objectsComeOnceAndInTheirOrder() {
    var queue = GoScanQueue(objects: 1_000_000)
    let numbers = [1, 63, 64, 65, 4095, 4096, 262_143, 262_144, 262_145, 524_288, 999_999, 1_000_000]
    for number in numbers.reversed() + numbers { queue.insert(number) }
    #expect(drained(&queue) == numbers)
    #expect(queue.next() == 0)
  }

  @Test func aClusterIsEmptiedBeforeTheNext() {
    var queue = GoScanQueue(objects: 600_000)
    for number in [300_000, 300_100, 400_000] { queue.insert(number) }
    while queue.fetch() != 0 {}
    #expect([queue.next(), queue.next(), queue.next()] == [300_000, 300_100, 400_000])
    // Behind the place that was reached, before it in the cluster, and in others.
    for number in [5, 400_001, 262_200, 599_999] { queue.insert(number) }
    #expect(drained(&queue) == [400_001, 262_200, 599_999, 5])
  }

  @Test func randomObjectsAllCome() {
    var random = SystemRandomNumberGenerator()
    var queue = GoScanQueue(objects: 70_000)
    var waiting: Set<Int> = []
    for _ in 0..<2000 {
      for _ in 0..<Int.random(in: 0..<40, using: &random) {
        let number = Int.random(in: 1...70_000, using: &random)
        queue.insert(number)
        waiting.insert(number)
      }
      for _ in 0..<30 {
        while queue.fetch() != 0 {}
        let number = queue.next()
        if number != 0 { waiting.remove(number) }
      }
    }
    for number in drained(&queue) { waiting.remove(number) }
    #expect(waiting.isEmpty)
  }

  @Test func largeCountsAreKept() {
    var counts = GoObjectCounts(objects: 8)
    #expect(counts.count(of: 1) == 1)
    for (number, count) in [1, 2, 65_535, 65_536, 65_537, 1 << 31, 1 << 32].enumerated() {
      counts.set(count: UInt64(count), of: number + 1)
    }
    #expect((1...7).map { counts.count(of: $0) } == [1, 2, 65_535, 65_536, 65_537, 1 << 31, 1 << 32])
    counts.set(count: 1 << 40, of: 1)
    #expect(counts.count(of: 1) == 1 << 32)
    counts.set(count: 3, of: 7)
    #expect(counts.count(of: 7) == 3)
    counts.set(distance: 70_000, of: 2)
    #expect(counts.distance(of: 2) == 70_000)
  }

  @Test func contentsAreFoundByTheirRuns() {
    var runs = RecordRuns(limit: 64)
    var records: [(address: UInt64, offset: Int)] = []
    // Runs of 1, 2, … records, each run before the one of lower addresses in the file.
    var address: UInt64 = 0xc000_0000
    for length in 1...60 {
      let start = (100 - length) << 33
      for index in 0..<length {
        records.append((address, start + index * 60))
        address += 48
      }
    }
    var last = -1
    for record in records {
      if record.offset != last + 60 { runs.endRun() }
      runs.append(address: record.address, offset: record.offset)
      last = record.offset
    }
    runs.sort { _ in }
    var contents = GoContentsOffsets(count: records.count, runs: runs.runs)
    var number = 0
    for run in runs.runs {
      contents.beginRun(with: number + 1)
      for _ in 0..<run.count {
        number += 1
        contents.set(records[number - 1].offset + 9, of: number)
      }
    }
    contents.finish()
    #expect(number == records.count)
    #expect((1...number).allSatisfy { contents.offset(of: $0) == records[$0 - 1].offset + 9 })
  }
}
