import Browser
import DumpLoading

/// The manual page: commands and options from their definitions, keys from the table of keys, output from the keys
/// that are written, exit codes from their list; what is to be said beyond that from `ManualGuide`.
struct ManualPage {
  /// The page in roff.
  let text: String

  init() {
    // The parser's own description of this program: that it can be read is tested.
    let command = try! ToolInfo.refwalk().command
    var roff = Roff()
    roff.macro("TH", "REFWALK", "1", "", "refwalk \(Refwalk.version)", "User Commands")
    roff.section("NAME")
    roff.plain("refwalk - \(Self.sentence(command.abstract, lowercased: true))")
    Self.synopsis(command, &roff)
    roff.section("DESCRIPTION")
    roff.plain(command.discussion ?? "")
    roff.section("COMMANDS")
    for subcommand in Self.shown(command) { Self.describe(subcommand, &roff) }
    Self.redaction(&roff)
    Self.keys(&roff)
    for guide in ManualGuide.sections { guide.write(to: &roff) }
    Self.output(&roff)
    Self.exitStatus(&roff)
    Self.files(&roff)
    Self.examples(&roff)
    text = roff.text
  }

  private static func shown(_ command: ToolInfo.Command) -> [ToolInfo.Command] {
    (command.subcommands ?? []).filter { $0.shouldDisplay != false && $0.commandName != "help" }
  }

  private static func shown(_ command: ToolInfo.Command, kind: String) -> [ToolInfo.Argument] {
    (command.arguments ?? []).filter { $0.shouldDisplay && ($0.kind == "positional") == (kind == "positional") }
  }

  /// Without the full stop.
  private static func sentence(_ text: String?, lowercased: Bool = false) -> String {
    var text = text ?? ""
    if text.hasSuffix(".") { text.removeLast() }
    return lowercased ? text.prefix(1).lowercased() + text.dropFirst() : text
  }

  private static func synopsis(_ command: ToolInfo.Command, _ roff: inout Roff) {
    roff.section("SYNOPSIS")
    roff.raw(Roff.bold("refwalk") + " [" + Roff.italic("options") + "] " + Roff.italic("dump"))
    for subcommand in shown(command) where subcommand.commandName != "browse" {
      roff.raw(".br")
      let positional = shown(subcommand, kind: "positional").map { Roff.italic($0.valueName ?? "") }
      roff.raw(
        ([Roff.bold("refwalk \(subcommand.commandName)"), "[" + Roff.italic("options") + "]"] + positional)
          .joined(separator: " "))
    }
  }

  private static func describe(_ command: ToolInfo.Command, _ roff: inout Roff) {
    roff.subsection("refwalk \(command.commandName)")
    roff.plain(command.abstract ?? "")
    if let discussion = command.discussion { roff.paragraph(discussion) }
    for argument in shown(command, kind: "positional") {
      roff.entry(Roff.italic(argument.valueName ?? ""), argument.abstract ?? "")
    }
    // Every command has --help and --version; they are no news.
    for argument in shown(command, kind: "option") where !argument.nameTexts.contains("--help") {
      if argument.nameTexts.contains("--version") { continue }
      var term = argument.nameTexts.map(Roff.bold).joined(separator: ", ")
      if argument.kind == "option" { term += " " + Roff.italic(argument.valueName ?? "value") }
      var meaning = argument.abstract ?? ""
      if !argument.values.isEmpty { meaning += " One of \(argument.values.joined(separator: ", "))." }
      if let value = argument.defaultValue { meaning += " Default: \(value)." }
      roff.entry(term, meaning)
    }
  }

  private static func redaction(_ roff: inout Roff) {
    roff.section("REDACTED DUMPS")
    roff.plain("What stays in a dump that refwalk redact has written, and what does not.")
    for note in RedactionNotes.all {
      roff.subsection(note.title)
      roff.plain(note.text)
    }
  }

  private static func keys(_ roff: inout Roff) {
    roff.section("KEYS")
    roff.plain("In the browser. ^X is Control with X, S-Tab is Shift with Tab, BS is Backspace.")
    for group in KeyMap.Group.allCases {
      let bindings = KeyMap.standard.bindings.filter { $0.group == group }
      if bindings.isEmpty { continue }
      roff.subsection(group.rawValue)
      for binding in bindings {
        roff.entry(binding.keys.map { Roff.bold($0.name) }.joined(separator: ", "), binding.help)
      }
    }
  }

  private static func output(_ roff: inout Roff) {
    roff.section("OUTPUT")
    roff.plain(
      "Results go to standard output, everything else to standard error; progress only when that is a terminal. "
        + "Control characters in names are printed as a middle dot, in JSON as \\uXXXX. "
        + "Tables of --format tsv begin with a line of column names after a #. "
        + "The keys of --format json, which stay from version to version:")
    for documentation in KeyDocumentation.all {
      roff.subsection(documentation.title)
      for key in documentation.keys { roff.entry(Roff.bold(key.name), key.meaning) }
    }
  }

  private static func exitStatus(_ roff: inout Roff) {
    roff.section("EXIT STATUS")
    for status in ExitStatus.allCases { roff.entry(Roff.bold("\(status.rawValue)"), status.meaning) }
  }

  private static func files(_ roff: inout Roff) {
    roff.section("FILES")
    roff.entry(
      Roff.italic("dump") + Roff.bold(".marks"),
      "The marks of a dump, a sorted text file, written at every change. In the folder of the dump; when that cannot "
        + "be written, in the user's state folder ($XDG_STATE_HOME/refwalk or ~/.local/state/refwalk).")
    roff.entry(
      Roff.italic("state") + Roff.bold("/refwalk/executables"),
      "The executables that were given with --executable and matched, newest first: tried for dumps without the option, "
        + "after those beside the dump. state is $XDG_STATE_HOME or ~/.local/state.")
    roff.entry(Roff.bold("$TMPDIR"), "Where compressed dumps and standard input are unpacked to; /tmp when not set.")
    roff.section("ENVIRONMENT")
    roff.entry(Roff.bold("NO_COLOR"), "When set and not empty, no colours: bold and reverse only.")
    roff.entry(
      Roff.bold("REFWALK_MEMORY_LIMIT"),
      "The most memory to use, as 512MiB: when it is reached, one line and exit code 2, as under the limit of a control "
        + "group. The pages of the dump itself do not count.")
  }

  private static func examples(_ roff: inout Roff) {
    roff.section("EXAMPLES")
    roff.plain("Open a dump, with the names of global variables:")
    roff.example(["refwalk app.heapdump --executable ./app"])
    roff.paragraph("Why an object is alive:")
    roff.example(["refwalk paths app.heapdump 0xc000123400"])
    roff.paragraph("Fail a build when cycles of one shape hold more than 10 MiB:")
    roff.example(["refwalk cycles app.heapdump --fail-over 10MiB"])
  }
}
