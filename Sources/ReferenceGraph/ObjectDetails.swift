/// What a dump knows of single objects beyond the graph; read from the file when asked, nothing is copied at load.
public protocol ObjectDetails: Sendable {
  /// Finds what the answers need that takes a pass over the heap. Who does not call this waits for it at some answer.
  func prepare()
  /// The name of a field of `object` by its number in `ReferenceGraph.fields`: `.next`, `[3]`, `+16`.
  func fieldName(_ field: UInt32, of object: ObjectID) -> String
  /// The contents of `object` field by field (raw words where no types are known), from field `first` on,
  /// at most `limit` of them, and how many there are in all.
  func values(of object: ObjectID, from first: Int, limit: Int) -> (values: [FieldValue], total: Int)
  /// Readable text that `object` holds, if it looks like text: UTF-8 cut at `limit` bytes, and its length in bytes.
  func text(of object: ObjectID, limit: Int) -> (text: String, length: Int)?
  /// Texts that fields of `object` refer to and that are no objects: constants of the program, at most `limit` of them,
  /// each cut at `textLimit` bytes with its length in bytes.
  func literals(of object: ObjectID, limit: Int, textLimit: Int) -> [(text: String, length: Int)]
  /// What `search` goes through, in words, where that is not all texts there are: `the bytes of all objects were
  /// searched, …`; nil where it is.
  var searchedText: String? { get }
  /// A few words that tell `object` from others of its class: `42`, `(12,001 entries)`, `"main"`; nil where there are
  /// none. Text from a dump: not safe for a terminal as it is.
  func summary(of object: ObjectID) -> String?
  /// Where the code of a function, or of an object's constructor, stands: `file:///app/cart.js:12:7`; nil where the dump
  /// does not say. Text from a dump.
  func location(of object: ObjectID) -> String?
  /// Where `object` was allocated, innermost first, if the dump recorded it.
  func allocationStack(of object: ObjectID) -> [StackFrame]
  /// All objects whose allocation the dump noted; nil where it noted none.
  func allocations() -> Allocations?
  /// Facts on why the root holds: goroutine status, wait reason, since when, stack.
  func facts(ofRoot index: Int) -> [Fact]
  /// What kind of thing a root is and until when it lives, in words: `a timer, until it is stopped or fires`; nil where
  /// no more is known than its kind says.
  ///
  /// `path` is what leads from the root to the object that is asked about, from the object that the root refers to.
  func holder(ofRoot index: Int, along path: [ObjectID]) -> String?
  /// How far `object` is from the roots as the runtime's own tool counts it, where that is not the number of
  /// references on a shortest path; nil where there is no such figure.
  func distance(of object: ObjectID) -> UInt32?
  /// The same for screens, which do not wait: nil also while a large heap's distances are counted, which this begins.
  func distanceSoon(of object: ObjectID) -> UInt32?
  /// Looks for `pattern` in what objects hold: their texts, or their bytes where nobody knows what is text.
  ///
  /// `found` is told of each object that has it, once and in any order, and of the offset in bytes at which it begins
  /// for the first time, in its text (UTF-8) or its contents (behind those for what is not in them: only `excerpt`
  /// knows those); it returns whether to go on. Throws `Cancelled` when `progress` says so.
  func search(
    _ pattern: TextPattern, in graph: ReferenceGraph, progress: WorkProgress, found: (ObjectID, Int) -> Bool
  ) throws(Cancelled)
  /// What `object` holds around `offset`, an offset that `search` gave: about `length` bytes of it as text, at most
  /// `before` of them before the offset. What is no text in it is `·`. Nil when there is nothing.
  func excerpt(of object: ObjectID, at offset: Int, before: Int, length: Int) -> String?
  /// Whether entries of collections can be told at all.
  var knowsCollections: Bool { get }
  /// The entries of a collection: `["key"]` with the value, `[17]` with the element; from entry `first` on, at most
  /// `limit` of them, and how many there are in all. Nil when `object` is no collection whose inside is known.
  func entries(of object: ObjectID, from first: Int, limit: Int) -> (values: [FieldValue], total: Int)?
  /// Whether `entries` of `object` answers at once: false for a collection of very many that nobody has asked for yet.
  func hasEntriesAtHand(of object: ObjectID) -> Bool
  /// The name of a reference by the entry of a collection it belongs to, `["key"]`, where `fieldName` has the name of
  /// the field (`.value`); nil for all others.
  func entryName(_ field: UInt32, of object: ObjectID) -> String?
  /// Whether a reference leads to a part of a collection (a table, a node) rather than to what was put into it.
  func isInside(_ field: UInt32, of object: ObjectID, leadingTo target: ObjectID) -> Bool
  /// Whether a reference leads to what an object is made of, though paths show it: the tables of a map, the memory of a
  /// buffer. Suspects name the whole.
  func isPart(_ field: UInt32, of object: ObjectID, leadingTo target: ObjectID) -> Bool
  /// Whose code the class of `object` is, or the function that it stands for.
  func owner(of object: ObjectID) -> CodeOwner
  /// Whose a property of a global object is: the runtime has put many there, which lead anywhere.
  func owner(ofGlobal field: UInt32, of object: ObjectID, leadingTo target: ObjectID) -> CodeOwner
  /// Whose code a root belongs to: the package of a variable, the function of a frame.
  func owner(ofRoot index: Int) -> CodeOwner
  /// What makes a root one of many alike; nil for roots that stand alone.
  func group(ofRoot index: Int) -> RootGroup?
  /// How full a collection, a buffer or a text is: nil where `object` is none, or nobody can tell.
  func occupancy(of object: ObjectID) -> Occupancy?
  /// Bytes outside of the heap that live as long as `object`: the memory of a direct buffer.
  func outsideBytes(of object: ObjectID) -> UInt64
  /// What can be said of objects that no root reaches, once it is known which these are.
  ///
  /// For formats where it takes looking at them to tell garbage from what may be held; others say all in the dump's
  /// facts, which are `known`. `isReachable` says whether roots reach an object.
  func unreachable(_ known: UnreachableKnowledge, isReachable: (ObjectID) -> Bool) -> UnreachableKnowledge
  /// All objects for which `outsideBytes` is more than 0, ascending; found when the dump was opened.
  var outsideObjects: [OutsideBytes] { get }
  /// How the runtime's library keeps objects.
  var idioms: HoldingIdioms { get }
  /// The variable that a reference of `object` is stored in, where it says more than the name of a field: one of a
  /// module or function, or what a module exports; nil for all others.
  func variable(_ field: UInt32, of object: ObjectID) -> ProgramVariable?
}

