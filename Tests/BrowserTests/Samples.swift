import CycleMarks
import DumpLoading
import Foundation
import GraphAnalysis
import ReferenceGraph

/// The heaps that the screens are drawn from.
enum Samples {
  /// `Samples/go-leaks/after.heapdump.gz` with its executable; its addresses are the same everywhere.
  static let goLeaks = goSample("after")
  /// The same program before a collection.
  static let goBefore = goSample("before")

  private static func goSample(_ name: String) -> HeapAnalysis {
    let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "Samples/go-leaks").path
    // A sample that can't be read is a broken repository.
    let heap = try! DumpLoading.load(
      path: folder + "/\(name).heapdump.gz", options: LoadOptions(executable: folder + "/go-leaks"))
    return analyse(heap)
  }

  static let jvmLeaks = sample("jvm-leaks/jvm-leaks.hprof.gz")
  static let nodeLeaks = sample("node-leaks/node-leaks.heapsnapshot.gz")

  private static func sample(_ path: String) -> HeapAnalysis {
    let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "Samples")
    return analyse(try! DumpLoading.load(path: folder.appending(path: path).path))
  }

  /// Names that try to break out of the screen: escape sequences, wide and combining characters, both directions of
  /// writing, ten thousand characters.
  static let hostile: HeapAnalysis = {
    var heap = BuiltHeap()
    let wide = heap.add("例.キャッシュの例例例例例例例例例例例例例例", 48)
    let escape = heap.add("evil\u{1b}[31mRED\u{1b}[2J\u{1b}]0;title\u{7}", 96)
    let reversed = heap.add("abc\u{202e}txt.exe\u{200b}e\u{301}\u{301}\u{301}\u{301}", 64)
    let long = heap.add(String(repeating: "long/", count: 2000) + "Name", 128)
    let broken = heap.add("two\nlines\r\tand\u{85}more\u{9b}31m", 32)
    heap.builder.addRoot(wide, name: "global 例.根\u{1b}[5m\nroot")
    heap.builder.addRoot(long, kind: .frame, name: String(repeating: "goroutine ", count: 1000), reference: .maybe)
    heap.refer(wide, ".次の要素の名前はとても長い", escape)
    heap.refer(escape, ".\u{1b}[41mfield\u{7}", reversed)
    heap.refer(reversed, "." + String(repeating: "f", count: 10_000), wide)
    heap.refer(long, "[0]\n[1]", broken)
    heap.refer(broken, "\u{202e}", long)
    heap.refer(long, ".self", long)
    heap.details.texts[escape] = "token\u{1b}[31m\u{0}例" + String(repeating: "x", count: 10_000)
    return heap.analysis()
  }()

  /// A ring of `count` objects that a root holds, and a list of `children` that hang below its first.
  static func ring(_ count: Int, children: Int = 0) -> HeapAnalysis {
    var heap = BuiltHeap()
    let ring = (0..<count).map { heap.add("main.Step\($0 % 3)", 32 + UInt64($0 % 7)) }
    for (number, object) in ring.enumerated() { heap.refer(object, ".next", ring[(number + 1) % count]) }
    for number in 0..<children { heap.refer(ring[0], "[\(number)]", heap.add("main.Leaf", 16 + UInt64(number % 5))) }
    heap.builder.addRoot(ring[0], name: "global main.head")
    return heap.analysis()
  }

  static func analyse(_ heap: Heap) -> HeapAnalysis { parts(of: heap).last! }

  /// The parts of an analysis as they come: with the retention tree, with cycles, with classes, and the whole.
  static func parts(of heap: Heap) -> [HeapAnalysis] {
    var parts: [HeapAnalysis] = []
    let options = AnalysisOptions(heap.facts)
    // Nothing cancels it.
    let whole = try! HeapAnalysis(heap: heap, options: options, progress: WorkProgress(steps: HeapAnalysis.steps)) {
      parts.append($0)
    }
    return parts + [whole]
  }

  static let goParts = parts(of: goLeaks.heap)
}

/// A small heap, named as a test needs it.
struct BuiltHeap {
  /// What it knows of its objects: names of fields, and texts.
  struct Details: ObjectDetails {
    var fields: [String] = []
    var texts: [ObjectID: String] = [:]

    func fieldName(_ field: UInt32, of object: ObjectID) -> String { fields[Int(field)] }
    func values(of object: ObjectID, from first: Int, limit: Int) -> (values: [FieldValue], total: Int) {
      let all = texts[object].map { [FieldValue(name: ".text", text: $0, target: nil)] } ?? []
      return (Array(all.dropFirst(first).prefix(limit)), all.count)
    }
    func text(of object: ObjectID, limit: Int) -> (text: String, length: Int)? {
      texts[object].map { (String(decoding: $0.utf8.prefix(limit), as: UTF8.self), $0.utf8.count) }
    }
    func allocationStack(of object: ObjectID) -> [StackFrame] {
      texts[object] == nil
        ? []
        : [StackFrame(function: "main.\u{1b}[1mmake", file: "/src/例/" + String(repeating: "d/", count: 99), line: 7)]
    }
    func facts(ofRoot index: Int) -> [Fact] { [] }
  }

  var builder = ReferenceGraphBuilder()
  var details = Details()

  mutating func add(_ name: String, _ size: UInt64) -> ObjectID { builder.add(ObjectClass(name: name), size: size) }

  mutating func refer(_ source: ObjectID, _ field: String, _ target: ObjectID) {
    let number = details.fields.firstIndex(of: field) ?? details.fields.count
    if number == details.fields.count { details.fields.append(field) }
    builder.refer(source, to: target, field: UInt32(number))
  }

  func analysis(truncation: String? = nil) -> HeapAnalysis {
    let retaining = ReferencePolicy(name: "retaining", summary: "all but weak", kinds: [.strong, .maybe])
    let cycles = ReferencePolicy(name: "application", summary: "without maybe", kinds: [.strong])
    var facts = DumpFacts(
      format: "Go heap dump", producer: "go1.27.3 amd64", path: "/data/app.heapdump", fileBytes: 1, dumpBytes: 1,
      retainingPolicies: [retaining], cyclePolicies: [cycles])
    facts.truncation = truncation
    return Samples.analyse(Heap(graph: builder.build(), facts: facts, details: details))
  }
}
