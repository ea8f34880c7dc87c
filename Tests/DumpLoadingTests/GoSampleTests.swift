import Foundation
import GraphAnalysis
import ReferenceGraph
import Testing

@testable import DumpLoading

/// The sample `go-leaks`: why its roots live, what is never freed, where objects were allocated.
struct GoSampleTests {
  static var folder: String {
    var folder = String(#filePath)
    folder.removeLast("Tests/DumpLoadingTests/GoSampleTests.swift".count)
    return folder + "Samples/go-leaks/"
  }

  private func analysis(_ name: String) throws -> HeapAnalysis {
    let heap = try DumpLoading.load(
      path: Self.folder + name + ".heapdump.gz", options: LoadOptions(executable: Self.folder + "go-leaks"))
    return try HeapAnalysis(heap: heap, options: AnalysisOptions(heap.facts), progress: WorkProgress())
  }

  /// What is said of the nearest root of the first cycle whose title has `text`.
  private func words(_ analysis: HeapAnalysis, _ text: String) throws -> String {
    let shape = try #require(analysis.shapes.first { $0.title.contains(text) }, "\(text)")
    return try #require(analysis.holder(of: shape.components[0]), "\(text)").words
  }

  @Test func rootsSayWhyTheyLive() throws {
    let analysis = try analysis("after")
    #expect(try words(analysis, "main.SessionCache").hasPrefix("a global variable, "))
    #expect(try words(analysis, "main.Worker").hasPrefix("a goroutine blocked on a channel (chan receive), until "))
    #expect(try words(analysis, "context.cancelCtx").hasPrefix("a context that was not cancelled"))
    #expect(try words(analysis, "main.Connection").hasPrefix("a timer that has not fired"))
    #expect(try words(analysis, "main.LockedFile").hasPrefix("a finalizer"))
    let reasons = analysis.suspects.flatMap(\.reasons)
    #expect(reasons.contains { $0.hasPrefix("5 goroutines [chan receive] main.runWorker plants.go:142 are alike") })
    let before = try self.analysis("before")
    #expect(
      before.shapes.contains { shape in
        before.holder(of: shape.components[0])?.words.hasPrefix("a sync.Pool: ") ?? false
      })
  }

  /// The compiler puts `goparkunlock` of proc.go into the functions of the runtime that wait.
  @Test func linesAreThoseOfTheFunctionNamed() throws {
    let graph = try analysis("after").heap.graph
    let names = graph.roots.map { graph.rootNames[$0.name] }
    #expect(names.contains { $0.contains("] runtime.bgsweep mgcsweep.go:") })
    #expect(!names.contains { $0.contains("] runtime.bgsweep proc.go:") })
  }

  /// Of several frames that hold an object, the one that waits for the runtime says more than the runtime's.
  @Test func framesOfTheRuntimeComeLast() throws {
    let graph = try analysis("after").heap.graph
    let frames = graph.roots.filter { $0.kind == .frame || $0.kind == .frameMaybe }.map { graph.rootNames[$0.name] }
    let last = try #require(frames.lastIndex { $0.contains("] main.") })
    let first = try #require(frames.firstIndex { $0.contains("] runtime.") })
    #expect(last < first)
  }

  @Test func onlyCyclesWithFinalizersAreNeverFreed() throws {
    let analysis = try analysis("after")
    #expect(analysis.finalizerCycles.count == 11)
    for id in analysis.finalizerCycles {
      #expect(analysis.shapes[analysis.components[id].shape].title == "main.LockedFile ⇄ main.FileLock")
    }
    #expect(analysis.suspects.flatMap(\.reasons).contains("never freed: a finalizer in a cycle"))
  }

  @Test func classesSayWhereTheyWereAllocated() throws {
    let analysis = try analysis("after")
    let sites = try #require(analysis.allocationSites)
    #expect(!sites.isEstimate)
    let classes = analysis.graph.classes
    let row = try #require(analysis.histogram.rows.first { classes[$0.classIndex].name == "main.CachedSession" })
    let found = sites.rows(ofClass: row.classIndex)
    #expect(found.map(\.objects).reduce(0, +) == row.objects && found.map(\.bytes).reduce(0, +) == row.shallow)
    #expect(found.first?.site.text.hasPrefix("main.plantSessionCache plants.go:") ?? false)
  }

