import ReferenceGraph

extension V8HeapSnapshotDetails {
  /// What the snapshot says of the object itself, then its references.
  func values(of object: ObjectID, from first: Int, limit: Int) -> (values: [FieldValue], total: Int) {
    guard object != .root, object.index <= graph.objectCount else { return ([], 0) }
    let own = ownValues(of: object)
    let row = graph.rows.range(of: object)
    let total = own.count + row.count
    guard first >= 0, first < total, limit > 0 else { return ([], total) }
    let last = min(total, first + min(limit, total))
    var values: [FieldValue] = []
    for index in first..<last {
      if index < own.count {
        values.append(own[index])
        continue
      }
      let k = row.lowerBound + index - own.count
      values.append(
        value(
          named: slotOfProxy(graph.fields[k], of: object) ?? fieldName(graph.fields[k], of: object),
          ObjectID(graph.rows.targets[k])))
    }
    return (values, total)
  }

  /// A value by its name: `null`, `true` and numbers as they are written.
  ///
  /// Without an object it is a small number.
  func value(named name: String, _ target: ObjectID?) -> FieldValue {
    guard let target else { return FieldValue(name: name, text: "small number", target: nil) }
    let text = label(of: target)
    switch node(target)?.type {
    case .hidden, .number, .bigint:
      guard !text.isEmpty else { break }
      return FieldValue(
        name: name, text: text, target: target, excerpt: FieldValue.Excerpt(text: text, isCut: false, length: ""))
    default: break
    }
    return FieldValue(name: name, text: text, target: target)
  }

  /// The value that an object of a simple kind has, in a few words; empty for others.
  private func label(of object: ObjectID) -> String {
    guard let node = node(object) else { return "" }
    switch node.type {
    case .string, .concatenated, .sliced:
      guard let text = text(of: object, limit: 80) else { return "" }
      return "\"\(text.text)\"" + (text.text.utf8.count < text.length ? "…" : "")
    case .number, .bigint: return number(object, node) ?? ""
    case .closure: return "function \(functionName(of: object, node))"
    case .symbol: return text(of: object, limit: 80)?.text ?? ""
    case .regexp: return "/\(strings.text(of: node.name, limit: 80) ?? "")/"
    case .hidden: return oddball(object, node) ?? ""
    default: return ""
    }
  }

  /// `null`, `undefined`, `true`, `false`: objects of the engine whose first slot has their name.
  private func oddball(_ object: ObjectID, _ node: V8Node) -> String? {
    guard strings.text(of: node.name, limit: 40) == "system / Oddball" else { return nil }
    for k in graph.rows.range(of: object) {
      let field = graph.fields[k]
      guard V8Field.type(of: field) == .hidden, largeValues.value(of: field) == 0 else { continue }
      guard let name = self.node(ObjectID(graph.rows.targets[k])), name.type == .string else { return nil }
      return strings.text(of: name.name, limit: 40)
    }
    return nil
  }

  /// A proxy's slots are its properties, its target and its handler, in this order.
  private func slotOfProxy(_ field: UInt32, of object: ObjectID) -> String? {
    guard V8Field.type(of: field) == .hidden, graph.objectClass(of: object).name == "system / JSProxy" else {
      return nil
    }
    switch largeValues.value(of: field) {
    case 1: return "[[target]]"
    case 2: return "[[handler]]"
    default: return nil
    }
  }

  /// A number, where the snapshot was taken with numbers: a text that the node refers to, or its own name.
  private func number(_ object: ObjectID, _ node: V8Node) -> String? {
    if let value = follow(object, ["value"]), let text = self.node(value), text.type == .string {
      return strings.text(of: text.name, limit: 400)
    }
    guard let name = strings.text(of: node.name, limit: 400) else { return nil }
    let isKind = name == "heap number" || name == "smi number" || name == "bigint" || name == "number"
    return isKind ? nil : name
  }