extension ObjectDetails {
  /// None.
  public func isPart(_ field: UInt32, of object: ObjectID, leadingTo target: ObjectID) -> Bool { false }
  /// Whose the object is that it leads to.
  public func owner(ofGlobal field: UInt32, of object: ObjectID, leadingTo target: ObjectID) -> CodeOwner {
    owner(of: target)
  }
  /// Not known.
  public func owner(of object: ObjectID) -> CodeOwner { .unknown }
  /// Not known.
  public func owner(ofRoot index: Int) -> CodeOwner { .unknown }
  /// No group: the root stands alone.
  public func group(ofRoot index: Int) -> RootGroup? { nil }
  /// Not known.
  public func occupancy(of object: ObjectID) -> Occupancy? { nil }
  /// None.
  public func outsideBytes(of object: ObjectID) -> UInt64 { 0 }
  /// No object stands for memory outside of the heap.
  public var outsideObjects: [OutsideBytes] { [] }
  /// None that is known.
  public var idioms: HoldingIdioms { HoldingIdioms() }
  /// As the facts say.
  public func unreachable(
    _ known: UnreachableKnowledge, isReachable: (ObjectID) -> Bool
  ) -> UnreachableKnowledge { known }
  /// No variable: the field's name says all.
  public func variable(_ field: UInt32, of object: ObjectID) -> ProgramVariable? { nil }
}

extension ObjectDetails {
  /// Nothing needs a pass over the heap.
  public func prepare() {}
  /// No texts but those of objects.
  public func literals(of object: ObjectID, limit: Int, textLimit: Int) -> [(text: String, length: Int)] { [] }
  /// Everything is searched.
  public var searchedText: String? { nil }
  /// The insides of collections are not known.
  public var knowsCollections: Bool { false }
  /// No collection.
  public func entries(of object: ObjectID, from first: Int, limit: Int) -> (values: [FieldValue], total: Int)? { nil }
  /// There is nothing to wait for.
  public func hasEntriesAtHand(of object: ObjectID) -> Bool { true }
  /// No entry.
  public func entryName(_ field: UInt32, of object: ObjectID) -> String? { nil }
  /// Nothing is the inside of a collection.
  public func isInside(_ field: UInt32, of object: ObjectID, leadingTo target: ObjectID) -> Bool { false }
}

