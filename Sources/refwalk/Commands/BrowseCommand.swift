import ArgumentParser
import Screen
import Terminal

/// `refwalk DUMP`: opens the dump in the terminal, or prints the frame that it would draw.
struct BrowseCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "browse",
    abstract: "Open the dump in the terminal; what refwalk does with a dump alone.",
    discussion: """
      With --keys or --frame nothing is opened: the keys are pressed, and the frame they lead to is printed.
      """)

  @OptionGroup var dump: DumpOptions
  @OptionGroup var marks: MarksOption
  @Option(
    help: ArgumentHelp(
      """
      An earlier dump of the same program: view 6 shows what has changed since. It is read after the other one. Where \
      there are no marks yet, its marks are taken over.
      """,
      valueName: "dump"),
    completion: .file())
  var before: String?
  @Option(help: "Colours; auto: when the terminal has them and NO_COLOR is not set.") var color: ColorChoice = .auto
  @Flag(help: "Draw with ASCII characters only.") var ascii = false
  @Option(
    help: ArgumentHelp(
      "Press these keys, names with a space between them ('2 Enter p'), and print the frame.", valueName: "keys"))
  var keys: String?
  @Option(help: ArgumentHelp("The size of the frame that is printed.", valueName: "columnsxrows"))
  var frame: FrameSize?

  /// Whether the walk through the sample is shown; no option.
  var isTutor = false

  private enum CodingKeys: CodingKey {
    case dump, marks, before, color, ascii, keys, frame
  }

  /// Whether the frame is printed instead of drawn in the terminal.
  var isHeadless: Bool { keys != nil || frame != nil }

  /// The keys to press, in order.
  func parsedKeys() throws(CommandFailure) -> [Key] {
    do { return try Key.parse(keys ?? "") } catch { throw .badArgument("--keys: \(error)") }
  }

  func run() throws {
    let keys = try parsedKeys()
    if isHeadless { try printFrame(after: keys) } else { try openTerminal() }
  }
}

/// `80x24`: columns and rows of a frame.
struct FrameSize: ExpressibleByArgument, Equatable {
  let columns: Int
  let rows: Int

  init(columns: Int, rows: Int) {
    self.columns = columns
    self.rows = rows
  }

  init?(argument: String) {
    let parts = argument.lowercased().split(separator: "x", omittingEmptySubsequences: false).map { Int($0) }
    guard parts.count == 2, let columns = parts[0], let rows = parts[1], (1...1000).contains(columns),
      (1...1000).contains(rows)
    else { return nil }
    self.init(columns: columns, rows: rows)
  }
}

extension ColorChoice: ExpressibleByArgument {}
