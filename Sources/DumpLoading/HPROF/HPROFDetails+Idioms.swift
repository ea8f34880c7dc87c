import ReferenceGraph

/// How the Java library keeps objects, in words.
extension HPROFDetails {
  var idioms: HoldingIdioms { Self.javaIdioms }

  private static let javaIdioms: HoldingIdioms = {
    var idioms = HoldingIdioms()
    let threadLocal = HoldingIdioms.Field(
      "a ThreadLocal of a thread that lives on holds it: nobody called remove()", hidesStatic: true)
    idioms.fields = [
      ".threadLocals": threadLocal, ".inheritableThreadLocals": threadLocal,
      ".contextClassLoader": .init(
        "it is, or belongs to, the context class loader of a thread that lives on", yields: true),
      ".inheritedAccessControlContext": .init(
        "a thread that lives on was started by code of its class loader, whose rights it inherited"),
    ]
    idioms.threadVariables = [".threadLocals", ".inheritableThreadLocals"]
    idioms.threadVariable = "ThreadLocal"
    idioms.threadVariableEnd = "remove() or the thread's end"
    idioms.threadVariableTable = "java.lang.ThreadLocal$ThreadLocalMap"
    idioms.registries = [
      "java.lang.ApplicationShutdownHooks.hooks":
        "a shutdown hook, kept until the program ends: Runtime.removeShutdownHook lets it go",
      "java.sql.DriverManager.registeredDrivers":
        "a driver registered for the whole program: DriverManager.deregisterDriver lets it go",
      "java.beans.Introspector.declaredMethodCache": "a cache of java.beans: Introspector.flushCaches empties it",
      "java.util.logging.Level$KnownLevel.nameToLevels": "a level of java.util.logging, which is never given up",
    ]
    idioms.finalizerQueue = "static java.lang.ref.Finalizer.queue"
    idioms.waitsForFinalizer =
      "it waits for finalize() to run (java.lang.ref.Finalizer.queue): the thread that runs finalizers is behind, or "
      + "stuck in one"
    idioms.referenceQueue = .init(leads: "it waits in a ReferenceQueue that nobody empties")
    idioms.finalizers = .init(
      leads:
        "it is on the list of objects with a finalizer (java.lang.ref.Finalizer), which goes when finalize() has run",
      isPart: "the objects with a finalizer are listed (java.lang.ref.Finalizer) until finalize() has run")
    idioms.cleaners = .init(
      leads:
        "the action of a Cleaner holds it, which runs when nothing else does: it must not refer to what it cleans up",
      isPart: "a Cleaner lists the actions that have not run: what they refer to stays")
    idioms.loaders.kept = "class loaders of one class are kept"
    idioms.loaders.loaded = "of them loaded a class"
    idioms.loaders.means = "code that was deployed again and not let go"
    idioms.loaders.keeps = "each keeps all the classes it loaded, their static fields, and what those hold"
    idioms.loaders.numbered = "$$Lambda"
    idioms.ownLoaders = ["jdk.internal.", "sun.", "java.lang."]
    return idioms
  }()
}
