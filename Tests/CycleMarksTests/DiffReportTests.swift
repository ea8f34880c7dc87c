import CycleMarks
import Foundation
import ReferenceGraph
import Testing
import TextSafety

@testable import GraphAnalysis

@Suite struct DiffReportTests {
  private func shop() throws -> (diff: HeapDiff, marks: MarkSet) {
    let after = try SampleHeap.shop()
    return (HeapDiff(before: HeapDigest(try SampleHeap.earlierShop()), after: after), marks(on: after))
  }

  private func hostile() throws -> (diff: HeapDiff, marks: MarkSet) {
    let after = try SampleHeap.hostile()
    var heap = SampleHeap()
    let first = heap.add("a|b``c\u{1b}]0;x\u{7}", 16)
    let second = heap.add("\u{202e}\t`", 16)
    heap.refer(first, "\n", second)
    heap.refer(second, "|", first)
    heap.builder.addRoot(first, name: "root")
    let before = try heap.analysis(path: "/data/\u{1b}[31m|`mon\nday`")
    return (HeapDiff(before: HeapDigest(before), after: after), marks(on: after))
  }

  private func top(_ report: DiffReport) throws -> [String: Any] {
    let data = Data(report.render(.json).utf8)
    return try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
  }

  @Test(arguments: DiffReport.Format.allCases) func shop(format: DiffReport.Format) throws {
    let (diff, marks) = try shop()
    try expectReport(DiffReport(diff, marks: marks).render(format), as: "diff-shop.\(format.fileExtension)")
  }

  @Test(arguments: DiffReport.Format.allCases) func hostile(format: DiffReport.Format) throws {
    let (diff, marks) = try hostile()
    let text = DiffReport(diff, marks: marks).render(format)
    try expectReport(text, as: "diff-hostile.\(format.fileExtension)")
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      let cells = format == .tsv ? line.split(separator: "\t", omittingEmptySubsequences: false) : [line]
      if format == .tsv { #expect(cells.count == DiffReport.Column.allCases.count || line.isEmpty) }
      for cell in cells {
        #expect(!cell.unicodeScalars.contains(where: SafeText.isUnsafe), "\(line.debugDescription)")
      }
    }
  }

  @Test(arguments: DiffReport.Format.allCases) func nothingChanged(format: DiffReport.Format) throws {
    let analysis = try SampleHeap.shop()
    let report = DiffReport(HeapDiff(before: HeapDigest(analysis), after: analysis), marks: marks(on: analysis))
    #expect(report.rowCount == 0)
    try expectReport(report.render(format), as: "diff-none.\(format.fileExtension)")
  }

  /// JSON holds what the comparison holds, names as they are in the dump.
  @Test func jsonHoldsTheRows() throws {
    for (diff, marks) in [try shop(), try hostile()] {
      let top = try top(DiffReport(diff, marks: marks))
      #expect(Set(top.keys) == Set(DiffReport.Key.allCases.map(\.rawValue)))
      let rows = try #require(top["rows"] as? [[String: Any]])
      #expect(rows.count == diff.rows.count && top["omitted"] as? Int == 0)
      for (json, row) in zip(rows, diff.rows) {
        #expect(Set(json.keys) == Set(DiffReport.RowKey.allCases.map(\.rawValue)))
        #expect(json["title"] as? String == row.title)
        #expect(json["state"] as? String == row.state.rawValue)
        let growth = try #require(json["growth"] as? [String: Int])
        #expect(growth == ["retained": Int(row.retainedGrowth), "objects": row.objectGrowth])
        for (key, amount) in [("before", row.before), ("after", row.after)] {
          let json = try #require(json[key] as? [String: Any])
          #expect(json["cycles"] as? Int == amount.cycles && json["objects"] as? Int == amount.objects)
          #expect(json["retained"] as? UInt64 == amount.retained && json["isExact"] as? Bool == amount.isExact)
        }
        switch row.subject {
        case .shape(let key):
          #expect(json["subject"] as? String == "shape" && json["key"] as? String == key)
          let mark = marks.mark(for: .shape(key))
          #expect(json["mark"] as? String == mark?.letter.text && json["verdict"] as? String == mark?.verdict.name)
        case .type(let name):
          #expect(json["subject"] as? String == "class" && json["key"] as? String == name)
          #expect(json["mark"] is NSNull && json["verdict"] is NSNull)
        }
      }
    }
  }

