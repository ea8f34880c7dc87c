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

  private static let contextLoader = "it is, or belongs to, the context class loader of a thread that lives on"

  /// Where objects lie whose finalizer is to run.
  private static let finalizerQueue = "static java.lang.ref.Finalizer.queue"
  private static let waitingWords =
    "it waits for finalize() to run (java.lang.ref.Finalizer.queue): the thread that runs finalizers is behind, or stuck in one"

  /// Static fields of the Java library where programs register things, and forget to take them out.
  private static let registries = [
    "java.lang.ApplicationShutdownHooks.hooks":
      "a shutdown hook, kept until the program ends: Runtime.removeShutdownHook lets it go",
    "java.sql.DriverManager.registeredDrivers":
      "a driver registered for the whole program: DriverManager.deregisterDriver lets it go",
    "java.beans.Introspector.declaredMethodCache": "a cache of java.beans: Introspector.flushCaches empties it",
    "java.util.logging.Level$KnownLevel.nameToLevels": "a level of java.util.logging, which is never given up",
  ]

  /// Looks along the nearest way for static fields, variables of threads, queues of references, finalizers.
  func pathEvidence(to object: ObjectID) -> PathEvidence {
    var found = PathEvidence()
    guard let distance = context.paths.distance(of: object), distance <= Self.longestPath else { return found }
    var field: String?
    var words: [String] = []
    func add(_ text: String) { if !words.contains(text) { words.append(text) } }
    for place in context.path(to: object) where place.source != .root {
      let flags = context.graph.objectClass(of: place.source).flags
      let kind = context.graph.kind(ofReference: Int(place.index))
      if flags.contains(.referenceQueue) {
        add(field == Self.finalizerQueue ? Self.waitingWords : "it waits in a ReferenceQueue that nobody empties")
      } else if flags.contains(.finalizer) {
        add(
          "it is on the list of objects with a finalizer (java.lang.ref.Finalizer), which goes when finalize() has run")
      } else if flags.contains(.cleaner), !Self.isOfRuntime(context.graph.objectClass(of: object).name) {
        add(
          "the action of a Cleaner holds it, which runs when nothing else does: it must not refer to what it cleans up")
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
      } else if name == ".threadLocals" || name == ".inheritableThreadLocals" {
        add("a ThreadLocal of a thread that lives on holds it: nobody called remove()")
        field = nil
      } else if name == ".contextClassLoader" {
        add(Self.contextLoader)
      } else if name == ".inheritedAccessControlContext" {
        add("a thread that lives on was started by code of its class loader, whose rights it inherited")
      }
    }
    if let field {
      let name = String(field.dropFirst("static ".count))
      found.namesField = true
      found.reasons.append(("held by a static field, \(name)", 0.5))
      if let registry = Self.registries[name] {
        words.removeAll { $0 == Self.contextLoader }
        add(registry)
      }
    }
    let flags = context.graph.objectClass(of: object).flags
    if field == Self.finalizerQueue, !flags.isDisjoint(with: [.finalizer, .referenceQueue]) { add(Self.waitingWords) }
    if flags.contains(.cleaner) { add("a Cleaner lists the actions that have not run: what they refer to stays") }
    if flags.contains(.finalizer), !words.contains(Self.waitingWords) {
      add("the objects with a finalizer are listed (java.lang.ref.Finalizer) until finalize() has run")
    }
    found.reasons += words.map { ($0, found.isWeaklyHeld ? 0 : 0.5) }
    return found
  }
}
