import ReferenceGraph

/// What holds an object or a cycle, as far as the file can tell.
public enum Hold: Hashable, Sendable {
  /// A root that the file records.
  case root
  /// Something that the file has no root for, but evidence of: an index into `HeapAnalysis.unreachable.holders`.
  case unrecorded(Int)
  /// Perhaps something that the file does not record, perhaps nothing: such an index, too.
  case perhaps(Int)
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
    case .perhaps, .notKnown: "notKnown"
    }
  }

  /// A word or two, for lists and filters.
  public var word: String {
    switch self {
    case .root: "held"
    case .unrecorded: "not recorded"
    case .garbage: "collectable"
    case .perhaps, .notKnown: "without a root"
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
  /// What can be said of objects that no recorded root reaches, and what may hold them.
  public var unreachable: UnreachableKnowledge { context.knowledge }

  /// What the objects are that no recorded root reaches: those that something holds which the file does not record,
  /// most bytes first, those that something may hold, and the rest.
  ///
  /// Parts without objects are left out. The bytes of the rest are 0 until classes are counted.
  public var unreachableParts: [UnreachablePart] {
    func parts(_ sums: [Freed], _ hold: (Int) -> Hold) -> [UnreachablePart] {
      let parts = sums.indices.filter { sums[$0].objects > 0 }.map {
        UnreachablePart(hold: hold($0), objects: sums[$0].objects, bytes: sums[$0].bytes)
      }
      return parts.sorted { $0.bytes > $1.bytes }
    }
    var known = parts(context.unrecorded?.sums ?? []) { .unrecorded($0) }
    known += parts(context.possible?.sums ?? []) { .perhaps($0) }
    let all = known.reduce(Freed()) { Freed(bytes: $0.bytes + $1.bytes, objects: $0.objects + $1.objects) }
    if unreachableObjects > all.objects {
      let bytes = unreachableBytes > all.bytes ? unreachableBytes - all.bytes : 0
      known.append(UnreachablePart(hold: unheld, objects: unreachableObjects - all.objects, bytes: bytes))
    }
    return known
  }

  /// What objects are that nothing holds, nor may hold, as far as is known.
  ///
  /// In a dump that was cut short nobody can say.
  public var unheld: Hold { context.unheld }

  /// What holds an object.
  public func hold(of object: ObjectID) -> Hold { context.hold(of: object) }

  /// What holds a cycle.
  public func hold(of id: ComponentID) -> Hold { context.hold(of: id, components) }

  /// Whether a root reaches `object` that the file records.
  public func isReached(_ object: ObjectID) -> Bool {
    dominators.tier(of: object).map { $0 < .unrecorded } ?? false
  }

  /// The words for the cycles that nothing is known to hold, with how many there are of each: `collectable`, those of
  /// which nobody can say.
  public var unheldCycles: [(word: String, count: Int)] {
    var counts: [String: Int] = [:]
    for (hold, count) in cycleHolds.all {
      switch hold {
      case .root, .unrecorded: break
      case .perhaps, .garbage, .notKnown: counts[hold.word, default: 0] += count
      }
    }
    return counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { ($0.key, $0.value) }
  }

  /// What is known of a hold, a phrase: `garbage not collected yet`.
  public func words(_ hold: Hold) -> String {
    switch hold {
    case .root: return "held by a root"
    case .unrecorded(let number):
      return "held by \(unreachable.holders[number].words), which this file does not record"
    case .perhaps(let number):
      return "not known: garbage, or \(unreachable.holders[number].words)"
    case .garbage: return "garbage not collected yet"
    case .notKnown:
      if heap.facts.truncation != nil { return "not known: what held them may be missing from this dump" }
      guard case .notKnown(let reason) = unreachable.rest else { return "not known" }
      return "not known: \(reason)"
    }
  }

  /// The same without what may be left out.
  public func shortWords(_ hold: Hold) -> String {
    switch hold {
    case .unrecorded(let number): "held by \(unreachable.holders[number].words)"
    case .perhaps(let number): "garbage, or \(unreachable.holders[number].words)"
    case .notKnown: heap.facts.truncation == nil ? "not known" : "not known: what held them may be missing"
    default: words(hold)
    }
  }

  /// What shows that a holder exists, or may exist, which the file does not record, and until when it holds; nil for all
  /// other holds.
  public func evidence(of hold: Hold) -> String? {
    let number: Int
    switch hold {
    case .unrecorded(let index), .perhaps(let index): number = index
    case .root, .garbage, .notKnown: return nil
    }
    let holder = unreachable.holders[number]
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

  /// Why nothing is known to hold an object or a cycle, a sentence without its end: `no root reaches it: …`.
  public func unheldSentence(_ hold: Hold) -> String {
    let words = words(hold)
    return "no root reaches it: " + (hold == .garbage ? "it is " + words : words)
  }

  /// Why a cycle is never freed; nil for those that go when what holds them does.
  public func neverFreedWords(_ id: ComponentID) -> String? {
    guard finalizerCycles.contains(id) else { return nil }
    if case .unrecorded(let number) = hold(of: id) {
      return
        "never freed: held by \(unreachable.holders[number].words), and leads back to what that waits for"
    }
    return "never freed: a finalizer in a cycle"
  }

  /// The cycles of a shape by what holds them.
  public func holds(of shape: CycleShape) -> [Hold: Int] {
    cycleHolds.of(shape, shape.components.first.map { components[$0].shape } ?? 0)
  }

  /// Cycles that only something holds which the file does not record.
  public var unrecordedCycles: Int {
    cycleHolds.all.reduce(0) { if case .unrecorded = $1.key { $0 + $1.value } else { $0 } }
  }
}
