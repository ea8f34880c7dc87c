/// A dump that has been read: its graph, what is known of the file, and the way to single objects.
public struct Heap: Sendable {
  /// Objects, references and roots; the holders that the dump has only evidence of are among the roots.
  public let graph: ReferenceGraph
  /// What is known of the dump as a whole.
  public var facts: DumpFacts
  /// What is known of single objects beyond the graph, read from the file when asked.
  public let details: any ObjectDetails
  /// Whether entries of collections are named by their keys, `["key"]`, and the insides of collections left out of
  /// paths; else all is shown as it lies in memory, `table[17].next.value`.
  public var namesEntries = true

  /// Joins what a loader has read.
  ///
  /// The holders in `facts.unreachable` become roots of `graph`, which nobody else may be reading yet.
  ///
  /// - Precondition: the objects of `facts.unreachable.holders` are in the graph.
  public init(graph: ReferenceGraph, facts: DumpFacts, details: any ObjectDetails) {
    graph.add(facts.unreachable.holders)
    self.graph = graph
    self.facts = facts
    self.details = details
  }
}

/// What is known of a dump as a whole.
public struct DumpFacts: Sendable {
  /// The format's name as people see it: `Go heap dump`, `JVM HPROF`.
  public var format: String
  /// What wrote it: `go1.27.3 amd64`.
  public var producer: String
  /// The name people gave, `-` for standard input.
  public var path: String
  /// The file as it was when it was opened, where its bytes are read from it as long as it is open; nil where they are a copy.
  public var stamp: FileStamp?
  /// Paths of other files that were read for it: the executable of a Go program.
  public var otherFiles: [String] = []
  /// Bytes of the file as it lies there, packed or not.
  public var fileBytes: UInt64
  /// Bytes of the dump inside of the file: as many as `fileBytes` unless that is packed.
  public var dumpBytes: UInt64
  /// Figures that the dump carries about itself, against what was read.
  public var checks: [IntegrityCheck]
  /// Records that were passed over.
  public var skipped: [SkippedRecords]
  /// Set when the file ended early: what is there is shown, but not all that was.
  public var truncation: String?
  /// What can be said of objects that no root reaches.
  public var unreachable = UnreachableKnowledge()
  /// Whether classes are objects of the heap, with fields and loaders of their own.
  public var hasClassObjects = false
  /// What the length of a text that an object holds is counted in.
  public var textUnit = TextUnit.bytes
  /// Memory outside of the heap that objects of it stand for.
  public var outside = OutsideMemory()
  /// Loud remarks, a line each.
  public var warnings: [String]
  /// More about the dump: `GC cycles 3`, `goroutines 34`.
  public var facts: [Fact]
  /// The policies for what is kept alive; the first is the default.
  public var retainingPolicies: [ReferencePolicy]
  /// The policies for what makes a cycle; the first is the default.
  public var cyclePolicies: [ReferencePolicy]

  /// What every dump has; the rest is empty and set by the loader as it finds it.
  public init(
    format: String, producer: String, path: String, fileBytes: UInt64, dumpBytes: UInt64,
    retainingPolicies: [ReferencePolicy], cyclePolicies: [ReferencePolicy]
  ) {
    self.format = format
    self.producer = producer
    self.path = path
    self.fileBytes = fileBytes
    self.dumpBytes = dumpBytes
    checks = []
    skipped = []
    truncation = nil
    warnings = []
    facts = []
    self.retainingPolicies = retainingPolicies
    self.cyclePolicies = cyclePolicies
  }

  /// The file's name without its folders.
  public var fileName: String { String(path.split(separator: "/").last ?? Substring(path)) }

  /// Whether the file that is read from is another than it was: somebody has written to it, or it has become shorter.
  ///
  /// What names and values are then read from it is not what was dumped. One `stat`.
  public var hasChanged: Bool {
    guard let stamp, let now = FileStamp(path: path) else { return false }
    return now.isSameFile(as: stamp) && now != stamp
  }

  /// Every policy that can be asked for by name.
  public var policies: [ReferencePolicy] {
    retainingPolicies + cyclePolicies.filter { policy in !retainingPolicies.contains { $0.name == policy.name } }
  }
}

/// What lengths of texts are counted in.
public enum TextUnit: String, Sendable {
  case bytes = "B"
  /// Where a character may take a byte or two.
  case characters = "ch"
}

/// A figure that the dump carries about itself, and what was found.
public struct IntegrityCheck: Hashable, Sendable {
  /// What the dump calls the figure: `MemStats.HeapObjects`.
  public let name: String
  /// The figure as the dump has it.
  public let expected: UInt64
  /// The same as counted by refwalk.
  public let found: UInt64

  /// A figure by the name that the dump gives it, as it stands there and as counted.
  public init(name: String, expected: UInt64, found: UInt64) {
    self.name = name
    self.expected = expected
    self.found = found
  }

  /// Whether both figures are the same.
  public var holds: Bool { expected == found }
}

/// Records that were passed over, and why.
public struct SkippedRecords: Hashable, Sendable {
  /// What was passed over and why: `object outside the heap`, `unknown record 0x90`.
  public let what: String
  /// How many such records there are.
  public let count: Int
  /// Where the first of them begins in the unpacked dump, in bytes.
  public let firstOffset: UInt64

  /// Records of one kind, `count` of them, the first at byte `firstOffset`.
  public init(what: String, count: Int, firstOffset: UInt64) {
    self.what = what
    self.count = count
    self.firstOffset = firstOffset
  }
}
