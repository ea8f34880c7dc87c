import ReferenceGraph

/// Goroutines that are alike: in one state, and in one line of the program.
struct GoGoroutineGroups: Sendable {
  /// A function that a goroutine is in.
  struct Place {
    var function: String
    /// `worker.go:41`.
    var line: String?
    var owner: CodeOwner
    fileprivate var weight: Int
  }

  let owners: GoCodeOwners
  private var ownerOfFunction: [String: CodeOwner] = [:]
  /// By goroutine: the innermost function of the program, or else of a library, or else one that does not only wait.
  private var places: [Int: Place] = [:]
  /// By goroutine: the function that started it.
  private(set) var creators: [String?] = []

  init(_ owners: GoCodeOwners) { self.owners = owners }

  /// Goroutine `number` is in `function`: to be called for its functions from the innermost on.
  mutating func add(_ function: String, line: String?, goroutine number: Int) {
    let owner: CodeOwner
    if let known = ownerOfFunction[function] {
      owner = known
    } else {
      owner = owners.owner(ofSymbol: function)
      ownerOfFunction[function] = owner
    }
    let isWeighty = owner == .program || owner == .library
    let weight = isWeighty ? GoCodeOwners.weight(owner) : GoFunctionName.waits(function) ? -1 : 0
    if let known = places[number], known.weight >= weight { return }
    places[number] = Place(function: function, line: line, owner: owner, weight: weight)
  }

  /// Says which functions started the goroutines, in their order.
  mutating func set(creators: [String?]) { self.creators = creators }

  /// Whose code goroutine `number` is in.
  func owner(ofGoroutine number: Int) -> CodeOwner { places[number]?.owner ?? .unknown }

  /// `goroutines [chan send] main.produce main.go:17`.
  func name(_ goroutine: GoGoroutine, _ number: Int) -> String {
    var name = "goroutines [\(GoGoroutineNames.status(of: goroutine))]"
    if let place = places[number] { name += " \(place.function)" + (place.line.map { " \($0)" } ?? "") }
    return name
  }
}
