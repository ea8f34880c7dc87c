import ArgumentParser
import CycleMarks
import Glibc
import ReferenceGraph
import TextSafety

/// What is said of a command line that makes no sense: one line, with a hint.
enum UsageError {
  /// One line of what the argument parser has against `arguments`, those without the program's name; `message` is the
  /// parser's.
  static func line(_ message: String, arguments: [String]) -> String {
    var text = message.split(whereSeparator: \.isNewline).map { part in
      String(part.drop { $0 == " " || $0 == "\t" })
    }.joined(separator: " ")
    while text.hasSuffix(".") || text.hasSuffix(" ") { text.removeLast() }
    if let meant = commandMeant(by: arguments.first) {
      return SafeText.line("no command is called \(arguments[0]): did you mean refwalk \(meant)?")
    }
    let command = arguments.first.flatMap { commandNames.contains($0) ? " \($0)" : nil } ?? ""
    let mark = text.hasSuffix("?") ? "" : ";"
    return SafeText.line("\(text)\(mark) refwalk\(command) --help lists what there is")
  }

  /// The command that a first argument was meant to be: it is no command and no file, but nearly a command's name.
  static func commandMeant(by argument: String?) -> String? {
    guard let argument, !argument.hasPrefix("-"), !commandNames.contains(argument),
      access(argument.systemPath, F_OK) != 0
    else {
      return nil
    }
    return NearWord.nearest(to: argument, among: commandNames)
  }

  /// The names of all commands that are shown.
  private static var commandNames: [String] {
    var names = ["help"]
    for command in Refwalk.configuration.subcommands {
      let configuration = command.configuration
      if configuration.shouldDisplay, let name = configuration.commandName { names.append(name) }
    }
    return names
  }
}
