import ReferenceGraph

extension SuspectSearch {
  /// What members of a cycle say about why it lives: timers, listeners, detached elements, variables that functions
  /// keep.
  ///
  /// Each with what it counts as evidence.
  func memberEvidence(_ members: [ObjectID], shape: CycleShape) -> [(reason: String, weight: Double)] {
    let flags = context.graph.classes.map(\.flags)
    var detached = 0
    var timers = 0
    var holders: [ObjectID] = []
    for member in members {
      let own = flags[Int(context.graph.classOfObject[member.rawValue])]
      if own.contains(.detached) { detached += 1 }
      if own.contains(.timer) { timers += 1 }
      if own.contains(.context), holders.count < Self.holderLimit { holders.append(member) }
    }
    var found: [(reason: String, weight: Double)] = []
    if timers == 1 {
      found.append(("a timer is part of it: until it is cleared its callback keeps what it uses", 0.2))
    } else if timers > 1 {
      found.append(
        ("\(grouped(timers)) timers are part of it: until they are cleared their callbacks keep what they use", 0.5))
    }
    if detached > 0 {
      found.append(
        ("\(grouped(detached)) of its objects are elements that hang in no document", 1))
    }
    if let listeners = listeners(members, shape: shape) { found.append(listeners) }
    if let variable = variable(ofOneOf: holders, in: members) {
      found.append(("a function keeps the variable \(variable), which leads back to the function", 0.2))
    }
    return found
  }

  private static let holderLimit = 4096

  /// The static field by which a class that is a member of a cycle refers to another: such a cycle retains all that the
  /// class does.
  func staticField(in members: [ObjectID]) -> String? {
    for member in members.prefix(4096) where flagsOfClass(of: member).contains(.metadata) {
      for place in context.graph.references(of: member).prefix(1000)
      where context.joins(Int(place.index), from: member.rawValue)
        && Self.contains(members, context.graph.target(of: place))
      {
        let name = context.fieldName(of: place, details: details)
        if name.hasPrefix("static ") { return name }
      }
    }
    return nil
  }

  func flagsOfClass(of object: ObjectID) -> ObjectClass.Flags { context.graph.objectClass(of: object).flags }

  /// The first variable that refers to a member, of a function that is known to be the program's: those of the runtime's
  /// own code say nothing of it.
  private func variable(ofOneOf holders: [ObjectID], in members: [ObjectID]) -> String? {
    let idioms = details.idioms
    for holder in holders where isOfProgram(context: holder, idioms) {
      if let variable = variable(of: holder, in: members, idioms) { return variable }
    }
    return nil
  }

  /// The first variable of a function's context that refers to a member.
  private func variable(of holder: ObjectID, in members: [ObjectID], _ idioms: HoldingIdioms) -> String? {
    for place in context.graph.references(of: holder) {
      let target = context.graph.target(of: place)
      guard context.joins(Int(place.index), from: holder.rawValue), Self.contains(members, target) else { continue }
      let name = context.fieldName(of: place, details: details)
      if !name.isEmpty, !name.hasPrefix("["), !idioms.moduleVariables.contains(name) { return name }
    }
    return nil
  }

  /// Whether the code of the first function found with these variables is not the runtime's own.
  private func isOfProgram(context holder: ObjectID, _ idioms: HoldingIdioms) -> Bool {
    for slot in context.referrers.range(of: holder).prefix(64) {
      let source = ObjectID(context.referrers.targets[slot])
      guard source != .root, context.graph.objectClass(of: source).flags.contains(.function),
        let place = details.location(of: source)
      else { continue }
      return !idioms.isOwnPlace(place)
    }
    return false
  }

  /// Whether ascending `members` have `object`.
  static func contains(_ members: [ObjectID], _ object: ObjectID) -> Bool {
    members.ascendingIndex(of: object) != nil
  }
}
