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
    var totalSize: UInt64
    /// Pointers into the heap's range that hit no object.
    var strayPointers: Int
    var roots: GoRoots
    /// Where the contents of objects lie; empty when no types are wanted.
    var contents: GoContentsOffsets
    /// Set when objects have types.
    var typed: GoTypedClasses?
    var namingSteps: [GoNamingStep] = []
    var hasDebugInformation = false
  }

  /// A pointer to the inside of an object whose size is not known yet.
  struct Interior {
    /// The index of the reference.
    var reference: UInt32
    /// Bytes from the beginning of the object.
    var distance: UInt64
  }
}

extension GoHeapDumpLoader {
  /// Writes the rows of all objects.
  func link(_ scan: borrowing GoFirstPass) throws(GoLinkFailure) -> GoRowBuilder.Result {
    let bytes = self.bytes
    let params = scan.params
    let layout = scan.layout
    let count = scan.addresses.count
    progress.begin(2, total: UInt64(bytes.count))

    let locator = GoObjectLocator(bytes: bytes, runs: scan.runs, params: params)
    let roots: GoRoots
    do { roots = try collectRoots(scan, locator) } catch { throw .failed(error) }

    let capacity = scan.fieldCount + roots.roots.count
    guard roots.roots.count < Int(UInt32.max) else { throw .failed(.tooLarge("\(grouped(roots.roots.count)) roots")) }
    let limit = min(capacity, Int(UInt32.max) - 1)
    let offsets = FlatArray<UInt32>(zeroed: count + 2)
    let targets = FlatArray<UInt32>(zeroed: limit)
    let fields = FlatArray<UInt32>(zeroed: limit)
    let sizes = FlatArray<UInt32>(zeroed: count + 1)
    let classOfObject = FlatArray<UInt32>(zeroed: count + 1)
    let places = GoContentsOffsets(count: roots.types == nil ? 0 : count, fileBytes: bytes.count)
    var largeSizes: [UInt32: UInt64] = [:]
    var classes = GoObjectClasses(types: types(scan.catalog))
    var interior: [GoRowBuilder.Interior] = []
    var stray = 0
    var totalSize: UInt64 = 0

    var next = 0
    for root in roots.roots {
      targets[next] = root.target.rawValue
      fields[next] = UInt32(next)
      next += 1
    }
    offsets[1] = UInt32(next)

    let heapLow = params.heapLow
    let heapSpan = params.heapHigh &- params.heapLow
    let pointerSize = params.pointerSize
    var id = 0
    var previous: UInt64 = 0
    var done = 0
    var window = Self.window
    var runNumber = 0
    do {
      for run in scan.runs.runs {
        runNumber &+= 1
        if runNumber & 255 == 0 {
          if progress.isCancelled { throw GoLinkFailure.failed(.cancelled) }
          progress.advance(to: UInt64(done))
          if done > window {
            input.file.giveBackAll()
            window = done + Self.window
          }
        }
        var cursor = ByteCursor(bytes, at: run.offset)
        for _ in 0..<run.count {
          guard try cursor.varint() == GoRecordKind.object.rawValue else { throw ReadProblem.ended }
          let address = try cursor.varint()
          guard address > previous || id == 0 else { throw GoLinkFailure.outOfOrder }
          previous = address
          let contents = try cursor.range(limit: 0)
          id &+= 1
          guard id <= count else { throw ReadProblem.ended }
          let size = UInt64(contents.count)
          totalSize &+= size
          if size >= UInt64(UInt32.max) { largeSizes[UInt32(id)] = size }
          sizes[id] = UInt32(clamping: size)
          places.set(contents.lowerBound, of: id)

          var hasPointers = false
          while true {
            let kind = try cursor.varint()
            if kind == 0 { break }
            let field = try cursor.varint()
            hasPointers = true
            guard field <= size, size &- field >= UInt64(pointerSize) else { throw ReadProblem.ended }
            let pointer = GoHeapDumpReader.word(bytes, at: contents.lowerBound &+ Int(field), params)
            guard pointer &- heapLow < heapSpan else { continue }
            guard next < limit else { throw GoLinkFailure.failed(Self.tooManyReferences) }
            if let target = scan.addresses.object(at: pointer) {
              targets[next] = target.rawValue
            } else if let below = scan.addresses.object(atOrBelow: pointer) {
              let distance = pointer &- below.start
              if below.id.index <= id {
                let known = sizes[below.id.index]
                let end = known == .max ? largeSizes[below.id.rawValue] ?? UInt64(known) : UInt64(known)
                guard distance < end else {
                  stray &+= 1
                  continue
                }
              } else {
                interior.append(.init(reference: UInt32(next), distance: distance))
              }
              targets[next] = below.id.rawValue
            } else {
              stray &+= 1
              continue
            }
            fields[next] = UInt32(clamping: field)
            next &+= 1
          }
          if hasPointers, layout.hasHeader(size: size) {
            let header = GoHeapDumpReader.word(bytes, at: contents.lowerBound, params)
            classOfObject[id] = classes.number(header: header, size: size)
          } else {
            classOfObject[id] = classes.number(size: size, hasPointers: hasPointers)
          }
          offsets[id + 1] = UInt32(next)
        }
        done &+= cursor.position &- run.offset
      }
    } catch let failure as GoLinkFailure {
      throw failure
    } catch {
      throw .failed(.cannotRead("it changed while it was read"))
    }
    guard id == count else { throw .outOfOrder }
    input.file.giveBackAll()

    let kept = Self.dropStray(
      interior, sizes: sizes, largeSizes: largeSizes, offsets: offsets, targets: targets, fields: fields)
    stray += next - kept
    return GoRowBuilder.Result(
      offsets: offsets, targets: targets.shortened(to: kept), fields: fields.shortened(to: kept), sizes: sizes,
      largeSizes: largeSizes, classOfObject: classOfObject,
      classes: classes.classes.isEmpty ? [ObjectClass(name: "object")] : classes.classes, totalSize: totalSize,
      strayPointers: stray, roots: roots, contents: places)
  }

  /// Takes out the references whose pointers turned out to lie behind the end of the object below them; how many
  /// references are left.
  private static func dropStray(
    _ interior: [GoRowBuilder.Interior], sizes: borrowing FlatArray<UInt32>, largeSizes: [UInt32: UInt64],
    offsets: borrowing FlatArray<UInt32>, targets: borrowing FlatArray<UInt32>, fields: borrowing FlatArray<UInt32>
  ) -> Int {
    let rows = offsets.count - 1
    var firstStray = UInt32.max
    for pointer in interior {
      let target = targets[pointer.reference]
      let known = sizes[target]
      let end = known == .max ? largeSizes[target] ?? UInt64(known) : UInt64(known)
      guard pointer.distance >= end else { continue }
      targets[pointer.reference] = .max
      firstStray = min(firstStray, pointer.reference)
    }
    guard firstStray != .max else { return Int(offsets[rows]) }
    // The row that holds the first of them.
    var low = 0
    var high = rows
    while high - low > 1 {
      let middle = (low + high) / 2
      if offsets[middle] <= firstStray { low = middle } else { high = middle }
    }
    var next = Int(offsets[low])
    var read = next
    for row in low..<rows {
      let end = Int(offsets[row + 1])
      while read < end {
        if targets[read] != .max {
          targets[next] = targets[read]
          fields[next] = fields[read]
          next &+= 1
        }
        read &+= 1
      }
      offsets[row + 1] = UInt32(next)
    }
    return next
  }

  private static let tooManyReferences = LoadError.tooLarge("more than \(grouped(UInt32.max - 1)) references")
}
