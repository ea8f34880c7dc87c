import ReferenceGraph

extension SuspectSearch {
  /// What members of a cycle say about why it lives: timers, listeners, detached elements, variables that functions
  /// keep. Each with what it counts as evidence.
  func memberEvidence(_ members: [ObjectID], shape: CycleShape) -> [(reason: String, weight: Double)] {
    var flags: ObjectClass.Flags = []
    var detached = 0
    var holder: ObjectID?
    for member in members.prefix(4096) {
      let own = flagsOfClass(of: member)
      flags.formUnion(own)
      if own.contains(.detached) { detached += 1 }
      if own.contains(.context), holder == nil { holder = member }
    }
    var found: [(reason: String, weight: Double)] = []
    if flags.contains(.timer) {
      found.append(("a timer that was not cleared is part of it: its callback keeps what it uses", 0.5))
    }
    if detached > 0 {
      found.append(
        ("\(grouped(detached)) of its objects are elements that hang in no document", 1))
    }
    if let step = shape.signature.first(where: { Self.isListenerList($0.field) }) {
      found.append(("a listener of \(step.source) is part of it: nobody took the listener away", 0.5))
    }
    if let holder, let variable = variable(of: holder, in: members) {
      found.append(("a function keeps the variable \(variable), which leads back to the function", 0.2))
    }
    return found
  }

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

  private func flagsOfClass(of object: ObjectID) -> ObjectClass.Flags { context.graph.objectClass(of: object).flags }

  /// Where emitters of events keep their listeners.
  private static func isListenerList(_ field: String) -> Bool {
    field == "._events" || field == ".listeners" || field == ".eventListeners" || field == "[[event_listeners]]"
  }

  /// The first variable of a function's context that refers to a member.
  private func variable(of holder: ObjectID, in members: [ObjectID]) -> String? {
    for place in context.graph.references(of: holder) {
      let target = context.graph.target(of: place)
      guard context.joins(Int(place.index), from: holder.rawValue), Self.contains(members, target) else { continue }
      let name = context.fieldName(of: place, details: details)
      if !name.isEmpty, !name.hasPrefix("[") { return name }
    }
    return nil
  }

  /// Whether ascending `members` have `object`.
  private static func contains(_ members: [ObjectID], _ object: ObjectID) -> Bool {
    var low = 0
    var high = members.count
    while low < high {
      let middle = (low + high) / 2
      if members[middle] < object { low = middle + 1 } else { high = middle }
    }
    return low < members.count && members[low] == object
  }
}
