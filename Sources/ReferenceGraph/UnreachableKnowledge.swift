/// What a dump can tell of objects that no root reaches which it records.
///
/// They are of three kinds: garbage, when the file records every holder there can be; held by something that the file
/// does not record, when the file has evidence of that; not known, when neither can be proved.
public struct UnreachableKnowledge: Sendable {
  /// Something that holds objects although the file has no root for it.
  public struct Holder: Sendable {
    /// Completes `held by …`: `a cleanup (of 5)`, `a ClassValue of a class`.
    public var words: String
    /// What in the file shows that it exists, a phrase.
    public var evidence: String
    /// The objects it holds itself, ascending; what they lead to is held with them.
    public var objects: [ObjectID]
    /// Whether the evidence proves that these objects are held. Else they may be garbage as well: it is not known.
    public var isCertain: Bool

    public init(words: String, evidence: String, objects: [ObjectID], isCertain: Bool = true) {
      self.words = words
      self.evidence = evidence
      self.objects = objects
      self.isCertain = isCertain
    }
  }

  /// What unreachable objects are that no `Holder` leads to.
  public enum Rest: Hashable, Sendable {
    /// Garbage: the file records everything that could hold them.
    case garbage
    /// Not known, with the reason: `dumped by jhsdb, which writes no variables of stacks`.
    case notKnown(String)
  }

  public var holders: [Holder]
  public var rest: Rest

  public init(holders: [Holder] = [], rest: Rest = .garbage) {
    self.holders = holders
    self.rest = rest
  }
}
