import ReferenceGraph

/// Which root keeps something alive, and why that root lives.
public struct Holder: Sendable {
  /// An index into `graph.roots`.
  public let root: Int
  /// What kind of thing it is and until when it lives: `a goroutine blocked on a channel (chan receive), until …`.
  public let words: String
  /// Whether the dump says more than what is true of all roots of the kind.
  let isSpecific: Bool
}

extension HeapAnalysis {
  /// The root nearest to a component; nil when none reaches it or the way is too long to be walked for every row of a
  /// screen.
  public func holder(of id: ComponentID) -> Holder? {
    context.holder(of: components[id].nearest, details: heap.details)
  }

  /// The words on a root from which `path` leads on: objects, from the one it refers to.
  public func holderWords(ofRoot index: Int, along path: [ObjectID]) -> String {
    context.holderWords(ofRoot: index, along: path, details: heap.details)
  }
}

extension RetentionContext {
  /// The root nearest to an object, by a way of not too many steps.
  func holder(of nearest: ObjectID?, details: any ObjectDetails) -> Holder? {
    guard let nearest, tree.isReachable(nearest) else { return nil }
    var way: [ObjectID] = []
    var next: ObjectID? = nearest
    while let object = next, object != .root {
      guard way.count < 2000 else { return nil }
      way.append(object)
      next = paths.parent(of: object)
    }
    way.reverse()
    guard let first = way.first else { return nil }
    guard let root = roots(of: first.rawValue).first else { return nil }
    let words = details.holder(ofRoot: root, along: way)
    return Holder(root: root, words: words ?? commonWords(root, along: way), isSpecific: words != nil)
  }

  func holderWords(ofRoot index: Int, along path: [ObjectID], details: any ObjectDetails) -> String {
    details.holder(ofRoot: index, along: path) ?? commonWords(index, along: path)
  }

  /// What the kind of a root says, or the global object of a page that lies below it.
  private func commonWords(_ root: Int, along path: [ObjectID]) -> String {
    if path.prefix(Self.globalDepth).contains(where: { isGlobal($0) }) {
      return "the global object of a page or worker, alive as long as that"
    }
    if graph.roots[root].kind == .unrecorded,
      let number = knowledge.holderIndex(ofUnrecordedRoot: root - graph.recordedRootCount)
    {
      let holder = knowledge.holders[number]
      return ["something that this file does not record", holder.lifetime].filter { !$0.isEmpty }.joined(
        separator: ", ")
        + (holder.evidence.isEmpty ? "" : " (\(holder.evidence))")
    }
    return Self.words(graph.roots[root].kind)
  }

  /// What is known of every root of a kind.
  private static func words(_ kind: RootKind) -> String {
    switch kind {
    case .data, .bss: "a global variable, alive as long as the program"
    case .staticField: "a static field, alive as long as its class is loaded"
    case .frame, .frameMaybe: "a stack, until the function returns"
    case .deferred: "a deferred call, until its function returns"
    case .panic: "a panic under way"
    case .finalizer: "a finalizer, until it has run"
    case .finalizerQueue: "a finalizer that waits to run"
    case .goroutine: "a goroutine, until it ends"
    case .thread: "a thread, until it ends"
    case .native: "a handle of native code, until that gives it up"
    case .global: "the global object, alive as long as the program"
    case .monitor: "a lock that is held, until it is given back"
    case .systemClass: "a class that is never unloaded"
    case .other: "a root of the runtime"
    case .unrecorded: "something that this file does not record"
    }
  }
}