  /// Strings with their text, functions with their name, numbers.
  func summary(of object: ObjectID) -> String? {
    guard object != .root, object.index <= graph.objectCount, let node = node(object) else { return nil }
    switch node.type {
    case .string, .concatenated:
      guard let text = text(of: object, limit: 40) else { return nil }
      return "\"\(text.text)\"" + (text.text.utf8.count < text.length ? "…" : "")
    case .sliced:
      guard let text = text(of: object, limit: 40) else { return nil }
      let cut = text.text.utf8.count < text.length
      return "part of \"\(text.text)\"" + (cut ? "…" : "") + parentSize(of: object)
    case .closure: return strings.text(of: node.name, limit: 80).flatMap { $0.isEmpty ? nil : $0 }
    case .number, .bigint: return number(object, node)
    case .symbol: return text(of: object, limit: 40)?.text
    case .regexp: return "/\(strings.text(of: node.name, limit: 40) ?? "")/"
    case .hidden: return oddball(object, node)
    default: return nil
    }
  }

  /// How much memory the text takes that a sliced string is part of, and keeps.
  private func parentSize(of object: ObjectID) -> String {
    follow(object, ["parent"]).map { " (\(grouped(graph.size(of: $0))) B)" } ?? ""
  }

  private func functionName(of object: ObjectID, _ node: V8Node) -> String {
    let name = strings.text(of: node.name, limit: 200) ?? ""
    let place = location(of: object)
    return (name.isEmpty ? "(anonymous)" : name) + (place.map { " \($0)" } ?? "")
  }

  private func ownValues(of object: ObjectID) -> [FieldValue] {
    guard let node = node(object) else { return [] }
    var values: [FieldValue] = []
    func add(_ name: String, _ text: String) {
      values.append(FieldValue(name: "[[\(name)]]", text: text, target: nil))
    }
    switch node.type {
    case .closure: add("function", functionName(of: object, node))
    case .string, .concatenated, .sliced:
      if let text = text(of: object, limit: 400) {
        add("text", "\"\(text.text)\"" + (text.text.utf8.count < text.length ? "…" : ""))
      }
    case .number, .bigint: if let number = number(object, node) { add("value", number) }
    case .symbol: if let text = text(of: object, limit: 400) { add("description", text.text) }
    case .regexp: add("pattern", strings.text(of: node.name, limit: 400) ?? "")
    case .code, .shape, .native, .other, .wasm: add("name", strings.text(of: node.name, limit: 400) ?? "")
    case .object: if let place = location(of: object) { add("constructor", place) }
    case .hidden, .array, .synthetic: break
    }
    let size = graph.size(of: object)
    if size != node.selfSize {
      add("size without helpers", "\(grouped(node.selfSize)) B; counted with them \(grouped(size)) B")
    }
    if graph.objectClass(of: object).flags.contains(.detached) { add("detached", "hangs in no document") }
    return values
  }

  /// `file:///app/cart.js:12:7`, lines and columns from 1: where a function, or the constructor of an object, stands.
  func location(of object: ObjectID) -> String? {
    guard let location = source.locations.location(of: object.index) else { return nil }
    let place = "\(location.line &+ 1):\(location.column &+ 1)"
    return "\(scriptName(of: object) ?? "script \(location.script)"):\(place)"
  }

  /// The name of the script a function, or the constructor of an object, stands in.
  private func scriptName(of object: ObjectID) -> String? {
    var function = object
    if node(object)?.type != .closure {
      // An object's constructor: through its prototype.
      guard let prototype = follow(object, ["__proto__"]), let found = follow(prototype, ["constructor"]) else {
        return nil
      }
      function = found
    }
    return script(of: function)
  }

  /// The name of the script a function stands in.
  func script(of function: ObjectID) -> String? {
    guard let shared = follow(function, ["shared"]), let script = follow(shared, V8Scripts.slots) else { return nil }
    if let name = follow(script, ["name"]), let node = node(name), node.type == .string,
      let text = strings.text(of: node.name, limit: 400), !text.isEmpty
    {
      return text
    }
    return node(script).flatMap { strings.text(of: $0.name, limit: 400) }.flatMap { V8Scripts.name(ofNode: $0) }
  }

  /// What the first reference with one of these names refers to.
  func follow(_ object: ObjectID, _ names: [String]) -> ObjectID? {
    for k in graph.rows.range(of: object) {
      let field = graph.fields[k]
      switch V8Field.type(of: field) {
      case .internal, .property:
        if names.contains(bareName(field, limit: 64)) { return ObjectID(graph.rows.targets[k]) }
      default: continue
      }
    }
    return nil
  }
}
