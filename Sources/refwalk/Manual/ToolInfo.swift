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
    let names: [Name]?
    let valueName: String?
    let defaultValue: String?
    let allValueStrings: [String]?
    let allValues: [String]?
    let abstract: String?
    let discussion: String?
    let completionKind: CompletionKind?

    /// How a shell can complete a value.
    struct CompletionKind: Decodable {
      struct List: Decodable { let values: [String] }
      struct Files: Decodable {}
      let list: List?
      let file: Files?
    }

    /// Whether a value follows.
    var takesValue: Bool { kind == "option" }
    /// Whether a value is the name of a file.
    var takesFiles: Bool { completionKind?.file != nil }
    /// The values that can be listed.
    var words: [String] { completionKind?.list?.values ?? values }

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
