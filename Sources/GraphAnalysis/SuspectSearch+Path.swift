import ReferenceGraph

extension SuspectSearch {
  /// What the nearest way from a root to an object says about who holds it, in words, and what that counts.
  struct PathEvidence {
    var reasons: [(reason: String, weight: Double)] = []
    /// A static field was named: it says more than the root above it.
    var namesField = false
    /// Only references lead there that the collector does not count.
    var isWeaklyHeld = false
  }

  /// Longer ways are not looked at: what holds lies near the root.
  private static let longestPath = 10_000

  /// Looks along the nearest way for static fields, variables of threads, queues of references, finalizers.
  func pathEvidence(to object: ObjectID) -> PathEvidence {
    var found = PathEvidence()
    guard let distance = context.paths.distance(of: object), distance <= Self.longestPath else { return found }
    let idioms = details.idioms
    var field: String?
    var words: [String] = []
    func add(_ text: String) { if !text.isEmpty, !words.contains(text) { words.append(text) } }
    for place in context.path(to: object) where place.source != .root {
      let flags = context.graph.objectClass(of: place.source).flags
      let kind = context.graph.kind(ofReference: Int(place.index))
      if flags.contains(.referenceQueue) {
        add(field == idioms.finalizerQueue ? idioms.waitsForFinalizer : idioms.referenceQueue.leads)
      } else if flags.contains(.finalizer) {
        add(idioms.finalizers.leads)
      } else if flags.contains(.cleaner), !idioms.isOwnLoader(context.graph.objectClass(of: object).name) {
        add(idioms.cleaners.leads)
      } else if kind == .soft {
        add("a soft reference is on the way, which is given up when memory is short")
      } else if kind == .weak || kind == .phantom, options.retaining.lastOnPaths.contains(kind) {
        add("only a \(kind.name) reference leads to it: it holds nothing, a collection takes it")
        found.isWeaklyHeld = true
      }
      guard flags.contains(.metadata) || flags.contains(.thread) else { continue }
      let name = context.fieldName(of: place, details: details)
      if name.hasPrefix("static ") {
        field = name
      } else if let idiom = idioms.fields[name] {
        add(idiom.words)
        if idiom.hidesStatic { field = nil }
      }
    }
    if let field {
      let name = String(field.dropFirst("static ".count))
      found.namesField = true
      found.reasons.append(("held by a static field, \(name)", 0.5))
      if let registry = idioms.registries[name] {
        words.removeAll { word in idioms.fields.values.contains { $0.yields && $0.words == word } }
        add(registry)
      }
    }
    let flags = context.graph.objectClass(of: object).flags
    if field == idioms.finalizerQueue, !flags.isDisjoint(with: [.finalizer, .referenceQueue]) {
      add(idioms.waitsForFinalizer)
    }
    if flags.contains(.cleaner) { add(idioms.cleaners.isPart) }
    if flags.contains(.finalizer), !words.contains(idioms.waitsForFinalizer) { add(idioms.finalizers.isPart) }
    found.reasons += words.map { ($0, found.isWeaklyHeld ? 0 : 0.5) }
    return found
  }
}
