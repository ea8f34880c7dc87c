import DumpLoading

/// What can stand at the end of a command line that is being typed.
///
/// Shells ask for it by the hidden command `complete`; their scripts know nothing of commands and options.
struct Completion: Equatable {
  /// A word that fits, and what it means.
  struct Candidate: Equatable {
    let word: String
    let help: String
  }

  var candidates: [Candidate] = []
  /// Whether names of files fit too.
  var takesFiles = false

  private static let none = Completion()

  /// - Parameters:
  ///   - words: the command line without the program's name; the last word is the one that is being typed.
  ///   - tool: the commands and their options.
  ///   - policies: the policies of the dump at a path, name and meaning.
  init(_ words: [String], tool: ToolInfo.Command, policies: (String) -> [Candidate]) {
    guard let current = words.last else { return }
    let commands = (tool.subcommands ?? []).filter { $0.shouldDisplay != false }
    let typed = Array(words.dropLast())
    let named = typed.first.flatMap { name in commands.first { $0.commandName == name } }
    guard let command = named ?? commands.first(where: { $0.commandName == "browse" }) else { return }
    let options = (command.arguments ?? []).filter { $0.shouldDisplay && $0.kind != "positional" }
    let operands = Self.operands(named == nil ? typed : Array(typed.dropFirst()), options)

    func values(of option: ToolInfo.Argument) -> Completion {
      if option.nameTexts.contains("--policy") {
        let known = operands.lazy.map(policies).first { !$0.isEmpty }
        return Completion(candidates: known ?? option.words.map { Candidate(word: $0, help: "") })
      }
      return Completion(
        candidates: option.words.map { Candidate(word: $0, help: "") }, takesFiles: option.takesFiles)
    }

    var found: Completion
    var prefix = ""
    let isLiteral = typed.contains("--")
    if !isLiteral, let last = typed.last,
      let option = options.first(where: { $0.takesValue && $0.nameTexts.contains(last) })
    {
      found = values(of: option)
    } else if !isLiteral, current.hasPrefix("--"), let equals = current.firstIndex(of: "=") {
      guard let option = options.first(where: { $0.takesValue && $0.nameTexts.contains(String(current[..<equals])) })
      else { return }
      found = values(of: option)
      prefix = String(current[...equals])
    } else if !isLiteral, current.hasPrefix("-") {
      found = Completion(
        candidates: options.flatMap { option in
          option.nameTexts.filter { $0.hasPrefix("--") }.map { Candidate(word: $0, help: option.abstract ?? "") }
        })
    } else {
      let positionals = (command.arguments ?? []).filter { $0.shouldDisplay && $0.kind == "positional" }
      found = Completion(takesFiles: operands.count < positionals.count && positionals[operands.count].takesFiles)
      if typed.isEmpty {
        found.candidates = commands.map { Candidate(word: $0.commandName, help: $0.abstract ?? "") }
      } else if named?.commandName == "help", typed.count == 1 {
        found.candidates = commands.filter { $0.commandName != "help" }
          .map { Candidate(word: $0.commandName, help: $0.abstract ?? "") }
      }
    }
    takesFiles = found.takesFiles
    candidates = found.candidates.map { Candidate(word: prefix + $0.word, help: $0.help) }
      .filter { $0.word.hasPrefix(current) }
  }

  private init(candidates: [Candidate] = [], takesFiles: Bool = false) {
    self.candidates = candidates
    self.takesFiles = takesFiles
  }

  /// The words that are no options and no values of options.
  private static func operands(_ words: [String], _ options: [ToolInfo.Argument]) -> [String] {
    var found: [String] = []
    var isValue = false
    var isLiteral = false
    for word in words {
      if isValue {
        isValue = false
      } else if isLiteral || word == "-" || !word.hasPrefix("-") {
        found.append(word)
      } else if word == "--" {
        isLiteral = true
      } else {
        isValue = options.contains { $0.takesValue && $0.nameTexts.contains(word) }
      }
    }
    return found
  }

  /// The policies of the dump at `path`; none when its format is not known.
  static func policies(path: String) -> [Candidate] {
    DumpLoading.policies(path: path).map { Candidate(word: $0.name, help: $0.summary) }
  }

  /// As `complete` prints it: `files` or `words`, then a candidate a line, with a tab before its meaning.
  var text: String {
    let rows = candidates.map { "\($0.word)\t\($0.help.split(separator: "\n").joined(separator: " "))" }
    return ([takesFiles ? "files" : "words"] + rows).joined(separator: "\n") + "\n"
  }
}
