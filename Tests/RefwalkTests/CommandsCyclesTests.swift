import CycleMarks
import Foundation
import Testing

@testable import refwalk

@Suite struct CommandsCyclesTests {
  /// A line of planted.tsv.
  struct Plant: CustomStringConvertible {
    let name: String
    let copies: Int
    let objects: Int
    let bytes: Int
    let before: String
    let after: String
    let root: String
    let symbols: [String]
    var description: String { name }

    static let all: [Plant] = {
      let text = try! String(contentsOf: CommandRun.samples.appending(path: "planted.tsv"), encoding: .utf8)
      return text.split(separator: "\n").dropFirst().map { line in
        let cells = line.split(separator: "\t").map(String.init)
        return Plant(
          name: cells[0], copies: Int(cells[1])!, objects: Int(cells[2])!, bytes: Int(cells[3])!, before: cells[4],
          after: cells[5], root: cells[6], symbols: cells[7].split(separator: " ").map(String.init))
      }
    }()
  }

  /// The shapes of a dump with so many objects and bytes in each cycle.
  private func shapes(_ dump: String) throws -> [[String: Any]] {
    let run = try CommandRun.refwalk("cycles", dump, "--executable", CommandRun.executable, "--format", "json")
    #expect(run.status == 0)
    #expect(run.errors.isEmpty)
    return try run.jsonList()
  }

  private func matching(_ plant: Plant, _ shapes: [[String: Any]]) -> [[String: Any]] {
    shapes.filter { shape in
      let count = shape["count"] as? Int ?? 0
      return count > 0 && shape["objects"] as? Int == count * plant.objects
        && shape["shallow"] as? Int == count * plant.bytes
    }
  }

  @Test func everyPlantIsFound() throws {
    for (dump, isBefore) in [(CommandRun.before, true), (CommandRun.after, false)] {
      let shapes = try shapes(dump)
      for plant in Plant.all {
        let found = matching(plant, shapes)
        let held = found.reduce(0) { $0 + ($1["heldCount"] as? Int ?? 0) }
        let count = found.reduce(0) { $0 + ($1["count"] as? Int ?? 0) }
        switch isBefore ? plant.before : plant.after {
        case "held":
          #expect(held >= plant.copies, "\(plant)")
          // Timers are also reached from stacks of the runtime, and a stack is named by the function it is in.
          if plant.root == "global" {
            let roots = found.compactMap { $0["root"] as? String }
            #expect(roots.contains { root in plant.symbols.contains { root.contains($0) } }, "\(plant): \(roots)")
          }
        case "collectable": #expect(count - held >= plant.copies, "\(plant)")
        default: #expect(count - held == 0 && (held == 0 || plant.name == "services-dropped"), "\(plant)")
        }
      }
    }
  }

  @Test func shapesAreWholeAndRanked() throws {
    let shapes = try shapes(CommandRun.before)
    for shape in shapes {
      #expect(Set(shape.keys) == Set(CyclesKey.allCases.map(\.rawValue)))
      let held = try #require(shape["held"] as? Bool)
      #expect(held == (try #require(shape["heldCount"] as? Int) > 0))
      #expect(held == (shape["root"] is String))
      let witness = try #require(shape["witness"] as? [[String: Any]])
      #expect(!witness.isEmpty)
      #expect(witness.allSatisfy { Set($0.keys) == Set(CyclesKey.Step.allCases.map(\.rawValue)) })
      let cuts = try #require(shape["cuts"] as? [[String: Any]])
      #expect(cuts.map { $0["kind"] as? String } == (held ? ["inside", "entry"] : ["inside"]))
    }
    // Held ones first; those that retain most first.
    let held = shapes.map { $0["held"] as? Bool ?? false }
    #expect(held == held.sorted { $0 && !$1 })
    let retained = shapes.filter { $0["held"] as? Bool == true }.map { $0["retained"] as? Int ?? -1 }
    #expect(retained == retained.sorted(by: >))
    let run = try CommandRun.refwalk("cycles", CommandRun.before, "--format", "json", "--top", "2")
    #expect(try run.jsonList().count == 2)
  }

  @Test func textSaysHowManyAreLeftOut() throws {
    let run = try CommandRun.refwalk("cycles", CommandRun.after, "--top", "3")
    #expect(run.status == 0)
    #expect(run.lines.count == 2 + 1 + 3 + 1)
    #expect(run.lines.last?.contains("more (--top") == true)
  }

  @Test func failsWhenAskedTo() throws {
    func status(_ arguments: String...) throws -> (Int32, String) {
      let run = try CommandRun.run(CommandRun.program, ["cycles", CommandRun.after, "--top", "1"] + arguments)
      #expect(!run.output.isEmpty)
      return (run.status, run.errors)
    }
    #expect(try status("--fail-on", "held").0 == 1)
    #expect(try status("--fail-on", "unexpected").0 == 1)
    #expect(try status("--fail-on", "suspect") == (0, ""))
    #expect(try status("--fail-over", "10MiB") == (0, ""))
    let (code, errors) = try status("--fail-over", "1MiB")
    #expect(code == 1)
    #expect(errors.split(separator: "\n").count == 1)
    #expect(errors.hasPrefix("refwalk: \(CommandRun.after): "))
  }

  @Test func verdictsOfMarksCount() throws {
    let shapes = try shapes(CommandRun.after)
    try TemporaryFolder.with { folder in
      let path = folder.appending(path: "marks").path
      func mark(_ verdict: (Int) -> Verdict) throws {
        try? FileManager.default.removeItem(atPath: path)
        var file = MarksFile(dump: CommandRun.after, explicit: path, environment: [:])
        var set = MarkSet()
        for (index, shape) in shapes.enumerated() {
          let key = try #require(shape["shape"] as? String)
          set.set(Mark(target: .shape(key), verdict: verdict(index), title: "ring", made: 1))
        }
        try file.save(set.marks)
      }
      func cycles(_ kind: String) throws -> Int32 {
        try CommandRun.refwalk("cycles", CommandRun.after, "--marks", path, "--fail-on", kind).status
      }
      try mark { _ in .expected }
      #expect(try cycles("unexpected") == 0)
      #expect(try cycles("suspect") == 0)
      try mark { $0 == 3 ? .suspect : .expected }
      #expect(try cycles("unexpected") == 1)
      #expect(try cycles("suspect") == 1)
      let export = try CommandRun.refwalk("export", CommandRun.after, "--marks", path, "--fail-on", "suspect")
      #expect(export.status == 1)
      #expect(export.output.contains("suspect"))
      let run = try CommandRun.refwalk("cycles", CommandRun.after, "--marks", path, "--format", "json")
      let verdicts = try run.jsonList().map { $0["verdict"] as? String }
      #expect(verdicts == shapes.indices.map { $0 == 3 ? "suspect" : "expected" })
    }
  }
}
