import ReferenceGraph

/// Why the second pass stopped.
enum GoLinkFailure: Error {
  /// The runs of records overlap: they do not give the objects in the order of their addresses.
  case outOfOrder
  case failed(LoadError)
}

/// The second pass: the rows of the graph, in the order of the objects' addresses.
enum GoRowBuilder {
  struct Result: ~Copyable {
    var offsets: FlatArray<UInt32>
    var targets: FlatArray<UInt32>
    var fields: FlatArray<UInt32>
    var sizes: FlatArray<UInt32>
    var largeSizes: [UInt32: UInt64]
    var classOfObject: FlatArray<UInt32>
    var classes: [ObjectClass]
    /// By class: the size of its objects in bytes, 0 when they begin with their type and may differ.
    var slotSizes: [UInt64]
    /// The lowest and the highest address of a type that objects begin with; 0 when none do.
    var lowestType: UInt64
    var highestType: UInt64
    var totalSize: UInt64
    /// Pointers into the heap's range that hit no object.
    var strayPointers: Int
    var roots: GoRoots
    /// Where the contents of objects lie; empty when no types are wanted.
    var contents: GoContentsOffsets
    /// What targets of references to the inside of objects have added until types are found; 0 when they have not.
    var interiorMark: UInt32
    /// Set when objects have types.
    var typed: GoTypedClasses?
    var namingSteps: [GoNamingStep] = []
    var hasDebugInformation = false
    /// Set when the heap has what cleanups hold.
    var cleanups: GoCleanups?

    /// Takes the marks out of the targets.
    mutating func clearMarks() {
      guard interiorMark != 0 else { return }
      let keep = ~interiorMark
      targets.withBuffer { targets in
        for index in targets.indices { targets[index] &= keep }
      }
      interiorMark = 0
    }
  }
}

extension GoHeapDumpLoader {
  /// Writes the rows of all objects.
  func link(_ scan: borrowing GoFirstPass) throws(GoLinkFailure) -> GoRowBuilder.Result {
    let bytes = self.bytes
    let params = scan.params
    let count = scan.addresses.count
    progress.begin(LoadStep.link, total: UInt64(bytes.count))

    let locator = GoObjectLocator(bytes: bytes, runs: scan.runs, params: params)
    let roots: GoRoots
    do { roots = try collectRoots(scan, locator) } catch { throw .failed(error) }

    let capacity = scan.fieldCount + roots.roots.count
    guard roots.roots.count < Int(UInt32.max) else { throw .failed(.tooLarge("\(grouped(roots.roots.count)) roots")) }
    let limit = min(capacity, Int(UInt32.max) - 1)
    var rows = GoRowWriter(
      objects: count, limit: limit, roots: roots.roots, classes: GoObjectClasses(types: types(scan.catalog)),
      contents: GoContentsOffsets(count: roots.types == nil ? 0 : count, runs: scan.runs.runs),
      params: params, layout: scan.layout)

    var done = 0
    var window = Self.window
    var runNumber = 0
    for run in scan.runs.runs {
      runNumber &+= 1
      if runNumber & 255 == 0 {
        if progress.isCancelled { throw .failed(.cancelled) }
        progress.advance(to: UInt64(done))
        if done > window {
          input.file.giveBackAll()
          window = done + Self.window
        }
      }
      do throws(GoRowWriter.Failure) {
        done &+= try rows.take(run, bytes, scan.addresses) &- run.offset
      } catch {
        switch error {
        case .outOfOrder: throw .outOfOrder
        case .tooManyReferences: throw .failed(Self.tooManyReferences)
        case .changed: throw .failed(.cannotRead("it changed while it was read"))
        }
      }
    }
    guard rows.object == count else { throw .outOfOrder }
    input.file.giveBackAll()
    return rows.finish(scan.addresses, roots: roots)
  }

  private static let tooManyReferences = LoadError.tooLarge("more than \(grouped(UInt32.max - 1)) references")
}