  @Test func sampledFiguresAreScaled() {
    let allocations = Allocations(sites: [], samples: [], rate: 512 << 10)
    // An object as large as the rate stands for 1 / (1 - 1/e), a tiny one for about rate / size.
    #expect(abs(allocations.weight(size: 512 << 10) - 1.5819767) < 1e-6)
    #expect(abs(allocations.weight(size: 64) - 8192.5) < 0.1)
    #expect(Allocations(sites: [], samples: [], rate: 1).weight(size: 64) == 1)
  }

  @Test func whatNoRootReachesIsListed() throws {
    let before = try analysis("before")
    let islands = before.islands
    #expect(islands.classes.reduce(0) { $0 + $1.objects } == before.unreachableObjects)
    #expect(islands.classes.reduce(0) { $0 + $1.shallow } == before.unreachableBytes)
    #expect(
      islands.shapes.reduce(0) { $0 + $1.count } == before.components.count
        - before.shapes.reduce(0) { $0 + $1.heldCount })
    let after = try analysis("after")
    #expect(after.unreachableParts.reduce(0) { $0 + $1.objects } == after.unreachableObjects)
  }

  private func objects(_ className: String, in heap: Heap) throws -> [ObjectID] {
    let graph = heap.graph
    return try #require(graph.objects).map { ObjectID($0) }.filter { graph.objectClass(of: $0).name == className }
  }

  @Test func referencesSayFieldIndexKeyAndCapturedVariable() throws {
    let heap = try analysis("after").heap
    func names(_ className: String) throws -> Set<String> {
      Set(
        try objects(className, in: heap).flatMap { id in
          heap.graph.references(of: id).map { heap.fieldName(of: $0) }
        })
    }
    #expect(try names("main.SessionCache") == [".byID", ".newest", ".oldest"])
    #expect(try names("[]*main.Service") == Set((0..<8).map { "[\($0)]" }))
    let sessions = try names("map.group[string]*main.Session")
    #expect(sessions.contains("[\"user-4\"]") && sessions.contains("key \"user-4\""))
    #expect(try names("map.group[string]*main.CachedSession").contains("[\"session-0042\"]"))
    #expect(try names("closure main.NewService.func1") == ["captured service"])
    #expect(try names("closure main.plantTimers.func1") == ["captured connection"])
    #expect(try names("main.Feed") == [".reader"])
  }

  @Test func scalarFieldsAreDecoded() throws {
    let heap = try analysis("after").heap
    func values(_ className: String) throws -> Set<String> {
      Set(
        try objects(className, in: heap).flatMap { id in
          heap.details.values(of: id, from: 0, limit: 100).values.map { "\($0.name) = \($0.text)" }
        })
    }
    let tenants = try values("main.Tenant")
    #expect(tenants.contains(".Name = \"tenant-3\"") && tenants.contains(".Documents = len 3, cap 3"))
    let documents = try values("main.Document")
    #expect(documents.contains(".Key = \"tenant-6/document-2\""))
    #expect(documents.contains { $0.hasPrefix(".Text = len 480, cap 480") })
    #expect(try values("main.Directory").isSuperset(of: (1...15).map { ".number = \($0)" }))
    #expect(try values("main.Connection").contains(".open = true"))
    #expect(try values("main.Feed") == [".reader = *main.Mailbox"])
    #expect(try values("main.Request").isSuperset(of: [".ctx = *context.valueCtx", ".Path = \"/buy\""]))
    #expect(try values("main.Session").isSuperset(of: [".UserID = \"user-8\"", ".Data = len 2"]))
  }

  @Test func nearlyAllObjectsHaveAName() throws {
    let heap = try analysis("after").heap
    var unnamed = 0
    for id in try #require(heap.graph.objects) where heap.graph.objectClass(of: ObjectID(id)).flags.contains(.untyped) {
      unnamed += 1
    }
    #expect(unnamed * 500 < heap.graph.objectCount)
  }
}
