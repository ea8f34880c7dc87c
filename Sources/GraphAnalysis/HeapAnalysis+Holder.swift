import ReferenceGraph

extension HeapAnalysis {
  /// What holds the end of a path from a root, in a few words.
  ///
  /// The root's name; where the root is a group of roots that the dump lists like an object, the innermost group on the
  /// path: `(Global handles)`; where it is a global object, with the property: `global.app`; of a JVM the static field
  /// that leads on, `static Shop.cache`, or the thread with the variable. Nil for an empty path. Text from a dump: not
  /// safe for a terminal as it is.
  public func holderName(of path: [ReferencePlace]) -> String? { context.holderName(of: path, heap: heap) }

  /// The same of the preferred path to an object, with the names of fields by `field`, and without the references of the
  /// path being looked for; nil when no root reaches it, or its path is longer than `limit`.
  public func holderName(
    of object: ObjectID, limit: Int, field: (_ from: ObjectID, _ to: ObjectID) -> String?
  ) -> String? {
    guard let way = way(to: object, limit: limit), let root = context.roots(of: way[0].rawValue).first else {
      return nil
    }
    return context.holderName(ofRoot: root, along: way, heap: heap) { field(way[$0], way[$0 + 1]) }
  }

  /// The objects on the preferred path to one, from the one that a root refers to, itself last; nil when no root reaches
  /// it, or there are more than `limit`.
  public func way(to object: ObjectID, limit: Int) -> [ObjectID]? {
    guard dominators.isReachable(object), object != .root else { return nil }
    var way: [ObjectID] = []
    var next: ObjectID? = object
    while let step = next, step != .root {
      guard way.count < limit else { return nil }
      way.append(step)
      next = paths.parent(of: step)
    }
    return way.reversed()
  }

  /// The global object of a page or worker with one of its fields, `Window / https://example.org.app`; nil when
  /// `object` is none or the field is no property.
  ///
  /// Text from a dump: not safe for a terminal as it is.
  public func globalName(_ object: ObjectID, field: String) -> String? { context.globalName(object, field: field) }

  /// What the reference of `object` that is called `field` says of who holds what it leads to: a static field, or a
  /// thread with its variable; nil where it says less than the root.
  ///
  /// Text from a dump: not safe for a terminal as it is.
  public func holderName(_ object: ObjectID, field: () -> String?) -> String? {
    context.holderName(object, field: field)
  }

  /// How far below a root the global object of a page lies at most.
  public static var globalDepth: Int { RetentionContext.globalDepth }
}

extension RetentionContext {
  func holderName(of path: [ReferencePlace], heap: Heap) -> String? {
    guard let first = path.first, first.source == .root else { return nil }
    return holderName(ofRoot: Int(first.index), along: path.map { graph.target(of: $0) }, heap: heap) {
      heap.fieldName(of: path[$0 + 1])
    }
  }

  /// The name of what holds, by the root and the way from it.
  ///
  /// `way` are objects, from the one that the root refers to. `field` gives the name of the reference from an object of
  /// the way to the next, by index; it is asked for only where it counts.
  func holderName(ofRoot index: Int, along way: [ObjectID], heap: Heap, field: (Int) -> String?) -> String {
    if let variable = variable(ofRoot: index, along: way, heap: heap) { return variable.name }
    let root = graph.roots[index]
    var name = graph.nameOfRoot(index)
    if root.kind == .global {
      if way.count > 1, let field = field(0), field.hasPrefix(".") || field.hasPrefix("[\"") { name += field }
      return name
    }
    let steps = 0..<way.count - 1
    if let step = steps.prefix(Self.globalDepth).first(where: { isGlobal(way[$0]) }), let field = field(step),
      let global = globalName(way[step], field: field)
    {
      return global
    }
    // The last static field on the way, or a thread that it comes through after that.
    for step in steps.reversed() {
      if let name = holderName(way[step], field: { field(step) }) { return name }
    }
    var group = root.target
    for step in steps where way[step] == group && isGroup(group) {
      let target = way[step + 1]
      if isGroup(target) {
        name = graph.objectClass(of: target).name
        group = target
      } else if let field = field(step), let entry = entryName(field) {
        name += " " + entry
      }
    }
    return name
  }

  /// What a reference says of who holds what it leads to: `static Shop.cache`, or the thread that is a root with its
  /// variable, `thread "main" .threadLocals`.
  ///
  /// Nil where it says less than the root.
  ///
  /// `field` is the reference's name, asked for only where it counts.
  func holderName(_ object: ObjectID, field: () -> String?) -> String? {
    let flags = graph.objectClass(of: object).flags
    if flags.contains(.thread), let root = roots(of: object.rawValue).first {
      return field().map { "\(graph.nameOfRoot(root)) \($0)" }
    }
    guard flags.contains(.metadata), let name = field(), name.hasPrefix("static ") else { return nil }
    return name
  }

  /// How far below a root the global object of a page lies at most.
  static var globalDepth: Int { 12 }

  /// The global object of a page or worker near the start of a path, with the property that leads on; nil when there is
  /// none.
  ///
  /// The handles above it, which the engine and the browser have, say less.
  func globalName(of path: [ReferencePlace], heap: Heap) -> String? {
    let limit = Self.globalDepth
    guard let place = path.dropFirst().prefix(limit).first(where: { isGlobal($0.source) }) else { return nil }
    return globalName(place.source, field: heap.fieldName(of: place))
  }

  func globalName(_ object: ObjectID, field: String) -> String? {
    guard isGlobal(object), field.hasPrefix(".") || field.hasPrefix("[\"") else { return nil }
    let words = graph.objectClass(of: object).name.split(separator: " ")
    return words.filter { $0 != "[JSGlobalObject]" }.joined(separator: " ") + field
  }

  func isGlobal(_ object: ObjectID) -> Bool {
    object != .root && graph.objectClass(of: object).flags.contains(.globalObject)
  }

  /// Whether `object` stands for a group of roots.
  func isGroup(_ object: ObjectID) -> Bool { graph.objectClass(of: object).flags.contains(.rootGroup) }

  /// The name that a group gives an entry; nil for a mere number.
  private func entryName(_ field: String) -> String? {
    let name = field.hasPrefix("[[") && field.hasSuffix("]]") ? String(field.dropFirst(2).dropLast(2)) : field
    return name.contains { $0.isLetter } ? Self.withoutParameters(name) : nil
  }

  /// A signature of C++ without what stands in its long parentheses: `Session::Session(…)@session.cc:41`.
  static func withoutParameters(_ name: String) -> String {
    guard name.contains("::"), let at = name.firstIndex(of: "(") else { return name }
    var result = String(name[..<at])
    var depth = 0
    var inside = ""
    for character in name[at...] {
      if character == ")", depth == 1 {
        result += inside.count > 8 ? "(…)" : "(\(inside))"
        inside = ""
        depth = 0
        continue
      }
      if depth > 0 { inside.append(character) } else if character != "(" { result.append(character) }
      depth += character == "(" ? 1 : character == ")" ? -1 : 0
    }
    if depth > 0 { result += "(…" }
    guard let place = result.lastIndex(of: "@"), let slash = result.lastIndex(of: "/"), place < slash else {
      return result
    }
    return String(result[...place] + result[result.index(after: slash)...])
  }
}
