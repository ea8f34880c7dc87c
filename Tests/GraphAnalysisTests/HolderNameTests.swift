import ReferenceGraph
import Testing

@testable import GraphAnalysis

/// Of several roots one is named, the same in every list, with how many more there are.
@Suite struct HolderNameTests {
  /// Roots of an object itself, of those on the way to it, and of others.
  @Test func rootsOnTheWayAreCounted() throws {
    var builder = ReferenceGraphBuilder()
    let registry = builder.add("Registry", size: 16)
    let session = builder.add("Session", size: 16)
    let aside = builder.add("Aside", size: 16)
    builder.refer(registry, to: session, field: 1)
    builder.refer(aside, to: session, field: 1)
    builder.addRoot(registry, kind: .frame, name: "goroutine 7 local r")
    builder.addRoot(registry, kind: .data, name: "global registry")
    builder.addRoot(registry, kind: .frame, name: "goroutine 7 local r")
    builder.addRoot(session, kind: .frame, name: "goroutine 8 local s")
    builder.addRoot(aside, kind: .frame, name: "goroutine 9 local a")
    let analysis = try HeapAnalysis.of(builder.build())
    let name = try #require(analysis.namedHolder(of: session))
    #expect(name.name == "global registry" && name.more == 2 && !name.isAtLeast)
    #expect(name.text == "global registry and 2 more")
    #expect(analysis.holderText(of: analysis.path(to: session)) == name.text)
    #expect(analysis.holderName(of: analysis.path(to: session)) == "global registry")
    #expect(analysis.namedHolder(of: aside)?.text == "goroutine 9 local a")
    #expect(analysis.rootName(directlyHolding: registry)?.text == "global registry and 1 more")
    #expect(analysis.rootName(directlyHolding: session)?.text == "goroutine 8 local s")
  }

  /// What leads to a class says nothing of the static field that is named, what holds beyond it does.
  @Test func rootsBeforeAStaticFieldDoNotCount() throws {
    struct Details: ObjectDetails {
      func fieldName(_ field: UInt32, of object: ObjectID) -> String { field == 7 ? "static Shop.cache" : ".f\(field)" }
      func values(of object: ObjectID, from first: Int, limit: Int) -> (values: [FieldValue], total: Int) { ([], 0) }
      func text(of object: ObjectID, limit: Int) -> (text: String, length: Int)? { nil }
      func allocationStack(of object: ObjectID) -> [StackFrame] { [] }
      func facts(ofRoot index: Int) -> [Fact] { [] }
    }
    var builder = ReferenceGraphBuilder()
    let type = builder.add(ObjectClass(name: "java.lang.Class", flags: .metadata), size: 16)
    let cache = builder.add("Cache", size: 16)
    let entry = builder.add("Entry", size: 16)
    builder.refer(type, to: cache, field: 7)
    builder.refer(cache, to: entry, field: 1)
    builder.addRoot(type, kind: .systemClass, name: "system class")
    builder.addRoot(type, kind: .native, name: "JNI global")
    builder.addRoot(entry, kind: .frame, name: "thread 1 local")
    let analysis = try HeapAnalysis.of(builder.build(), details: Details())
    #expect(analysis.namedHolder(of: cache)?.text == "static Shop.cache")
    #expect(analysis.namedHolder(of: entry)?.text == "static Shop.cache and 1 more")
  }

  /// Very many roots of one object are not all counted.
  @Test func manyRootsAreCountedToALimit() throws {
    var builder = ReferenceGraphBuilder()
    let object = builder.add("Shared", size: 16)
    for number in 0..<3000 { builder.addRoot(object, kind: .native, name: "handle \(number)") }
    let name = try #require(HeapAnalysis.of(builder.build()).namedHolder(of: object))
    #expect(name.isAtLeast && name.text == "handle 0 and at least 999 more")
  }

  /// The ring that is told of a large component lies nearer to another root than to the one by which lists name its
  /// holder: the way to it begins at that all the same.
  @Test func aLargeComponentHasOneHolder() throws {
    var builder = ReferenceGraphBuilder()
    let near = builder.add("Near", size: 16)
    builder.addRoot(near, kind: .data, name: "global near")
    var last = near
    for _ in 0..<20 {
      let next = builder.add("Link", size: 16)
      builder.refer(last, to: next, field: 1)
      last = next
    }
    let (first, second) = (builder.add("Ring", size: 16), builder.add("Ring", size: 16))
    builder.refer(last, to: first, field: 1)
    builder.refer(first, to: second, field: 2)
    builder.refer(second, to: first, field: 3)
    builder.refer(second, to: near, field: 4)
    // Two steps from this root is the ring.
    let step = builder.add("Step", size: 16)
    builder.addRoot(step, kind: .data, name: "global far")
    builder.refer(step, to: first, field: 1)
    let analysis = try HeapAnalysis.of(builder.build())
    let id = try #require(analysis.components.component(of: near))
    let report = analysis.report(on: id)
    #expect(report.component.nearest == near && report.witness.steps.count == 2)
    #expect(analysis.namedHolder(of: id)?.text == "global near")
    #expect(analysis.holderName(of: report.path) == "global near")
    #expect(analysis.graph.target(of: report.pathToRing.last!) == report.witness.steps[0].object)
    #expect(report.pathToRing.count == 22)
    let outlines = CycleOutlines(analysis)
    let outline = outlines.outline(of: id)
    #expect(outlines.holderName(of: outline) == "global near")
    #expect(outlines.holderWords(of: outline) == analysis.holder(of: id)?.words)
  }
}
