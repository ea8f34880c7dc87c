import ReferenceGraph

/// Single objects and roots of a heap snapshot, read from the file when asked.
final class V8HeapSnapshotDetails: ObjectDetails {
  let source: V8Source
  let marks: FlatArray<UInt64>
  /// By object the number of the stack that allocated it; empty when none is known.
  let traceOfObject: FlatArray<UInt32>
  let graph: ReferenceGraph
  let largeValues: V8LargeValues
  /// How many of the roots are references of the snapshot's own root.
  let ownRoots: Int
  let distances = V8DistanceCache()
  let pointerSize = V8PointerSize()
  let contextUsers = V8ContextUsers()
  let moduleCells = V8ModuleCells()
  let tables = V8HashTables()

  var strings: V8Strings { source.strings }

  init(
    _ source: V8Source, marks: consuming FlatArray<UInt64>, traceOfObject: consuming FlatArray<UInt32>,
    graph: ReferenceGraph, largeValues: V8LargeValues,
    ownRoots: Int
  ) {
    self.source = source
    self.marks = marks
    self.traceOfObject = traceOfObject
    self.graph = graph
    self.largeValues = largeValues
    self.ownRoots = ownRoots
  }

  func node(_ object: ObjectID) -> V8Node? { source.node(object.index, marks: marks) }

  /// How many strings the snapshot has for names.
  var nameCount: Int { strings.count }

  /// The bare name in a field, cut at about `limit` bytes: a text, or the digits of an index.
  func bareName(_ field: UInt32, limit: Int = 256) -> String {
    let value = largeValues.value(of: field)
    if V8Field.type(of: field).isNumbered { return "\(value)" }
    return strings.text(of: Int(clamping: value), limit: limit) ?? "string \(value)"
  }

  func fieldName(_ field: UInt32, of object: ObjectID) -> String {
    if object == .root {
      return graph.roots.indices.contains(Int(field)) ? graph.rootNames[graph.roots[Int(field)].name] : ""
    }
    let name = bareName(field)
    switch V8Field.type(of: field) {
    case .element: return "[\(name)]"
    case .hidden: return "[[\(name)]]"
    case .property: return Self.isIdentifier(name) ? ".\(name)" : "[\"\(name)\"]"
    case .context, .shortcut: return name
    case .internal, .other:
      let value = Int(clamping: largeValues.value(of: field))
      if let table = strings.weakMapTable(of: value) { return "[[value in WeakMap @\(table)]]" }
      return "[[\(name)]]"
    case .weak: return "[[weak \(name)]]"
    }
  }

  /// Whether a property of this name is written with a dot.
  private static func isIdentifier(_ name: String) -> Bool {
    if name.hasPrefix("<symbol") { return true }
    guard let first = name.utf8.first, !(0x30...0x39).contains(first) else { return false }
    return name.unicodeScalars.allSatisfy { scalar in
      scalar == "_" || scalar == "$" || scalar == "#" || scalar.properties.isAlphabetic
        || scalar.properties.numericType != nil
    }
  }

  func facts(ofRoot index: Int) -> [Fact] {
    guard graph.roots.indices.contains(index) else { return [] }
    let root = graph.roots[index]
    var facts = [Fact("refers to", "\(graph.objectClass(of: root.target).name) @\(address(root.target))")]
    switch root.reference {
    case .orphan where source.isOfJavaScriptCore:
      facts.append(Fact("why", "most likely in a Map or Set, whose contents this file does not record"))
    case .orphan:
      facts.append(
        Fact("why", "alive, but DevTools counts no reference to it: only weak ones, or from outside the page"))
    case .listing: facts.append(Fact("why", "an entry of a group of roots below (GC roots)"))
    default:
      facts.append(
        Fact("why", root.kind == .global ? "a global object" : "a group of roots that the engine keeps"))
    }
    return facts
  }

  func address(_ object: ObjectID) -> UInt64 { graph.addresses.address(of: object) }

  func distance(of object: ObjectID) -> UInt32? { distances.distance(of: object, in: self) }

  func distanceSoon(of object: ObjectID) -> UInt32? { distances.distanceSoon(of: object, in: self) }
}
