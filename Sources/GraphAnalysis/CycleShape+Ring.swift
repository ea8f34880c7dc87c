import ReferenceGraph

/// A ring of a cycle in words, as it was noted in some dump: to find the cycle in a later one, where it may have grown
/// into another shape.
public struct NotedRing: Sendable {
  /// A line for each hop, the names of class and field with a space between: `Session .handler`, `Session[] [17]`.
  ///
  /// Where the field is not known, the class alone.
  private let hops: [String]
  /// Whether the last hop leads back to the first; otherwise the ring goes on.
  private let isWhole: Bool

  /// A ring from what was written of it, a hop an object: `Session .cache`.
  public init(hops: [String], isWhole: Bool = true) {
    self.hops = hops.map(Self.lasting)
    self.isWhole = isWhole
  }

  /// Whether a component of `shape` can have this ring in it: it has all the references.
  public func isPart(of shape: CycleShape) -> Bool {
    if hops.isEmpty { return false }
    return hops.indices.allSatisfy { index in
      if index == hops.count - 1, !isWhole { return true }
      let next = hops[(index + 1) % hops.count]
      return shape.signature.contains { Self.isHop(hops[index], $0) && Self.isAt(next, $0.target) }
    }
  }

  /// Whether it goes through all the named types of `shape` and no other: what is between them, the tables of a map
  /// say, may be built otherwise.
  public func goesThroughNamedTypes(of shape: CycleShape) -> Bool {
    let types = shape.tellingClasses
    let named = hops.filter { CycleShape.isTelling($0) }
    return isWhole && !types.isEmpty && types.allSatisfy { type in named.contains { Self.isAt($0, type) } }
      && named.allSatisfy { hop in types.contains { Self.isAt(hop, $0) } }
  }

  private static func isHop(_ hop: String, _ step: ShapeStep) -> Bool {
    guard isAt(hop, step.source) else { return false }
    let field = hop.utf8.dropFirst(step.source.utf8.count + 1)
    // Elements of arrays are one.
    return step.field == "[]" ? field.first == 0x5B && field.last == 0x5D : field.elementsEqual(step.field.utf8)
  }

  /// Whether the hop starts at an object of the class.
  private static func isAt(_ hop: String, _ name: String) -> Bool {
    let (hop, name) = (hop.utf8, name.utf8)
    guard hop.count >= name.count, hop.starts(with: name) else { return false }
    return hop.count == name.count || hop.dropFirst(name.count).first == 0x20
  }

  private static func lasting(_ hop: String) -> String {
    // Names of classes of a JVM have no spaces.
    guard hop.utf8Index(of: "$$Lambda") != nil || hop.utf8Index(of: "+0x") != nil, let end = hop.firstIndex(of: " ")
    else { return hop }
    return ShapeStep.lastingName(String(hop[..<end])) + hop[end...]
  }
}

extension [CycleShape] {
  /// The index of the only shape that a noted ring is part of or, if there is none, goes through the named types of.
  public func only(with ring: NotedRing) -> Int? {
    for test in [ring.isPart, ring.goesThroughNamedTypes] {
      var found = indices.lazy.filter { test(self[$0]) }.makeIterator()
      if let first = found.next() { return found.next() == nil ? first : nil }
    }
    return nil
  }
}
