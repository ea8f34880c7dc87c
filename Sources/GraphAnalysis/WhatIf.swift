import ReferenceGraph

/// References that are cut in thought, and what would be freed without them all.
public struct WhatIf: Hashable, Sendable {
  /// The references that are cut.
  public let references: [ReferencePlace]
  /// Bytes that no root would reach any more, exactly.
  public let freedBytes: UInt64
  /// Objects that no root would reach any more, exactly.
  public let freedObjects: Int

  /// What cutting `references` frees.
  public init(references: [ReferencePlace], freedBytes: UInt64, freedObjects: Int) {
    self.references = references
    self.freedBytes = freedBytes
    self.freedObjects = freedObjects
  }
}
