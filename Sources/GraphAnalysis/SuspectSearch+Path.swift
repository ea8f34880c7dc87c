import ReferenceGraph

extension SuspectSearch {
  /// What the nearest way from a root to an object says about who holds it, in words, and what that counts.
  struct PathEvidence {
    var reasons: [(reason: String, weight: Double)] = []
    /// A static field was named: it says more than the root above it.
    var namesField = false
  }

  /// Longer ways are not looked at: what holds lies near the root.
  private static let longestPath = 10_000

  /// Looks along the nearest way for static fields, variables of threads, queues of references, finalizers.
  func pathEvidence(to object: ObjectID) -> PathEvidence {
    var found = PathEvidence()
    guard let distance = context.paths.distance(of: object), distance <= Self.longestPath else { return found }
    var field: String?
    var words: [String] = []
    func add(_ text: String) { if !words.contains(text) { words.append(text) } }
    for place in context.path(to: object) where place.source != .root {
      let flags = context.graph.objectClass(of: place.source).flags
      if flags.contains(.referenceQueue) {
        add("it waits in a ReferenceQueue that nobody empties")
      } else if flags.contains(.finalizer) {
        add(
          "it is on the list of objects with a finalizer (java.lang.ref.Finalizer), which goes when finalize() has run")
      } else if context.graph.kind(ofReference: Int(place.index)) == .soft {
        add("a soft reference is on the way, which is given up when memory is short")
      }
      guard flags.contains(.metadata) || flags.contains(.thread) else { continue }
      let name = context.fieldName(of: place, details: details)
      if name.hasPrefix("static ") {
        field = name
      } else if name == ".threadLocals" || name == ".inheritableThreadLocals" {
        add("a ThreadLocal of a thread that lives on holds it: nobody called remove()")
        field = nil
      }
    }
    if let field {
      found.namesField = true
      found.reasons.append(("held by a static field, \(field.dropFirst("static ".count))", 0.5))
    }
    found.reasons += words.map { ($0, 0.5) }
    return found
  }
}