extension ObjectDetails {
  /// No such figure.
  public func distance(of object: ObjectID) -> UInt32? { nil }
  /// Known at once.
  public func distanceSoon(of object: ObjectID) -> UInt32? { distance(of: object) }

  /// Texts longer than this, in bytes, are searched up to here.
  public static var searchedTextLimit: Int { 1 << 20 }

  /// Looks at the text of each object.
  public func search(
    _ pattern: TextPattern, in graph: ReferenceGraph, progress: WorkProgress, found: (ObjectID, Int) -> Bool
  ) throws(Cancelled) {
    progress.begin(0, total: UInt64(graph.objectCount))
    guard graph.objectCount > 0 else { return }
    for id in 1...UInt32(graph.objectCount) {
      if id & 0xff == 0 {
        progress.advance(to: UInt64(id))
        if progress.isCancelled { throw Cancelled() }
      }
      let object = ObjectID(id)
      guard let text = text(of: object, limit: Self.searchedTextLimit)?.text, let offset = pattern.firstIndex(in: text)
      else { continue }
      if !found(object, offset) { return }
    }
  }

  /// The part of the object's text.
  public func excerpt(of object: ObjectID, at offset: Int, before: Int, length: Int) -> String? {
    guard offset >= 0, let text = text(of: object, limit: offset + length)?.text, offset < text.utf8.count else {
      return nil
    }
    // Not in the middle of a character.
    var bytes = text.utf8.dropFirst(max(0, offset - before))
    while let first = bytes.first, first & 0xC0 == 0x80 { bytes = bytes.dropFirst() }
    var part = bytes.prefix(length)
    while part.endIndex < text.utf8.endIndex, !part.isEmpty, text.utf8[part.endIndex] & 0xC0 == 0x80 {
      part = part.dropLast()
    }
    return String(decoding: part, as: UTF8.self)
  }
}

extension ObjectDetails {
  /// No allocation was noted.
  public func allocations() -> Allocations? { nil }
}

extension ObjectDetails {
  /// No more is known than the kind of the root says.
  public func holder(ofRoot index: Int, along path: [ObjectID]) -> String? { nil }
}

extension ObjectDetails {
  /// Not known.
  public func location(of object: ObjectID) -> String? { nil }
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
  /// The text of a string, or the text or number in an interface, to be shown in place of `text` and of what it refers
  /// to; nil for all else.
  public let excerpt: Excerpt?
  /// What is to be said beside what it refers to: `len 3, cap 10`.
  public let note: String?

  /// The beginning of a text in quotes, cut where it is long, or a number.
  public struct Excerpt: Hashable, Sendable {
    /// The part that is shown, in quotes where it is text.
    public let text: String
    /// Whether there is more.
    public let isCut: Bool
    /// How much there is in all: `5,000 bytes`; empty for a number.
    public let length: String

    /// What is shown, whether more follows, and how much there is in all.
    public init(text: String, isCut: Bool, length: String) {
      self.text = text
      self.isCut = isCut
      self.length = length
    }
  }

  /// A field by its name; `text` is empty where it is a reference.
  public init(name: String, text: String, target: ObjectID?, excerpt: Excerpt? = nil, note: String? = nil) {
    self.name = name
    self.text = text
    self.target = target
    self.excerpt = excerpt
    self.note = note
  }
}

/// A function with the line of source it stood at.
public struct StackFrame: Hashable, Sendable {
  /// The function's full name: `main.newSession`.
  public let function: String
  /// The path of the source file as the dump has it; empty where that is not known.
  public let file: String
  /// The line in `file`, counted from 1.
  public let line: Int

  /// A function and the line it stood at.
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
  /// What the line is about: `goroutines`.
  public let label: String
  /// What is known of that: `34`.
  ///
  /// Text from a dump: not safe for a terminal as it is.
  public let value: String

  /// A line that says `value` of `label`.
  public init(_ label: String, _ value: String) {
    self.label = label
    self.value = value
  }
}
