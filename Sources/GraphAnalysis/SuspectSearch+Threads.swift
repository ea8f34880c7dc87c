import ReferenceGraph

extension SuspectSearch {
  /// A thread's share of what is retained has to be so large to be named.
  private static let namedShare = 0.25

  /// What threads among the members keep by variables of their own, and by variables of methods that have not returned.
  func threadEvidence(_ members: [ObjectID], of retained: UInt64) -> [(reason: String, weight: Double)] {
    var found: [(reason: String, weight: Double)] = []
    for member in members.prefix(4096) where context.graph.objectClass(of: member).flags.contains(.thread) {
      guard found.count < 3, let words = threadWords(member, of: retained) else { continue }
      found.append((words, 0.3))
    }
    return found
  }

  /// How an object that accumulates is held, in words.
  func accumulationEvidence(_ object: ObjectID) -> [String] {
    let flags = context.graph.objectClass(of: object).flags
    if flags.contains(.metadata) { return largestStatic(of: object).map { [$0] } ?? [] }
    let retained = context.tree.retainedSize(of: object)
    let path = pathEvidence(to: object)
    var reasons = path.reasons.map(\.reason)
    if !path.namesField, let holder = context.holder(of: object, details: details) {
      let way = context.path(to: object)
      let name = context.holder(of: way, heap: heap)?.text ?? context.graph.nameOfRoot(holder.root)
      let words = variable(on: way) == nil ? holder.words : "a variable"
      let lasting = path.isWeaklyHeld ? nil : lastingField(of: object)
      if let lasting { reasons.append("held by a static field, \(lasting)") }
      reasons.append("\(lasting == nil ? "" : "also ")held by \(words): \(name)")
    }
    // The thread that it is, or that its way comes through last.
    let thread = context.path(to: object).last {
      $0.source != .root && context.graph.objectClass(of: $0.source).flags.contains(.thread)
    }
    return reasons + threadEvidence([thread?.source ?? object], of: retained).map(\.reason)
  }

  /// The part of a thread's share that is largest: the value of a variable of its own, or of a local one.
  private func threadWords(_ thread: ObjectID, of retained: UInt64) -> String? {
    guard let place = largestPart(of: thread) else { return nil }
    var target = context.graph.target(of: place)
    let bytes = context.tree.retainedSize(of: target)
    guard retained > 0, Double(bytes) >= Self.namedShare * Double(retained) else { return nil }
    let field = context.fieldName(of: place, details: details)
    let name = context.roots(of: thread.rawValue).first.map { context.graph.nameOfRoot($0) } ?? "a thread"
    let size = ByteCount.text(bytes)
    let idioms = details.idioms
    if idioms.threadVariables.contains(field) {
      while isOfThreadLocals(target), let next = largestPart(of: target) { target = context.graph.target(of: next) }
      let value = context.graph.objectClass(of: target).name
      return "a \(idioms.threadVariable) of \(name) holds \(value): \(size) of it, until \(idioms.threadVariableEnd)"
    }
    guard field == "local" || field.hasSuffix(" local") else { return nil }
    let value = context.graph.objectClass(of: target).name
    let variable = field == "local" ? "" : ", \(field.dropLast(" local".count))"
    return "\(name) holds \(value) in a local variable\(variable): \(size) of it"
  }

  private func isOfThreadLocals(_ object: ObjectID) -> Bool {
    let table = details.idioms.threadVariableTable
    return !table.isEmpty && context.graph.objectClass(of: object).name.hasPrefix(table)
  }

  /// The static field of a class that keeps the largest part of what the class retains.
  private func largestStatic(of object: ObjectID) -> String? {
    guard let place = largestPart(of: object) else { return nil }
    let field = context.fieldName(of: place, details: details)
    guard field.hasPrefix("static ") else { return nil }
    let bytes = context.tree.retainedSize(of: context.graph.target(of: place))
    return "the largest part, \(ByteCount.text(bytes)), is held by \(field)"
  }

  /// The reference of an object to what retains most of all that it dominates.
  private func largestPart(of object: ObjectID) -> ReferencePlace? {
    let tree = context.tree
    let place = tree.places[object.index]
    guard place != .max else { return nil }
    var best: (place: ReferencePlace, retained: UInt64)?
    for index in context.graph.rows.range(of: object) where context.retains(index, from: object.rawValue) {
      let target = tree.places[context.graph.rows.targets[index]]
      guard target != .max, tree.parents[target] == place else { continue }
      if tree.retained[target] > best?.retained ?? 0 {
        best = (ReferencePlace(source: object, index: index), tree.retained[target])
      }
    }
    return best?.place
  }
}
