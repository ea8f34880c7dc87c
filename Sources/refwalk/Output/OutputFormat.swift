import ArgumentParser
import ReferenceGraph

/// Forms of output that every command has.
enum OutputFormat: String, CaseIterable, ExpressibleByArgument {
  case text, json
}

/// Forms of output of commands that print a table.
enum TableFormat: String, CaseIterable, ExpressibleByArgument {
  case text, json, tsv
}

/// The most rows that are printed.
struct TopOption: ParsableArguments {
  @Option(help: ArgumentHelp("Only the <n> that retain most.", valueName: "n"))
  var top: Int?

  /// The rows that text shows when nobody says how many.
  static let textDefault = 20

  func validate() throws {
    if let top, top < 1 { throw ValidationError("--top wants a number from 1 on, not \(top).") }
  }

  /// How many of `count` rows to print; text stops at `textDefault` unless told otherwise.
  func rows(of count: Int, isText: Bool) -> Int { min(count, top ?? (isText ? Self.textDefault : count)) }
}

/// `… 61 more (--top 81 shows all)`; nothing when no row was left out.
func remainder(shown: Int, of total: Int) -> String {
  shown < total ? "  … \(Count.text(total - shown)) more (--top \(total) shows all)\n" : ""
}
