import ArgumentParser
import DumpLoading

/// The dump to open, and how: what all commands have in common.
struct DumpOptions: ParsableArguments {
  @Argument(
    help: ArgumentHelp("The heap dump, plain or compressed with gzip; - for standard input.", valueName: "dump"),
    completion: .file())
  var dump: String

  @Option(
    help: ArgumentHelp(
      "The Go program that wrote the dump: names types, fields and roots. One beside the dump that matches is found.",
      valueName: "file"),
    completion: .file())
  var executable: String?

  @Option(
    help: ArgumentHelp(
      "Which references count, for what is kept alive and for cycles alike; a name that is not there lists those that are.",
      valueName: "name"),
    completion: .list(["retaining", "application"]))
  var policy: String?

  @Option(
    help: ArgumentHelp(
      "Shallow sizes of a JVM dump: measured by the distances between objects, or by Eclipse MAT's formula (mat).",
      valueName: "rule"))
  var sizes: LoadOptions.Sizes = .measured

  @Option(help: ArgumentHelp("Which heap of a file that has several, from 1.", valueName: "n"))
  var heap: Int?

  @Flag(
    name: .customLong("raw-fields"),
    help: "Show the insides of a JVM's collections, table[17].next.value, not entries by their keys, [\"key\"].")
  var rawFields = false

  func validate() throws {
    if let heap, heap < 1 { throw ValidationError("--heap counts from 1.") }
  }

  /// What loading needs to know beside the path.
  var loadOptions: LoadOptions {
    LoadOptions(executable: executable, sizes: sizes, heap: heap, namesEntries: !rawFields)
  }
}

extension LoadOptions.Sizes: ExpressibleByArgument {}
