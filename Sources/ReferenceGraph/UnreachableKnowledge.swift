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
    /// Classes, indices of `ReferenceGraph.classes`: it lets go only when an object of one of them goes. When no root
    /// reaches any such object and it holds one itself, it waits for what it holds: a leak for ever. Empty where the file
    /// does not say what it waits for.
    public var waitsFor: [Int]

    public init(words: String, evidence: String, objects: [ObjectID], waitsFor: [Int] = []) {
      self.words = words
      self.evidence = evidence
      self.objects = objects
      self.waitsFor = waitsFor
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
