import Foundation
import Testing

/// The bank of leak scenarios in `Tests/Cases`: the first suspect names what a person who knows the program would name.
@Suite struct CaseBankTests {
  @Test(arguments: LeakCase.kept)
  func firstSuspectNamesTheCulprit(of scenario: LeakCase) throws {
    let summary = try scenario.summary()
    #expect(scenario.faults(of: summary) == [], "expected: \(scenario.expected.culprit)")
  }

  @Test func theBankIsThere() { #expect(LeakCase.kept.count >= 60) }

  @Test func aWrongFirstSuspectIsSeen() throws {
    let scenario = try #require(LeakCase.kept.first { $0.name == "jvm-linked-queue" })
    let wrong: [String: Any] = [
      "suspects": [["title": "java.lang.Object[]", "retained": 12, "reasons": ["garbage"]]], "islands": [:],
    ]
    #expect(scenario.faults(of: wrong).count == 2)
    #expect(scenario.faults(of: ["suspects": [], "islands": [:]]).count == 1)
  }
}

/// A scenario of the bank whose dump is kept in the repository.
struct LeakCase: CustomTestStringConvertible, Sendable {
  let name: String
  let expected: Expected
  var testDescription: String { name }

  /// `case.json` of a scenario; `Tests/Cases/README.md` tells what each key means.
  struct Expected: Decodable, Sendable {
    let culprit: String
    let dump: String
    let executable: String?
    let names: [String]?
    let never: [String]?
    let neverOfUnreachable: [String]?
    let says: [String]?
    let among: Int?
    let least: Int?
  }

  static let bank = CommandRun.root.appending(path: "Tests/Cases")

  /// Those whose dumps are in the repository.
  static let kept = all.filter { scenario in
    let dump = bank.appending(path: "\(scenario.name)/\(scenario.expected.dump)")
    return FileManager.default.fileExists(atPath: dump.path)
  }

  static let all: [LeakCase] = {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: bank.path)) ?? []
    return names.sorted().compactMap { name in
      let folder = bank.appending(path: name)
      guard let text = try? Data(contentsOf: folder.appending(path: "case.json")) else { return nil }
      // A file that cannot be read must not make a scenario vanish.
      let expected = try! JSONDecoder().decode(Expected.self, from: text)
      return LeakCase(name: name, expected: expected)
    }
  }()

  /// `refwalk summary` of the dump as JSON.
  func summary() throws -> [String: Any] {
    let folder = Self.bank.appending(path: name)
    return try TemporaryFolder.with { scratch in
      var words = ["summary", folder.appending(path: expected.dump).path]
      if let executable = expected.executable {
        let program = scratch.appending(path: "program")
        let source = folder.appending(path: executable).path
        #expect(try CommandRun.bash("gzip -dc '\(source)' >'\(program.path)'").status == 0)
        words += ["--executable", program.path]
      }
      let run = try CommandRun.run(CommandRun.program, words + ["--format", "json"])
      guard run.status == 0 else { return ["suspects": [], "islands": [:], "warnings": [run.errors]] }
      var summary = try run.jsonObject()
      let suspects = summary["suspects"] as? [[String: Any]] ?? []
      if let first = suspects.first, first["title"] == nil {
        let text = try CommandRun.run(CommandRun.program, words).output
        let titles = text.components(separatedBy: "\nSuspects\n").last?.matches(of: #/(?m)^  \S+ \S+  \S+ %  (.*)$/#)
        summary["suspects"] = zip(suspects, titles ?? []).map { suspect, title in
          suspect.merging(["title": String(title.1)]) { own, _ in own }
        }
      }
      return summary
    }
  }

  /// What is wrong with the first suspect; empty when it names the culprit.
  func faults(of summary: [String: Any]) -> [String] {
    var faults: [String] = []
    let leading = (summary["suspects"] as? [[String: Any]] ?? []).prefix(expected.among ?? 1)
    let found = leading.map { suspect in
      let words = Self.words(of: suspect)
      var missing = (expected.names ?? []).filter { !Self.found($0, in: words) }
      if suspect["retained"] as? Int ?? 0 < expected.least ?? 0 { missing.append("at least \(expected.least ?? 0) B") }
      return missing
    }
    if expected.names?.isEmpty == false, !found.contains([]) {
      let missing = found.min { $0.count < $1.count }
      faults.append("not named: \(missing?.joined(separator: ", ") ?? "there is no suspect")")
    }
    let said = leading.map { Self.words(of: $0) }.joined(separator: " | ")
    let unreachable = (summary["islands"] as? [String: Any])?["words"] as? String ?? ""
    faults += (expected.never ?? []).filter { Self.found($0, in: said) }.map { "says \($0)" }
    faults += (expected.neverOfUnreachable ?? []).filter { Self.found($0, in: unreachable) }.map { "says \($0)" }
    let whole = Self.strings(of: summary).joined(separator: " | ")
    faults += (expected.says ?? []).filter { !Self.found($0, in: whole) }.map { "does not say \($0)" }
    return faults
  }

  /// What a suspect says: its title, its holder, its reasons.
  private static func words(of suspect: [String: Any]) -> String {
    let said = [suspect["title"] ?? suspect["class"], suspect["holder"]].compactMap { $0 as? String }
    return (said + (suspect["reasons"] as? [String] ?? [])).joined(separator: " | ")
  }

  private static func strings(of value: Any) -> [String] {
    switch value {
    case let text as String: [text]
    case let object as [String: Any]: object.sorted { $0.key < $1.key }.flatMap { strings(of: $0.value) }
    case let list as [Any]: list.flatMap { strings(of: $0) }
    default: []
    }
  }

  private static func found(_ pattern: String, in text: String) -> Bool {
    text.range(of: pattern, options: .regularExpression) != nil
  }
}
