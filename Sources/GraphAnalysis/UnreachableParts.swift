import ReferenceGraph

/// What holds an object or a cycle, as far as the file can tell.
public enum Hold: Hashable, Sendable {
  /// A root that the file records.
  case root
  /// Something that the file has no root for, but evidence of: an index into `UnreachableKnowledge.holders`.
  case unrecorded(Int)
  /// Nothing: the file records everything that could.
  case garbage
  /// Not known: what holds it may be missing.
  case notKnown

  /// As files name it.
  public var name: String {
    switch self {
    case .root: "held"
    case .unrecorded: "unrecorded"
    case .garbage: "garbage"
    case .notKnown: "notKnown"
    }
  }

  /// A word or two, for lists and filters.
  public var word: String {
    switch self {
    case .root: "held"
    case .unrecorded: "not recorded"
    case .garbage: "collectable"
    case .notKnown: "without a root"
    }
  }
}

/// A part of what no root reaches that the file records.
public struct UnreachablePart: Sendable {
  /// What holds these objects, which is never `root`.
  public let hold: Hold
  /// How many objects it is.
  public let objects: Int
  /// Their shallow sizes in bytes.
  public let bytes: UInt64
}

/// All that is said of what no recorded root reaches is said here, once for all screens, commands and files.
extension HeapAnalysis {
  /// What the objects are that no recorded root reaches: those that something holds which the file does not record,
  /// most bytes first, and the rest.
  ///
  /// Parts without objects are left out. The bytes of the rest are 0 until classes are counted.
  public var unreachableParts: [UnreachablePart] {
    let held = context.unrecorded?.sums ?? []
    var parts = held.indices.filter { held[$0].objects > 0 }.map {
      UnreachablePart(hold: .unrecorded($0), objects: held[$0].objects, bytes: held[$0].bytes)
    }
    parts.sort { $0.bytes > $1.bytes }
    let all = held.reduce(Freed()) { Freed(bytes: $0.bytes + $1.bytes, objects: $0.objects + $1.objects) }
    if unreachableObjects > all.objects {
      let bytes = unreachableBytes > all.bytes ? unreachableBytes - all.bytes : 0
      parts.append(UnreachablePart(hold: unheld, objects: unreachableObjects - all.objects, bytes: bytes))
    }
    return parts
  }

  /// What objects are that nothing holds as far as is known.
  ///
  /// In a dump that was cut short nobody can say.
  public var unheld: Hold {
    if heap.facts.truncation != nil { return .notKnown }
    return heap.facts.unreachable.rest == .garbage ? .garbage : .notKnown
  }

  /// What holds an object.
  public func hold(of object: ObjectID) -> Hold {
    switch dominators.tier(of: object) {
    case nil: unheld
    case .unrecorded: .unrecorded(context.unrecorded?.holder(of: object, dominators) ?? 0)
    default: .root
    }
  }

  /// What holds a cycle.
  public func hold(of id: ComponentID) -> Hold {
    components[id].nearest.map { hold(of: $0) } ?? unheld
  }

  /// Whether a root reaches `object` that the file records.
  public func isReached(_ object: ObjectID) -> Bool {
    dominators.tier(of: object).map { $0 < .unrecorded } ?? false
  }

  /// What a cycle is that nothing holds, in a word or two: `collectable`, or that nobody can say.
  public var unheldWord: String { unheld.word }

  /// What is known of a hold, a phrase: `garbage not collected yet`.
  public func words(_ hold: Hold) -> String {
    switch hold {
    case .root: return "held by a root"
    case .unrecorded(let number):
      return "held by \(heap.facts.unreachable.holders[number].words), which this file does not record"
    case .garbage: return "garbage not collected yet"
    case .notKnown:
      if heap.facts.truncation != nil { return "not known: what held them may be missing from this dump" }
      guard case .notKnown(let reason) = heap.facts.unreachable.rest else { return "not known" }
      return "not known: \(reason)"
    }
  }

  /// The same without what may be left out.
  public func shortWords(_ hold: Hold) -> String {
    switch hold {
    case .unrecorded(let number): "held by \(heap.facts.unreachable.holders[number].words)"
    case .notKnown: heap.facts.truncation == nil ? "not known" : "not known: what held them may be missing"
    default: words(hold)
    }
  }

  /// What shows that a holder exists which the file does not record, and until when it holds; nil for all other holds.
  public func evidence(of hold: Hold) -> String? {
    guard case .unrecorded(let number) = hold else { return nil }
    let holder = heap.facts.unreachable.holders[number]
    return [holder.evidence, holder.lifetime].filter { !$0.isEmpty }.joined(separator: "; ")
  }

  /// What unreachable objects are, in words: those of the only part, or of each with its bytes.
  ///
  /// With `isShort` what may be left out is.
  public func unreachableWords(isShort: Bool = false) -> String {
    let parts = unreachableParts
    guard parts.count > 1 else {
      return parts.first.map { isShort ? shortWords($0.hold) : words($0.hold) } ?? "nothing"
    }
    return parts.map { "\(ByteCount.text($0.bytes)) \(isShort ? shortWords($0.hold) : words($0.hold))" }
      .joined(separator: "; ")
  }

  /// Why nothing holds a cycle or an object, a sentence without its end: `no root reaches it: …`.
  public var unheldSentence: String {
    let words = words(unheld)
    return "no root reaches it: " + (unheld == .garbage ? "it is " + words : words)
  }

  /// Why a cycle is never freed; nil for those that go when what holds them does.
  public func neverFreedWords(_ id: ComponentID) -> String? {
    guard finalizerCycles.contains(id) else { return nil }
    if case .unrecorded(let number) = hold(of: id) {
      return
        "never freed: held by \(heap.facts.unreachable.holders[number].words), and leads back to what that waits for"
    }
    return "never freed: a finalizer in a cycle"
  }

  /// The cycles of a shape by what holds them.
  public func holds(of shape: CycleShape) -> [Hold: Int] {
    var counts: [Hold: Int] = [:]
    if shape.heldCount < shape.count { counts[unheld] = shape.count - shape.heldCount }
    if context.unrecorded == nil {
      if shape.heldCount > 0 { counts[.root] = shape.heldCount }
    } else {
      for id in shape.components.prefix(shape.heldCount) { counts[hold(of: id), default: 0] += 1 }
    }
    return counts
  }

  /// Cycles that only something holds which the file does not record.
  public var unrecordedCycles: Int {
    guard context.unrecorded != nil else { return 0 }
    return shapes.reduce(0) { sum, shape in
      sum
        + shape.components.prefix(shape.heldCount).count { if case .unrecorded = hold(of: $0) { true } else { false } }
    }
  }
}
