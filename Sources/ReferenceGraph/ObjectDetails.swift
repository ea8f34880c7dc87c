/// What a dump knows of single objects beyond the graph; read from the file when asked, nothing is copied at load.
public protocol ObjectDetails: Sendable {
  /// The name of a field of `object` by its number in `ReferenceGraph.fields`: `.next`, `[3]`, `+16`.
  func fieldName(_ field: UInt32, of object: ObjectID) -> String
  /// The contents of `object` field by field (raw words where no types are known), from field `first` on,
  /// at most `limit` of them, and how many there are in all.
  func values(of object: ObjectID, from first: Int, limit: Int) -> (values: [FieldValue], total: Int)
  /// Readable text that `object` holds, if it looks like text: UTF-8 cut at `limit` bytes, and its length in bytes.
  func text(of object: ObjectID, limit: Int) -> (text: String, length: Int)?
  /// A few words that tell `object` from others of its class: `42`, `(12,001 entries)`, `"main"`; nil where there are
  /// none. Text from a dump: not safe for a terminal as it is.
  func summary(of object: ObjectID) -> String?
  /// Where `object` was allocated, innermost first, if the dump recorded it.
  func allocationStack(of object: ObjectID) -> [StackFrame]
  /// All objects whose allocation the dump noted; nil where it noted none.
  func allocations() -> Allocations?
  /// Facts on why the root holds: goroutine status, wait reason, since when, stack.
  func facts(ofRoot index: Int) -> [Fact]
  /// What kind of thing a root is and until when it lives, in words: `a timer, until it is stopped or fires`; nil where
  /// no more is known than its kind says.
  /// - Parameter path: what leads from it to the object that is asked about, from the object it refers to.
  func holder(ofRoot index: Int, along path: [ObjectID]) -> String?
  /// How far `object` is from the roots as the runtime's own tool counts it, where that is not the number of
  /// references on a shortest path; nil where there is no such figure.
  func distance(of object: ObjectID) -> UInt32?
}

extension ObjectDetails {
  public func distance(of object: ObjectID) -> UInt32? { nil }
}

extension ObjectDetails {
  public func allocations() -> Allocations? { nil }
}

extension ObjectDetails {
  public func holder(ofRoot index: Int, along path: [ObjectID]) -> String? { nil }
}

extension ObjectDetails {
  /// No words.
  public func summary(of object: ObjectID) -> String? { nil }
}

/// One field, or one word, of an object.
public struct FieldValue: Hashable, Sendable {
  /// `.next`, `[3]`, `+16`.
  public let name: String
  /// The value as text, when it is not a reference: `17`, `0x1f`, `"abc"`.
  public let text: String
  /// What it refers to, when it is a reference to an object of the dump.
  public let target: ObjectID?

  public init(name: String, text: String, target: ObjectID?) {
    self.name = name
    self.text = text
    self.target = target
  }
}

/// A function with the line of source it stood at.
public struct StackFrame: Hashable, Sendable {
  public let function: String
  public let file: String
  public let line: Int

  public init(function: String, file: String, line: Int) {
    self.function = function
    self.file = file
    self.line = line
  }

  /// `main.newSession session.go:41`, without folders.
  public var text: String {
    let name = file.split(separator: "/").last.map(String.init) ?? file
    return name.isEmpty ? function : "\(function) \(name):\(line)"
  }
}

/// A label and what it says: a line on the overview or in the inspector.
public struct Fact: Hashable, Sendable {
  public let label: String
  public let value: String

  public init(_ label: String, _ value: String) {
    self.label = label
    self.value = value
  }
}
