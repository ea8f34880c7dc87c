/// What a dump can tell of objects that no root reaches which it records.
///
/// They are of three kinds: garbage, when the file records every holder there can be; held by something that the file
/// does not record, when the file has evidence of that; not known, when neither can be proved.
public struct UnreachableKnowledge: Sendable {
  /// Something that holds objects although the file has no root for it.
  public struct Holder: Sendable {
    /// Completes `held by …`: `a cleanup (of 5)`, `a ClassValue of a class`.
    ///
    /// Of one that is not certain completes `garbage, or …`: `held by a class object`.
    public var words: String
    /// What in the file shows that it exists, a phrase.
    public var evidence: String
    /// The objects that it may hold itself, ascending.
    ///
    /// They are held, with what they lead to, where no root that the file records reaches them; the others of them do
    /// no harm.
    public var objects: [ObjectID]
    /// Until when it holds them, a phrase: `as long as the object that the cleanup is attached to`; empty where nothing
    /// is known.
    public var lifetime: String
    /// Whether what it holds leads back to what it waits for, so that it holds for ever: its cycles are a leak.
    public var isForEver: Bool

    /// Whether the evidence proves that these objects are held.
    ///
    /// Else they may be garbage as well: it is not known.
    public var isCertain: Bool

    /// Whether code of the program asks for it, as for a cleanup: what it holds can be a leak.
    public var isOfProgram: Bool

    /// A holder by the words for it and the evidence; `objects` must ascend.
    public init(
      words: String, evidence: String, objects: [ObjectID], lifetime: String = "", isForEver: Bool = false,
      isCertain: Bool = true, isOfProgram: Bool = false
    ) {
      self.words = words
      self.evidence = evidence
      self.objects = objects
      self.lifetime = lifetime
      self.isForEver = isForEver
      self.isCertain = isCertain
      self.isOfProgram = isOfProgram
    }
  }

  /// What unreachable objects are that no `Holder` leads to.
  public enum Rest: Hashable, Sendable {
    /// Garbage: the file records everything that could hold them.
    case garbage
    /// Not known, with the reason: `dumped by jhsdb, which writes no variables of stacks`.
    case notKnown(String)
  }

  /// What holds objects without a root; each that is certain becomes roots of the graph, one an object.
  public var holders: [Holder]
  /// What unreachable objects are that none of the holders leads to.
  public var rest: Rest

  /// What a format knows; as it stands, that all that no root reaches is garbage.
  public init(holders: [Holder] = [], rest: Rest = .garbage) {
    self.holders = holders
    self.rest = rest
  }

  /// The index of the holder that a root of kind `unrecorded` stands for, by how many such roots come before it.
  public func holderIndex(ofUnrecordedRoot number: Int) -> Int? {
    var left = number
    for (index, holder) in holders.enumerated() where holder.isCertain {
      if left < holder.objects.count { return index }
      left -= holder.objects.count
    }
    return nil
  }
}

extension Heap {
  /// What a root stands for that the dump has only evidence of; nil for the roots that it records.
  public func unrecordedHolder(ofRoot index: Int) -> UnreachableKnowledge.Holder? {
    guard index >= graph.recordedRootCount else { return nil }
    let number = facts.unreachable.holderIndex(ofUnrecordedRoot: index - graph.recordedRootCount)
    return number.map { facts.unreachable.holders[$0] }
  }
}