  @Test func limitAndOneKindOnly() throws {
    let (diff, marks) = try shop()
    let shapes = diff.rows.count { if case .shape = $0.subject { true } else { false } }
    #expect(shapes > 1 && shapes < diff.rows.count)
    let cycles = DiffReport(diff, marks: marks, only: .cycles)
    let classes = DiffReport(diff, marks: marks, only: .classes)
    #expect(cycles.rowCount == shapes && classes.rowCount == diff.rows.count - shapes)
    #expect(cycles.render(.text).contains("shape") && !cycles.render(.text).contains("class "))
    #expect(!classes.render(.text).contains("↻"))
    let first = DiffReport(diff, marks: marks, limit: 1)
    #expect(first.rowCount == diff.rows.count)
    #expect(first.render(.text).contains("  … \(diff.rows.count - 1) more\n"))
    #expect(first.render(.markdown).contains("… \(diff.rows.count - 1) more\n"))
    #expect(first.render(.tsv).split(separator: "\n").count == 2)
    #expect(try top(first)["omitted"] as? Int == diff.rows.count - 1)
    #expect(try top(DiffReport(diff, marks: marks, limit: 0))["rows"] as? [Int] == [])
  }

  /// What is a lower bound says so, and a difference of it is only about right.
  @Test func bounds() throws {
    let earlier = HeapDigest(try SampleHeap.earlierShop())
    var shapes = earlier.shapes
    let (key, shape) = try #require(shapes.first { $0.value.title.contains("Node") || $0.value.title.contains("Leaf") })
    var amount = shape.amount
    amount.isExact = false
    shapes[key] = HeapDigest.Shape(
      title: shape.title, amount: amount, tellingClasses: shape.tellingClasses, steps: shape.steps)
    let before = HeapDigest(
      path: earlier.path, format: earlier.format, retaining: earlier.retaining, cycles: earlier.cycles,
      reachableObjects: earlier.reachableObjects, reachableBytes: earlier.reachableBytes,
      typedObjects: earlier.typedObjects, shapes: shapes,
      classes: earlier.classes)
    let diff = HeapDiff(before: before, after: try SampleHeap.shop())
    let report = DiffReport(diff, marks: MarkSet(), only: .cycles)
    let line = try #require(report.render(.text).split(separator: "\n").first { $0.contains("Node") })
    #expect(line.contains("≈ 64 B") && line.hasSuffix("(1 → 2 cycles, ≥ 64 B → 128 B)"), "\(line)")
    #expect(report.render(.markdown).contains("| + ≈ 64 B | + 2 | grown | ≥ 64 B, 2 objects | 128 B, 4 objects |"))
    let cells = try #require(report.render(.tsv).split(separator: "\n").first { $0.contains("Node") })
    #expect(cells.contains("\t0\t-\t-\tmain.Leaf ⇄ main.Node"), "\(cells)")
  }

  /// Dumps of one name in two folders are told apart by their paths.
  @Test func dumpsOfOneName() throws {
    var heap = SampleHeap()
    heap.builder.addRoot(heap.add("A"), name: "a")
    let before = HeapDigest(try heap.analysis(path: "/monday/app.heapdump"))
    let diff = HeapDiff(before: before, after: try heap.analysis(path: "/friday/app.heapdump"))
    let text = DiffReport(diff, marks: MarkSet()).render(.text)
    #expect(text.hasPrefix("before  /monday/app.heapdump  16 B reachable in 1 object\nafter   /friday/app.heapdump"))
    let piped = HeapDiff(before: before, after: try heap.analysis(path: "-"))
    let lines = DiffReport(piped, marks: MarkSet()).render(.text).split(separator: "\n")
    #expect(lines[0].hasPrefix("before  app.heapdump    ") && lines[1].hasPrefix("after   standard input  "))
  }
}
