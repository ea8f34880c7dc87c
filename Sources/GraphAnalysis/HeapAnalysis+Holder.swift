import ReferenceGraph

extension HeapAnalysis {
  /// What holds the end of a path from a root, in a few words.
  ///
  /// The root's name; where the root is a group of roots that the dump lists like an object, the innermost group on the
  /// path: `(Global handles)`; where it is a global object, with the property: `global.app`; of a JVM the static field
  /// that leads on, `static Shop.cache`, or the thread with the variable. Nil for an empty path. Text from a dump: not
  /// safe for a terminal as it is.
  ///
  /// It is what files keep to know it again; people are told `holderText`.
  public func holderName(of path: [ReferencePlace]) -> String? { context.holderName(of: path, heap: heap) }

  /// The same, and how many roots more hold an object on the path themselves: `global main.sessions and 2 more`.
  public func holderText(of path: [ReferencePlace]) -> String? {
    context.holder(of: path, heap: heap)?.text
  }

  /// Who holds an object, by its preferred path: the one answer of all lists, screens, commands and files.
  ///
  /// No search is made for it. Nil when no root reaches the object, or its path is longer than `wayLimit`.
  public func namedHolder(of object: ObjectID) -> HolderName? {
    guard let way = way(to: object, limit: Self.wayLimit), let root = context.roots(of: way[0].rawValue).first else {
      return nil
    }
    return context.holder(ofRoot: root, along: way, heap: heap) { step in
      // Of an object with very many references the name is not looked for.
      guard graph.rows.range(of: way[step]).count <= Self.namedRow else { return nil }
      return graph.firstReference(from: way[step], to: way[step + 1]).map { heap.fieldName(of: $0) }
    }
  }

  /// Who holds a cycle: what holds the member nearest to a root; nil as for an object.
  public func namedHolder(of id: ComponentID) -> HolderName? {
    components[id].nearest.flatMap { namedHolder(of: $0) }
  }

  /// The names of the roots that refer to an object themselves: the first, and how many more there are; nil where there is
  /// none.
  public func rootName(directlyHolding object: ObjectID) -> HolderName? {
    guard let first = context.roots(of: object.rawValue).first else { return nil }
    let more = context.moreRoots(besides: first, along: [object][...])
    return HolderName(name: graph.nameOfRoot(first), more: more.count, isAtLeast: more.isCapped)
  }

  /// Longer ways are not walked to their root for a row of a list.
  public static let wayLimit = 2000
  private static let namedRow = 4096

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

/// The name of what holds something, and how many roots more do.
public struct HolderName: Sendable, Equatable {
  /// `global main.sessions`; of several roots the one that explains most.
  ///
  /// Text from a dump: not safe for a terminal as it is.
  public let name: String
  /// How many roots of other names hold an object on the way from it.
  public let more: Int
  /// Whether they were not all counted.
  public let isAtLeast: Bool

  /// `global main.sessions and 2 more`.
  public var text: String { name + rest }

  /// ` and 2 more`; empty where there are no more.
  var rest: String { more > 0 ? " and \(isAtLeast ? "at least " : "")\(Count.text(more)) more" : "" }
}

extension RetentionContext {
  func holderName(of path: [ReferencePlace], heap: Heap) -> String? {
    guard let first = path.first, first.source == .root else { return nil }
    return holderName(ofRoot: Int(first.index), along: path.map { graph.target(of: $0) }, heap: heap) {
      heap.fieldName(of: path[$0 + 1])
    }
  }

  /// The same, and how many roots more hold one of the objects that the named one leads to.
  func holder(of path: [ReferencePlace], heap: Heap) -> HolderName? {
    guard let first = path.first, first.source == .root else { return nil }
    return holder(ofRoot: Int(first.index), along: path.map { graph.target(of: $0) }, heap: heap) {
      heap.fieldName(of: path[$0 + 1])
    }
  }

  /// The name of what holds, by the root and the way from it.
  ///
  /// `way` are objects, from the one that the root refers to. `field` gives the name of the reference from an object of
  /// the way to the next, by index; it is asked for only where it counts.
  func holderName(ofRoot index: Int, along way: [ObjectID], heap: Heap, field: (Int) -> String?) -> String {
    named(ofRoot: index, along: way, heap: heap, field: field).name
  }

  /// The same, and how many roots more hold one of the objects that the named one leads to.
  func holder(ofRoot index: Int, along way: [ObjectID], heap: Heap, field: (Int) -> String?) -> HolderName {
    let found = named(ofRoot: index, along: way, heap: heap, field: field)
    let more = moreRoots(besides: index, along: way[min(found.start, way.count)...])
    return HolderName(name: found.name, more: more.count, isAtLeast: more.isCapped)
  }

  /// At most so many objects of a way, and so many roots of each, are asked.
  private static var askedObjects: Int { 2000 }
  private static var askedRoots: Int { 1000 }

  /// How many roots refer to one of some objects themselves, one for each name, without that of the root at `index`.
  ///
  /// Found by bisection, without a search.
  func moreRoots(besides index: Int, along way: ArraySlice<ObjectID>) -> (count: Int, isCapped: Bool) {
    let own = graph.roots[index].name
    // Nearly all ways have no other root.
    var names: Set<NameID> = []
    var isCapped = way.count > Self.askedObjects
    for object in way.prefix(Self.askedObjects) {
      isCapped =
        isCapped
        || !eachRoot(of: object.rawValue, limit: Self.askedRoots) { root in
          let name = graph.roots[root].name
          if name != own { names.insert(name) }
        }
    }
    return (names.count, isCapped && !names.isEmpty)
  }

  /// The name of what holds the end of a way, and the first object of the way that it holds, by index.
  private func named(
    ofRoot index: Int, along way: [ObjectID], heap: Heap, field: (Int) -> String?
  ) -> (name: String, start: Int) {
    if let variable = variable(ofRoot: index, along: way, heap: heap) { return (variable.name, variable.step + 1) }
    let root = graph.roots[index]
    var found = (name: graph.nameOfRoot(index), start: 0)
    if root.kind == .global {
      if way.count > 1, let field = field(0), field.hasPrefix(".") || field.hasPrefix("[\"") {
        found = (found.name + field, 1)
      }
      return found
    }
    let steps = 0..<way.count - 1
    if let step = steps.prefix(Self.globalDepth).first(where: { isGlobal(way[$0]) }), let field = field(step),
      let global = globalName(way[step], field: field)
    {
      return (global, step + 1)
    }
    // The last static field on the way, or a thread that it comes through after that.
    for step in steps.reversed() {
      if let name = holderName(way[step], field: { field(step) }) { return (name, step + 1) }
    }
    var group = root.target
    for step in steps where way[step] == group && isGroup(group) {
      let target = way[step + 1]
      if isGroup(target) {
        found = (graph.objectClass(of: target).name, step + 1)
        group = target
      } else if let field = field(step), let entry = entryName(field) {
        found = (found.name + " " + entry, step + 1)
      }
    }
    return found
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
