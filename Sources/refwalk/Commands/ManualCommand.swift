import ArgumentParser

/// `refwalk manual`: the manual page, made from the commands and the table of keys.
struct ManualCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "manual", abstract: "Print the manual page in roff.", shouldDisplay: false)

  func run() throws {
    var output = OutputBuffer()
    output.write(ManualPage().text)
    try output.finish()
  }
}
