import Foundation
import Testing

@testable import refwalk

@Suite struct CompletionTests {
  private func answer(_ words: String...) throws -> Completion {
    Completion(words, tool: try ToolInfo.refwalk().command, policies: Completion.policies)
  }

  private func words(_ completion: Completion) -> [String] { completion.candidates.map(\.word) }

  @Test func firstWordIsACommandOrAFile() throws {
    let found = try answer("su")
    #expect(words(found) == ["summary"] && found.takesFiles)
    let all = try answer("")
    #expect(words(all).contains("cycles") && all.takesFiles)
    #expect(!words(all).contains("complete") && !words(all).contains("manual"))
    #expect(try answer("af").takesFiles)
  }

  @Test func optionsOfADumpAloneAreThoseOfTheBrowser() throws {
    #expect(words(try answer("a.heapdump", "--bef")) == ["--before"])
    #expect(words(try answer("cycles", "a.heapdump", "--fail-o")) == ["--fail-on", "--fail-over"])
  }

  @Test func valuesOfOptions() throws {
    #expect(words(try answer("diff", "a", "b", "--fail-on", "")) == ["new", "grown"])
    #expect(words(try answer("summary", "a", "--format=j")) == ["--format=json"])
    #expect(try answer("a", "--executable", "./a").takesFiles)
    let number = try answer("cycles", "a", "--top", "")
    #expect(number.candidates.isEmpty && !number.takesFiles)
  }

  @Test func asManyFilesAsACommandTakes() throws {
    #expect(try answer("diff", "a", "").takesFiles)
    #expect(!(try answer("diff", "a", "b", "").takesFiles))
    #expect(!(try answer("summary", "a", "").takesFiles))
    #expect(try answer("summary", "--", "-a").takesFiles)
  }

  @Test(arguments: [
    ("Samples/go-leaks/after.heapdump.gz", ["retaining", "application"]),
    ("Samples/node-leaks/node-leaks.heapsnapshot.gz", ["devtools", "strict", "application"]),
  ])
  func policiesAreThoseOfTheDump(path: String, names: [String]) throws {
    let dump = CommandRun.root.appending(path: path).path
    #expect(words(try answer("summary", dump, "--policy", "")) == names)
    #expect(words(try answer("summary", dump, "--policy=" + names[0].prefix(3))) == ["--policy=" + names[0]])
  }

  @Test func policiesOfAJVM() throws {
    let dump = CommandRun.root.appending(path: "Samples/jvm-leaks/jvm-leaks.hprof.gz").path
    let names = words(try answer(dump, "--policy", ""))
    #expect(names.contains("retaining-strong") && names.contains("strong") && !names.contains("devtools"))
  }

  /// bash asks as a person would, by the script that is installed.
  @Test func bashCompletes() throws {
    try TemporaryFolder.with { folder in
      try Data().write(to: folder.appending(path: "after.heapdump"))
      func complete(_ words: [String]) throws -> [String] {
        let array = words.map { "'\($0)'" }.joined(separator: " ")
        let line = """
          cd '\(folder.path)'; source <("$REFWALK" --generate-completion-script bash)
          COMP_WORDS=("$REFWALK" \(array)); COMP_CWORD=\(words.count); _refwalk; printf '%s\\n' "${COMPREPLY[@]}"
          """
        return try CommandRun.bash(line).lines
      }
      #expect(try complete(["af"]) == ["after.heapdump"])
      #expect(try complete(["after.heapdump", "--bef"]) == ["--before"])
      #expect(try complete(["cycles", "after.heapdump", "--format", "=", "j"]) == ["json"])
    }
  }

  @Test func everyShellHasAScript() throws {
    for shell in CompletionScript.allCases {
      let run = try CommandRun.refwalk("--generate-completion-script", shell.rawValue)
      #expect(run.status == 0 && run.output.contains("refwalk"))
    }
    expectOneLine(try CommandRun.refwalk("--generate-completion-script", "csh"), "refwalk: no completions for csh")
  }

  @Test func nearWords() {
    let commands = ["summary", "cycles", "roots", "diff"]
    for (word, meant) in [("sumary", "summary"), ("cylces", "cycles"), ("root", "roots"), ("dif", "diff")] {
      #expect(NearWord.nearest(to: word, among: commands) == meant)
    }
    #expect(NearWord.nearest(to: "app.hprof", among: commands) == nil)
    #expect(NearWord.nearest(to: "x", among: commands) == nil)
  }

  @Test func mistypedCommandsAreNamed() throws {
    expectOneLine(
      try CommandRun.refwalk("sumary", "x"), "refwalk: no command is called sumary: did you mean refwalk summary?")
    let alone = try CommandRun.refwalk("sumary", "--format", "json")
    #expect(alone.status == 2 && alone.errors.contains("did you mean refwalk summary?"))
    let option = try CommandRun.refwalk("cycles", "x", "--fail-onn", "held")
    expectOneLine(option, "refwalk: ")
    #expect(option.errors.contains("--fail-on") && option.errors.contains("refwalk cycles --help"))
  }
}
