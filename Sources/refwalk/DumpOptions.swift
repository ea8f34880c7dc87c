import ArgumentParser

/// The dump to open, and how: what all commands have in common.
struct DumpOptions: ParsableArguments {
  @Argument(
    help: ArgumentHelp("The heap dump, plain or compressed with gzip; - for standard input.", valueName: "dump"),
    completion: .file())
  var dump: String

  @Option(
    help: ArgumentHelp("The program that wrote the dump: names the global variables.", valueName: "file"),
    completion: .file())
  var executable: String?

  @Option(
    help: ArgumentHelp(
      "Which references count, for what is kept alive and for cycles alike; a name that is not there lists those that are.",
      valueName: "name"),
    completion: .list(["retaining", "application"]))
  var policy: String?
}
