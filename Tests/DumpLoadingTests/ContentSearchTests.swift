import ReferenceGraph
import Testing

@testable import DumpLoading

/// Texts found in what objects hold, on every format.
@Suite struct ContentSearchTests {
  private static func sample(_ name: String) throws -> Heap {
    var folder = String(#filePath)
    folder.removeLast("Tests/DumpLoadingTests/ContentSearchTests.swift".count)
    return try DumpLoading.load(path: folder + "Samples/" + name)
  }

  @Test(arguments: [
    ("go-leaks/after.heapdump.gz", ["session", "main", "Go", "\u{1}"]),
    ("jvm-leaks/jvm-leaks.hprof.gz", ["session", "JvmLeaks", "java", "zürich"]),
    ("node-leaks/node-leaks.heapsnapshot.gz", ["leak", "node", "\n", "Possible"]),
  ])
  func whatTextsHoldIsFound(sample: String, patterns: [String]) throws {
    let heap = try Self.sample(sample)
    for text in patterns {
      let pattern = try #require(TextPattern(text))
      let found = try heap.search(text)
      for (object, offset) in found where text.utf8.allSatisfy({ $0 >= 0x20 }) {
        let excerpt = try #require(heap.details.excerpt(of: object, at: offset, before: 0, length: text.utf8.count))
        #expect(pattern.firstIndex(in: excerpt) == 0, "\(text) in \(heap.graph.objectClass(of: object).name)")
      }
      // Whatever is shown as text and has it is found. Arrays of the JVM are found as the strings that hold them.
      for object in (heap.graph.objects ?? 1...1).map({ ObjectID($0) }) {
        let name = heap.graph.objectClass(of: object).name
        if name.hasSuffix("[]") && !sample.hasPrefix("go") || name == "(symbol)" { continue }
        guard let whole = heap.details.text(of: object, limit: 1 << 20)?.text, let at = pattern.firstIndex(in: whole)
        else { continue }
        #expect(found[object] == at, "\(text) in \(name) \(object)")
      }
    }
  }

  @Test func goContentsAreSearchedAcrossRecords() throws {
    var dump = GoDumpWriter()
    let base: UInt64 = 0xc0_0000_0000
    for number in 0..<300 {
      let word = number % 3 == 0 ? "a needle \(number)" : "hay \(number)"
      dump.object(base + UInt64(number) * 64, text: word, size: 64)
    }
    // One that begins at the end of an object and would go on in the next record is none.
    dump.object(base + 300 * 64, text: String(repeating: "x", count: 60) + "need", size: 64)
    dump.end()
    let heap = try load(dump.bytes)
    let found = try heap.search("needle")
    #expect(found.count == 100 && found.values.allSatisfy { $0 == 2 })
    #expect(try heap.search("NEEDLE").isEmpty)
    #expect(try heap.search("need").count == 101)
    #expect(try heap.search(String(repeating: "x", count: 60)).count == 1)
    #expect(try heap.search(String(repeating: "x", count: 70)).isEmpty)
    let last = try #require(heap.object(at: base + 300 * 64))
    #expect(heap.details.excerpt(of: last, at: 60, before: 2, length: 20) == "xxneed")
    #expect(heap.details.excerpt(of: last, at: 64, before: 2, length: 20) == nil)
  }

  @Test(arguments: [
    "go-leaks/after.heapdump.gz", "jvm-leaks/jvm-leaks.hprof.gz", "node-leaks/node-leaks.heapsnapshot.gz",
  ])
  func aSearchStops(sample: String) throws {
    let heap = try Self.sample(sample)
    let pattern = try #require(TextPattern("e"))
    let progress = WorkProgress()
    progress.cancel()
    #expect(throws: Cancelled.self) {
      try heap.details.search(pattern, in: heap.graph, progress: progress) { _, _ in true }
    }
    var count = 0
    try heap.details.search(pattern, in: heap.graph, progress: WorkProgress()) { _, _ in
      count += 1
      return count < 3
    }
    #expect(count == 3)
  }

  @Test func patternsAreFoundWhereTheyAre() throws {
    #expect(TextPattern("") == nil)
    let text = "The quick brown Fox jumps over the lazy dog, the fox; 例の fOX"
    let bytes = Array(text.utf8)
    try bytes.withUnsafeBytes { memory in
      for wanted in ["the", "The", "fox", "Fox", "fOX", "x", "例", "g, the fox; 例の fOX", "T", "dogs", "例の FOX"] {
        let pattern = try #require(TextPattern(wanted))
        let folds = !wanted.contains { $0.isASCII && $0.isUppercase }
        #expect(pattern.foldsCase == folds)
        let source = Array((folds ? text.lowercased() : text).utf8)
        let part = Array(wanted.utf8)
        for start in 0...source.count {
          let expected = (start..<max(start, source.count - part.count + 1)).first {
            Array(source[$0..<$0 + part.count]) == part
          }
          #expect(pattern.firstIndex(in: memory, start..<source.count) == expected, "\(wanted) from \(start)")
        }
        #expect(pattern.firstIndex(in: memory, 0..<source.count + 1) == nil)
      }
    }
  }
}
