import Foundation
import Testing

@testable import refwalk

/// The keys that commands really write, against those that the manual lists.
@Suite struct WrittenKeysTests {
  /// The title in the manual of each kind of JSON object, by the keys that lead to it.
  ///
  /// Of two titles the second has what only some formats have.
  private static let titles: [String: [String]] = [
    "summary": ["summary"],
    "summary.roots": ["summary: roots"],
    "summary.reachable": ["summary: reachable, unreachable, outside"],
    "summary.unreachable": ["summary: reachable, unreachable, outside"],
    "summary.outside": ["summary: reachable, unreachable, outside"],
    "summary.unreachableParts": ["summary: unreachableParts"],
    "summary.named": ["summary: named"],
    "summary.islands": ["summary: islands"],
    "summary.islands.classes": ["summary: islands classes"],
    "summary.islands.shapes": ["summary: islands shapes"],
    "summary.components": ["summary: components"],
    "summary.policies": ["summary: policies"],
    "summary.checks": ["summary: checks"],
    "summary.skipped": ["summary: skipped"],
    "summary.suspects": ["summary: suspects"],
    "summary.suspects.onItsWay": ["summary: suspects onItsWay"],
    "cycles": ["cycles, one object for each shape"],
    "cycles.witness": ["cycles: witness"],
    "cycles.cuts": ["cycles: cuts"],
    "cycles.cuts.references": ["cycles: cuts: references"],
    "cycles.groups": ["cycles: groups"],
    "classes": ["classes, also the columns of --format tsv", "classes: more in JSON"],
    "classes.sites": ["classes: sites"],
    "objects": ["objects, also the columns of --format tsv", "objects, also those of paths, in JSON only"],
    "roots": ["roots, also the columns of --format tsv"],
    "paths": ["paths"],
    "paths.target": ["paths: target, hops", "objects, also those of paths, in JSON only"],
    "paths.paths": ["paths: paths"],
    "paths.paths.root": ["paths: root"],
    "paths.paths.hops": ["paths: target, hops", "objects, also those of paths, in JSON only"],
    "diff": ["diff"],
    "diff.before": ["diff: before, after"],
    "diff.after": ["diff: before, after"],
    "diff.policies": ["diff: policies"],
    "diff.growth": ["diff: growth, also that of rows"],
    "diff.rows": ["diff: rows"],
    "diff.rows.growth": ["diff: growth, also that of rows"],
    "diff.rows.before": ["diff: rows: before, after"],
    "diff.rows.after": ["diff: rows: before, after"],
    "diff.same": ["diff: same"],
  ]

  /// Objects whose keys come from the dump.
  private static let ofTheDump: Set = ["summary.roots.byKind", "summary.facts"]

  /// Takes the keys of all objects in `value`, by the keys that lead to them.
  private static func collect(_ value: Any, at path: String, into keys: inout [String: Set<String>]) {
    if let list = value as? [Any] {
      for element in list { collect(element, at: path, into: &keys) }
    } else if let object = value as? [String: Any], !ofTheDump.contains(path) {
      keys[path, default: []].formUnion(object.keys)
      for (key, member) in object { collect(member, at: "\(path).\(key)", into: &keys) }
    }
  }

  @Test func areThoseOfTheManual() throws {
    let node = CommandRun.root.appending(path: "Samples/node-leaks/node-leaks.heapsnapshot.gz").path
    var keys: [String: Set<String>] = [:]
    for command in ["summary", "cycles", "classes", "objects", "roots"] {
      for dump in [CommandRun.after, node] {
        let run = try CommandRun.refwalk(command, dump, "--format", "json")
        Self.collect(try JSONSerialization.jsonObject(with: Data(run.output.utf8)), at: command, into: &keys)
      }
    }
    for dump in [CommandRun.after, node] {
      let run = try CommandRun.refwalk("paths", dump, "#1000", "--format", "json")
      Self.collect(try run.jsonObject(), at: "paths", into: &keys)
    }
    let run = try CommandRun.refwalk("diff", CommandRun.before, CommandRun.after, "--format", "json")
    Self.collect(try run.jsonObject(), at: "diff", into: &keys)

    let documented = Dictionary(uniqueKeysWithValues: KeyDocumentation.all.map { ($0.title, $0.keys.map(\.name)) })
    for (path, written) in keys.sorted(by: { $0.key < $1.key }) {
      let titles = try #require(Self.titles[path], "\(path) is in no list")
      let known = Set(titles.flatMap { documented[$0] ?? [] })
      #expect(written == known, "\(path)")
    }
    // All lists but those of tables alone, and of records that were passed over and cycles that no root reaches, of which
    // these dumps have none.
    let unseen = Set(documented.keys).subtracting(keys.keys.flatMap { Self.titles[$0] ?? [] })
    let absent: Set = ["summary: skipped", "summary: islands shapes"]
    #expect(unseen.subtracting(absent) == ["diff: the columns of --format tsv"])
  }
}
