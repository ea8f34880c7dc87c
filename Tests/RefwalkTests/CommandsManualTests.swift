import Browser
import DumpLoading
import Foundation
import Testing

@testable import refwalk

@Suite struct CommandsManualTests {
  @Test func namesEverything() throws {
    let run = try CommandRun.refwalk("manual")
    #expect(run.status == 0)
    let plain = run.output.replacing("\\-", with: "-").replacing("\\(ha", with: "^").replacing("\\(aq", with: "'")
    for command in try ToolInfo.refwalk().command.subcommands ?? [] where command.shouldDisplay != false {
      if command.commandName != "help" { #expect(plain.contains("refwalk \(command.commandName)")) }
      for argument in command.arguments ?? [] where argument.shouldDisplay {
        for name in argument.nameTexts where name.hasPrefix("--") && name != "--help" && name != "--version" {
          #expect(plain.contains(name), "\(name)")
        }
      }
    }
    for binding in KeyMap.standard.bindings { #expect(plain.contains(binding.help), "\(binding.help)") }
    for documentation in KeyDocumentation.all {
      for key in documentation.keys { #expect(plain.contains("\\fB\(key.name)\\fR"), "\(key.name)") }
    }
    for status in ExitStatus.allCases { #expect(plain.contains("\\fB\(status.rawValue)\\fR")) }
  }

  @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/groff")))
  func isCleanRoff() throws {
    let run = try CommandRun.bash("\"$REFWALK\" manual | groff -man -Tutf8 -ww -z")
    #expect(run.status == 0)
    #expect(run.errors.isEmpty, "\(run.errors)")
  }

  @Test func completionsAreScripts() throws {
    for shell in ["bash", "zsh", "fish"] {
      let run = try CommandRun.refwalk("--generate-completion-script", shell)
      #expect(run.status == 0)
      #expect(run.output.contains("refwalk") && run.output.contains(" complete -- "), "\(shell)")
    }
    let check = try CommandRun.bash("\"$REFWALK\" --generate-completion-script bash | bash -n")
    #expect(check.status == 0 && check.errors.isEmpty)
  }

  /// Every policy of a format by its name, as the formats themselves have them.
  @Test func namesThePoliciesOfEachFormat() throws {
    let text = try CommandRun.refwalk("manual").output.replacing("\\-", with: "-")
    for dump in ["go-leaks/after.heapdump.gz", "jvm-leaks/jvm-leaks.hprof.gz", "node-leaks/node-leaks.heapsnapshot.gz"]
    {
      let policies = DumpLoading.policies(path: CommandRun.root.appending(path: "Samples/" + dump).path)
      #expect(policies.count > 1)
      for policy in policies { #expect(text.contains("\\fB\(policy.name)\\fR"), "\(policy.name)") }
    }
  }

  @Test func readMeNamesCommandsAndCodes() throws {
    let text = try String(contentsOf: CommandRun.root.appending(path: "README.md"), encoding: .utf8)
    for status in ExitStatus.allCases { #expect(text.contains("| \(status.rawValue) |")) }
    for command in try ToolInfo.refwalk().command.subcommands ?? [] where command.shouldDisplay != false {
      if !["help", "browse"].contains(command.commandName) {
        #expect(text.contains("refwalk \(command.commandName) "), "\(command.commandName)")
      }
    }
  }
}
