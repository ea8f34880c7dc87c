import ReferenceGraph

/// References that are cut in thought, and what would be freed without them all.
public struct WhatIf: Hashable, Sendable {
  public let references: [ReferencePlace]
  /// Bytes and objects that no root would reach any more. Exact.
  public let freedBytes: UInt64
  public let freedObjects: Int

  public init(references: [ReferencePlace], freedBytes: UInt64, freedObjects: Int) {
    self.references = references
    self.freedBytes = freedBytes
    self.freedObjects = freedObjects
  }
}
