import GraphAnalysis
import ReferenceGraph

extension Heap {
  /// An address as people write it: `@c000123400`. The dump's own number of an object where there are no addresses.
  public func addressText(of id: ObjectID) -> String {
    "@" + String(graph.addresses.address(of: id), radix: graph.addresses.isNumbered ? 10 : 16)
  }

  /// `main.Session @c000123400`, `java.util.HashMap (3 entries) @f0213870`; the virtual root is `GC roots`.
  public func label(of id: ObjectID) -> String {
    guard id != .root else { return "GC roots" }
    let summary = details.summary(of: id).map { " " + $0 } ?? ""
    return graph.objectClass(of: id).name + summary + " " + addressText(of: id)
  }

  /// The name of the field a reference is stored in, or the name of the root.
  public func fieldName(of place: ReferencePlace) -> String {
    if place.source == .root { return graph.rootNames[graph.roots[Int(place.index)].name] }
    guard graph.fields.count > 0 else { return "" }
    return details.fieldName(graph.fields[Int(place.index)], of: place.source)
  }

  /// The field by which `parent` refers to `child`: nil when it does not, or when it has so many references that
  /// looking through them would be felt.
  public func fieldName(from parent: ObjectID, to child: ObjectID) -> String? {
    guard parent != .root, graph.rows.range(of: parent).count <= 4096 else { return nil }
    return graph.firstReference(from: parent, to: child).map { fieldName(of: $0) }
  }
}

/// A class name without the folders of its package: `b.Type` of `example.com/a/b.Type`.
public func shortClassName(_ name: String) -> String {
  // Only the part before a type argument or a brace: `map[string]a/b.T` keeps its brackets.
  guard name.contains("/"), !name.contains(" / ") else { return name }
  var result = ""
  var word = ""
  for character in name {
    switch character {
    case "/": word = ""
    case "[", "]", "*", "{", "}", "(", ")", ",", " ", "<", ">":
      result += word
      result.append(character)
      word = ""
    default: word.append(character)
    }
  }
  return result + word
}
