import GraphAnalysis
import ReferenceGraph

extension Heap {
  /// An address as people write it: `@c000123400`.
  ///
  /// The dump's own number of an object where there are no addresses.
  public func addressText(of id: ObjectID) -> String {
    "@" + String(graph.addresses.address(of: id), radix: graph.addresses.isNumbered ? 10 : 16)
  }

  /// `main.Session @c000123400`, `java.util.HashMap (3 entries) @f0213870`; the virtual root is `GC roots`.
  public func label(of id: ObjectID) -> String {
    id == .root ? "GC roots" : name(of: id) + " " + addressText(of: id)
  }

  /// The class of an object and what tells it from others, without its address.
  public func name(of id: ObjectID) -> String {
    guard id != .root else { return "GC roots" }
    return graph.objectClass(of: id).name + (details.summary(of: id).map { " " + $0 } ?? "")
  }

  /// The field by which `parent` refers to `child`: nil when it does not, or when it has so many references that
  /// looking through them would be felt.
  public func fieldName(from parent: ObjectID, to child: ObjectID) -> String? {
    guard parent != .root, graph.rows.range(of: parent).count <= 4096 else { return nil }
    return graph.firstReference(from: parent, to: child).map { fieldName(of: $0) }
  }

  /// Whether `child` is a part of the collection that `parent` belongs to, and left out of paths.
  ///
  /// False where `parent` has so many references that looking through them would be felt.
  public func isInside(from parent: ObjectID, to child: ObjectID) -> Bool {
    guard namesEntries, parent != .root, graph.rows.range(of: parent).count <= 4096 else { return false }
    return graph.firstReference(from: parent, to: child).map { isInside($0) } ?? false
  }
}

/// Names without what is the same for most of them: `b.Type` of `example.com/a/b.Type`, `HashMap$Node[]` of
/// `java.util.HashMap$Node[]`, `static Launcher.app` of `static sun.launcher.Launcher.app`.
public func shortClassName(_ name: String) -> String {
  // What is quoted is text of the heap: its slashes and dots are no packages.
  if let quote = name.utf8.firstIndex(of: UInt8(ascii: "\"")), quote > name.startIndex {
    return shortClassName(String(name[..<quote])) + name[quote...]
  }
  var dots = 0
  var hasFolder = false
  for byte in name.utf8 {
    if byte == UInt8(ascii: ".") { dots += 1 }
    if byte == UInt8(ascii: "/") { hasFolder = true }
  }
  guard dots >= 2 || hasFolder, !name.contains(" / ") else { return name }
  // Only the part before a type argument or a brace: `map[string]a/b.T` keeps its brackets.
  var result = ""
  var word = ""
  var isBelowFolder = false
  func end() {
    result += isBelowFolder ? word : withoutPackage(word)
    (word, isBelowFolder) = ("", false)
  }
  for character in name {
    switch character {
    case "/" where hasFolder: (word, isBelowFolder) = ("", true)
    case "[", "]", "*", "{", "}", "(", ")", ",", " ", "<", ">":
      end()
      result.append(character)
    default: word.append(character)
    }
  }
  end()
  return result
}

/// `HashMap` of `java.util.HashMap`: two names in lower case or more go, if one with a capital follows.
private func withoutPackage(_ word: String) -> String {
  guard word.contains("."), !word.contains("\"") else { return word }
  let parts = word.split(separator: ".", omittingEmptySubsequences: false)
  func isPackage(_ part: Substring) -> Bool {
    guard let first = part.utf8.first, (0x61...0x7A).contains(first) else { return false }
    return part.utf8.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x5F }
  }
  guard let type = parts.firstIndex(where: { !isPackage($0) }), type >= 2, parts[type].first?.isUppercase == true else {
    return word
  }
  return parts[type...].joined(separator: ".")
}
