import Foundation
import GraphAnalysis
import ReferenceGraph
import Synchronization
import Testing

/// Graphs that end plain algorithms: deep ones end recursion, a list whose values a table holds too ends the walks of
/// plain semi-NCA.
///
/// Each runs in a thread with a stack of 256 KB.
@Suite(.serialized) struct DeepGraphTests {
  /// Runs `body` in a thread with a small stack and gives back what it returns.
  private func inSmallStack<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) throws -> Value {
    let result = Mutex<Result<Value, any Error>?>(nil)
    let finished = DispatchSemaphore(value: 0)
    let thread = Thread {
      let value = Result { try body() }
      result.withLock { $0 = value }
      finished.signal()
    }
    thread.stackSize = 256 * 1024
    thread.start()
    finished.wait()
    return try result.withLock { try $0!.get() }
  }

  /// A graph of `count` objects of 16 bytes; `row` adds the targets of each object to the list.
  private static func graph(_ count: Int, references: Int, _ row: (Int, (Int) -> Void) -> Void) -> ReferenceGraph {
    let offsets = FlatArray<UInt32>(zeroed: count + 2)
    let targets = FlatArray<UInt32>(zeroed: references)
    var next = 0
    for object in 0...count {
      row(object) {
        targets[next] = UInt32($0)
        next += 1
      }
      offsets[object + 1] = UInt32(next)
    }
    var names = NameTable()
    let name = names.intern("root")
    let roots = (0..<Int(offsets[1])).map {
      Root(target: ObjectID(targets[$0]), kind: .data, reference: .strong, address: 0, name: name)
    }
    let sizes = FlatArray<UInt32>(repeating: 16, count: count + 1)
    sizes[0] = 0
    return ReferenceGraph(
      rows: ReferenceRows(offsets: offsets, targets: targets.shortened(to: next)), fields: FlatArray(zeroed: 0),
      kinds: FlatArray(zeroed: 0), sizes: sizes, largeSizes: [:], classOfObject: FlatArray(zeroed: count + 1),
      classes: [ObjectClass(name: "Node")], roots: roots, rootNames: names,
      addresses: AddressIndexBuilder().finish())
  }

  @Test func chainOfTenMillion() throws {
    let count = 10_000_000
    let (depth, retained, distance) = try inSmallStack {
      let graph = Self.graph(count, references: count) { object, refer in if object < count { refer(object + 1) } }
      var pages = PageStore()
      let order = try DepthFirstOrder(
        graph.rows, includingUnreached: true, pages: &pages, progress: WorkProgress())
      let referrers = FlatRows.reversed(
        offsets: graph.rows.offsets, targets: graph.rows.targets, pages: &pages)
      let (tree, paths) = try retentionTree(
        graph.rows, order, referrers: referrers, rootTargets: FlatArray(zeroed: 0),
        sizes: graph.sizes, largeSizes: [:], pages: &pages, progress: WorkProgress(),
        firstStep: 0)
      return (tree.maximumDepth, tree.retainedSize(of: ObjectID(count / 2 + 1)), paths.distance(of: ObjectID(count)))
    }
    #expect(depth == count)
    #expect(retained == 16 * UInt64(count / 2))
    #expect(distance == count)
  }

  @Test func longListWithTable() throws {
    let length = 500_000
    let table = 2 * length + 1
    let analysis = try inSmallStack {
      // Nodes 1, 3, 5, …, their values 2, 4, 6, …, and a table of all values.
      try HeapAnalysis.of(
        Self.graph(table, references: 3 * length + 2) { object, refer in
          if object == 0 {
            refer(1)
            refer(table)
          } else if object == table {
            for index in 0..<length { refer(2 * index + 2) }
          } else if object % 2 == 1 {
            refer(object + 1)
            if object + 2 < table { refer(object + 2) }
          }
        })
    }
    #expect(analysis.dominators.maximumDepth == length)
    #expect(analysis.dominators.dominator(of: ObjectID(2 * length)) == .root)
    #expect(analysis.dominators.dominator(of: ObjectID(2 * length - 1)) == ObjectID(2 * length - 3))
    #expect(analysis.components.count == 0)
  }

  @Test func doublyLinkedList() throws {
    let count = 300_000
    let report = try inSmallStack {
      let analysis = try HeapAnalysis.of(
        Self.graph(count, references: 2 * count) { object, refer in
          if object < count { refer(object + 1) }
          if object > 1 { refer(object - 1) }
        })
      #expect(analysis.components.count == 1)
      return analysis.report(on: ComponentID(0))
    }
    #expect(report.component.objects == count)
    #expect(report.component.retained == 16 * UInt64(count))
    #expect(report.witness.steps.count == 2)
    #expect(report.entryCut?.referenceCount == 1)
    #expect(report.insideCut.method == .byClass)
  }

  @Test func ringOfManyObjects() throws {
    let count = 300_000
    let report = try inSmallStack {
      try HeapAnalysis.of(
        Self.graph(count, references: count + 1) { object, refer in refer(object == count ? 1 : object + 1) }
      ).report(on: ComponentID(0))
    }
    #expect(report.witness.steps.count == count)
    #expect(report.witness.isShortest)
    #expect(report.path.count == 1)
  }
}
