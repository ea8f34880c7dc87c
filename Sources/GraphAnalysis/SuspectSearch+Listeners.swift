import ReferenceGraph

extension SuspectSearch {
  private static let emitterLimit = 100_000
  private static let listLimit = 1_000_000

  /// The emitter with the most listeners in a cycle, and its event with the most.
  ///
  /// A few listeners are named of the program's own emitters only: the runtime's have some from the start.
  func listeners(_ members: [ObjectID], shape: CycleShape) -> (reason: String, weight: Double)? {
    let idioms = details.idioms
    let sources = Set(shape.signature.lazy.filter { idioms.emitters.lists.contains($0.field) }.map(\.source))
    guard !sources.isEmpty else { return nil }
    let graph = context.graph
    let isSource = graph.classes.map { sources.contains(ShapeStep.lastingName($0.name)) }
    var best: (emitter: ObjectID, listeners: Listeners)?
    var left = Self.emitterLimit
    for member in members where isSource[Int(graph.classOfObject[member.rawValue])] {
      left -= 1
      if left < 0 { break }
      let listeners = listeners(of: member, in: members, idioms.emitters)
      if listeners.count > best?.listeners.count ?? 0 { best = (member, listeners) }
    }
    guard let (emitter, listeners) = best else { return nil }
    let isMany = listeners.most > idioms.emitters.usual
    let isOwn = details.location(of: emitter).map { !idioms.isOwnPlace($0) }
    guard isMany || isOwn ?? listeners.hasNoEvents else { return nil }
    let name = ShapeStep.lastingName(graph.objectClass(of: emitter).name)
    if listeners.count == 1 {
      return (
        "a listener of \(name)\(listeners.event) is part of it: until it is taken away it keeps what it uses", 0.5
      )
    }
    let most =
      listeners.most < listeners.count && !listeners.event.isEmpty
      ? ", \(grouped(listeners.most)) of them\(listeners.event)," : listeners.event
    return (
      "\(grouped(listeners.count)) listeners of \(name)\(most) are part of it: until they are taken away they keep "
        + "what they use", isMany ? 1 : 0.5
    )
  }

  private struct Listeners {
    var count = 0
    /// Of the event that has the most, and its name with a space before: ` ("tick")`.
    var most = 0
    var event = ""
    /// Whether the list is not sorted by events.
    var hasNoEvents = true
  }

  private func listeners(
    of emitter: ObjectID, in members: [ObjectID], _ known: HoldingIdioms.Emitters
  ) -> Listeners {
    let graph = context.graph
    var result = Listeners()
    for place in graph.references(of: emitter) {
      let list = graph.target(of: place)
      let field = context.fieldName(of: place, details: details)
      guard known.lists.contains(field), Self.contains(members, list) else { continue }
      guard known.tables.contains(field) else {
        result.count += max(1, entries(of: list))
        result.most = max(result.most, result.count)
        continue
      }
      // A property for each event: a function, or an array of them.
      result.hasNoEvents = false
      for place in graph.references(of: list).prefix(Self.emitterLimit) {
        let target = graph.target(of: place)
        let name = context.fieldName(of: place, details: details)
        guard name.hasPrefix(".") || name.hasPrefix("[\""), !known.noEvents.contains(name),
          Self.contains(members, target)
        else {
          continue
        }
        let flags = graph.objectClass(of: target).flags
        let count = flags.contains(.array) ? entries(of: target) : flags.contains(.function) ? 1 : 0
        result.count += count
        if count > result.most {
          result.most = count
          let bare = name.hasPrefix(".") ? String(name.dropFirst()) : String(name.dropFirst(2).dropLast(2))
          result.event = " (\"\(bare)\")"
        }
      }
    }
    return result
  }

  /// The elements of an array; of a list that has one the elements of that.
  private func entries(of list: ObjectID) -> Int {
    let graph = context.graph
    let row = graph.rows.range(of: list)
    if !graph.objectClass(of: list).flags.contains(.array) {
      let arrays = row.prefix(64).map { ObjectID(graph.rows.targets[$0]) }.filter {
        $0 != list && graph.objectClass(of: $0).flags.contains(.array)
      }
      return arrays.map { elements(of: $0) }.max() ?? 0
    }
    return elements(of: list)
  }

  private func elements(of array: ObjectID) -> Int {
    let graph = context.graph
    guard graph.fields.count > 0 else { return graph.rows.range(of: array).count }
    return graph.rows.range(of: array).prefix(Self.listLimit).reduce(0) { count, k in
      let name = details.fieldName(graph.fields[k], of: array).utf8
      return count + (name.first == 0x5B && name.dropFirst().first.map { (0x30...0x39).contains($0) } == true ? 1 : 0)
    }
  }
}
