import ReferenceGraph

/// The roots of a dump, with where each of them comes from.
struct GoRoots {
  /// The record that a root was found in.
  struct Origin {
    /// Offset of the record in the file.
    var record: Int
    var kind: GoRecordKind
    /// Index of the goroutine it belongs to, -1 for none.
    var goroutine: Int32
    /// What the reference is a part of, where the type of the variable is known.
    var value = Value.unknown
  }

  /// What a reference of a variable is a part of.
  enum Value: UInt8 {
    /// Nobody knows.
    case unknown
    /// The first word of a slice or of a string: what stands behind says how much of its target is used.
    case slice, string
    /// Anything else: it may lead to all of its target.
    case other
  }

  var roots: [Root] = []
  /// Beside each root.
  var origins: [Origin] = []
  var names = NameTable()
  /// How an executable came to be used.
  enum ExecutableOrigin {
    /// It was asked for.
    case given
    /// It lies in the folder of the dump.
    case beside
    /// It was given for an earlier dump.
    case known
  }

  /// Remarks on the executable.
  var warnings: [String] = []
  /// Roots whose variable is known by name.
  var namedVariables = 0
  var symbols: ExecutableSymbols?
  /// Set for an executable without symbols.
  var functions: GoFunctionTable?
  /// Where the executable is, and how it came to be used.
  var executable: (path: String, origin: ExecutableOrigin)?
  /// The executable's constants.
  var image: ExecutableImage?
  /// A function on a stack that belongs to another module than the one whose variables the dump has.
  var functionElsewhere: String?
  /// Whose code is whose, and the goroutines that are alike.
  var owners = GoCodeOwners(nil)
  var groups = GoGoroutineGroups(GoCodeOwners(nil))
  /// What the executable says of types.
  var types: GoProgramTypes?
}

extension GoRoots {
  /// The function that holds the instruction at `address`.
  func function(at address: UInt64) -> String? {
    symbols?.function(at: address) ?? functions?.name(at: address)?.name
  }
}

extension GoHeapDumpLoader {
  /// Finds all roots: variables, stacks, deferred calls, panics, goroutines, finalizers.
  func collectRoots(_ scan: borrowing GoFirstPass, _ locator: GoObjectLocator) throws(LoadError) -> GoRoots {
    var collector = GoRootCollector(
      reader: GoHeapDumpReader(bytes: bytes), params: scan.params, catalog: scan.catalog, locator: locator,
      module: moduleRange(scan), progress: progress)
    try openExecutable(scan, into: &collector.found)
    collector.found.owners = GoCodeOwners(collector.found.image.flatMap { GoBuildInfo(image: $0) })
    collector.found.groups = GoGoroutineGroups(collector.found.owners)
    do throws(ReadProblem) {
      try collector.segments(scan.addresses)
      try collector.stacks(scan.addresses)
      try collector.goroutines(scan.addresses)
      try collector.finalizers(scan.addresses)
      try collector.others(scan.addresses)
    } catch {
      throw .cannotRead("it changed while it was read")
    }
    if progress.isCancelled { throw .cancelled }
    return collector.found
  }

  /// The types of the dump by their addresses.
  func types(_ catalog: GoRecordCatalog) -> [UInt64: GoType] {
    let reader = GoHeapDumpReader(bytes: bytes)
    var types: [UInt64: GoType] = [:]
    for offset in catalog.types {
      guard var cursor = try? reader.cursor(at: offset), let type = try? GoHeapDumpReader.type(&cursor) else {
        continue
      }
      types[type.address] = type
    }
    return types
  }
}
