import ArgumentParser
import FoundationEssentials

/// The commands as the argument parser describes them.
struct ToolInfo: Decodable {
  struct Command: Decodable {
    let commandName: String
    let abstract: String?
    let discussion: String?
    let shouldDisplay: Bool?
    let subcommands: [Command]?
    let arguments: [Argument]?
  }

  struct Argument: Decodable {
    struct Name: Decodable {
      let kind: String
      let name: String

      /// `--top`, `-h`.
      var text: String { (kind == "long" ? "--" : "-") + name }
    }

    /// `positional`, `option` or `flag`.
    let kind: String
    let shouldDisplay: Bool
    let isOptional: Bool
    let names: [Name]?
    let valueName: String?
    let defaultValue: String?
    let allValueStrings: [String]?
    let allValues: [String]?
    let abstract: String?
    let discussion: String?

    var values: [String] { allValueStrings ?? allValues ?? [] }
    /// Long names before short ones.
    var nameTexts: [String] {
      let names = names ?? []
      return (names.filter { $0.kind == "long" } + names.filter { $0.kind != "long" }).map(\.text)
    }
  }

  let command: Command

  /// The description of refwalk.
  static func refwalk() throws -> ToolInfo {
    try JSONDecoder().decode(ToolInfo.self, from: Data(Refwalk._dumpHelp().utf8))
  }
}
