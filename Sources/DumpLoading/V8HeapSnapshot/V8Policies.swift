import ReferenceGraph

/// The policies for heaps of V8.
enum V8Policies {
  /// What Chrome DevTools builds its dominator tree from.
  static let devtools = ReferencePolicy(
    name: "devtools",
    summary: "as Chrome DevTools: without weak references, shortcuts, the table's side of WeakMap entries, "
      + "and references into the page from outside it",
    kinds: [.strong, .metadata, .builtin, .ephemeron, .orphan, .stack], lastOnPaths: .stack)
  static let strict = ReferencePolicy(
    name: "strict", summary: "every reference but weak ones",
    kinds: [.strong, .metadata, .builtin, .ephemeron, .ephemeronTable, .foreign, .shortcut, .stray, .stack],
    lastOnPaths: .stack)
  static let application = ReferencePolicy(
    name: "application",
    summary: "without weak references, WeakMap entries, what belongs to the engine (maps, prototypes, code, object "
      + "shapes, native contexts), and the functions of Node's own scripts with their variables",
    kinds: [.strong, .stray], leftOutClasses: [.runtime, .metadata])
}
