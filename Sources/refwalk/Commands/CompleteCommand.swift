import ArgumentParser

/// `refwalk complete -- WORDS`: what can stand at the end of a command line; asked by the completions of shells.
struct CompleteCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "complete", abstract: "Print what fits at the end of a command line.", shouldDisplay: false)

  @Argument(parsing: .captureForPassthrough, help: "The words typed so far, without the program's name.")
  var words: [String] = []

  func run() throws {
    let typed = words.first == "--" ? Array(words.dropFirst()) : words
    let found = Completion(typed, tool: try ToolInfo.refwalk().command, policies: Completion.policies)
    var output = OutputBuffer()
    output.write(found.text)
    try output.finish()
  }
}
