import GraphAnalysis
import Layout
import ReferenceGraph
import Testing

/// Of several roots that hold an object, the one that explains most is named.
@Suite struct RootOrderTests {
  private static let heap: (analysis: HeapAnalysis, queue: ObjectID) = {
    var heap = BuiltHeap()
    let queue = heap.add("chan int", 96)
    let pool = heap.add("main.Pool", 64)
    let cache = heap.add("main.Cache", 64)
    heap.refer(pool, ".jobs", queue)
    heap.refer(cache, ".jobs", queue)
    heap.builder.addRoot(queue, kind: .frameMaybe, name: "goroutine 1 main.dump (maybe)", reference: .maybe)
    heap.builder.addRoot(queue, kind: .frame, name: "goroutine 6 main.worker local c")
    heap.builder.addRoot(queue, kind: .bss, name: "global main.queue")
    heap.builder.addRoot(pool, kind: .frameMaybe, name: "goroutine 2 main.serve (maybe)", reference: .maybe)
    heap.builder.addRoot(pool, kind: .frame, name: "goroutine 7 main.worker local p")
    heap.builder.addRoot(cache, kind: .data, name: "global main.cache")
    return (heap.analysis(), queue)
  }()

  @Test func pathsOfOneLength() throws {
    let (analysis, queue) = Self.heap
    let tree = try PathTree(to: queue, analysis: analysis)
    let names = tree.nodes[0].children.map { analysis.graph.nameOfRoot(Int(tree.nodes[$0].place.index)) }
    // Words that may be no references hold nothing that a variable holds.
    #expect(
      names == [
        "global main.queue", "goroutine 6 main.worker local c", "global main.cache", "goroutine 7 main.worker local p",
      ])
    let alike = ReferencePolicy(name: "alike", summary: "", kinds: .all, ranksRoots: false)
    let all = try PathTree(to: queue, analysis: analysis, policy: alike)
    #expect(
      all.nodes[0].children.map { analysis.graph.nameOfRoot(Int(all.nodes[$0].place.index)) } == [
        "global main.queue", "goroutine 6 main.worker local c", "goroutine 1 main.dump (maybe)",
        "global main.cache", "goroutine 7 main.worker local p", "goroutine 2 main.serve (maybe)",
      ])
    let few = try PathTree(to: queue, analysis: analysis, limit: 2)
    #expect(few.pathCount == 2 && few.nodes[0].children.count == 2)
  }

  @Test func rowsOfRoots() {
    var browser = BrowserDriver(Self.heap.analysis)
    browser.press("3")
    #expect(browser.screen.contains("global main.queue and 1 more: chan int"))
    #expect(browser.screen.contains("goroutine 7 main.worker local p: main.Pool"))
    #expect(browser.screen.contains("global main.cache: main.Cache"))
    browser.press("Down i Tab")
    #expect(browser.screen.contains("[Referrers"))
  }
}
