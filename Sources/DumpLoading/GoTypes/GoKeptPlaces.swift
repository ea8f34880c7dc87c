import ReferenceGraph

/// What of variables, stacks and odd objects has to stay in a redacted dump: found while the types of the program are
/// known.
final class GoKeptPlaces {
  /// What is known of an object to whose inside only there is a pointer.
  struct Inside {
    var type: GoTypeTable.ID
    /// Bytes from the beginning of its values, behind a type word.
    var distance: Int
    var isArray: Bool
  }

  /// Ranges of the file, ascending once they are sorted.
  private(set) var ranges: [Range<Int>] = []
  private(set) var insides: [UInt32: Inside] = [:]
  /// Whether the types of variables are known.
  private(set) var knowsVariables = false

  /// Takes what lies in variables, local variables and objects of which only the inside is known.
  func take(
    _ types: GoProgramTypes, _ propagation: inout GoTypePropagation, _ scan: borrowing GoFirstPass,
    _ rows: borrowing GoRowBuilder.Result
  ) throws(LoadError) {
    ranges = []
    insides = [:]
    knowsVariables = types.isComplete
    var words = GoTypeWords(scan.params)
    do throws(ReadProblem) {
      try takeVariables(types, propagation.table, scan, propagation.bytes, &words)
      try takeFrames(types, &propagation, scan, &words)
    } catch {
      throw .cannotRead("it changed while it was read")
    }
    ranges.sort { $0.lowerBound < $1.lowerBound }
    for id in 1..<max(rows.sizes.count, 1) {
      let state = GoObjectState(rows.classOfObject[id])
      guard state.has(GoObjectState.isTyped), state.has(GoObjectState.isInterior) else { continue }
      insides[UInt32(id)] = Inside(
        type: state.type, distance: Int(propagation.counts.distance(of: id)),
        isArray: state.has(GoObjectState.isArray))
    }
  }

  /// The ranges that begin in a part of the file.
  func ranges(in part: Range<Int>) -> ArraySlice<Range<Int>> {
    func first(_ place: Int) -> Int {
      var low = 0
      var high = ranges.count
      while low < high {
        let middle = (low + high) / 2
        if ranges[middle].lowerBound < place { low = middle + 1 } else { high = middle }
      }
      return low
    }
    return ranges[first(part.lowerBound)..<first(part.upperBound)]
  }

  private func takeVariables(
    _ types: GoProgramTypes, _ table: GoTypeTable, _ scan: borrowing GoFirstPass, _ bytes: UnsafeRawBufferPointer,
    _ words: inout GoTypeWords
  ) throws(ReadProblem) {
    let reader = GoHeapDumpReader(bytes: bytes)
    for offset in scan.catalog.data + scan.catalog.bss {
      var cursor = try reader.cursor(at: offset)
      let segment = try GoHeapDumpReader.segment(&cursor, pointerSize: scan.params.pointerSize)
      let contents = segment.contents.bytes
      for variable in types.variables {
        let place = variable.address &- segment.address
        let size = Int(clamping: table[variable.type].size)
        guard place < UInt64(contents.count), size > 0 else { continue }
        let list = words.words(of: variable.type, table)
        if list.isEmpty { continue }
        let room = contents.count - Int(place)
        for index in 0..<min(Int(clamping: variable.count), room / size + 1) {
          for word in list where index * size + word.offset + word.length <= room {
            let start = contents.lowerBound + Int(place) + index * size + word.offset
            ranges.append(start..<start + word.length)
          }
        }
      }
    }
  }

  private func takeFrames(
    _ types: GoProgramTypes, _ propagation: inout GoTypePropagation, _ scan: borrowing GoFirstPass,
    _ words: inout GoTypeWords
  ) throws(ReadProblem) {
    let reader = GoHeapDumpReader(bytes: propagation.bytes)
    let params = scan.params
    for (number, entry) in scan.catalog.frames.enumerated() {
      var cursor = try reader.cursor(at: entry.offset)
      let frame = try GoHeapDumpReader.frame(&cursor, pointerSize: params.pointerSize)
      let caller = try scan.catalog.caller(of: frame, number, reader, params)
      let length = frame.contents.bytes.count
      for local in types.locals(of: frame, in: &propagation.table) {
        if local.isGuessed, try !propagation.hasPointer(caller, local, length) { continue }
        for word in words.words(of: local.type, propagation.table) {
          for part in local.parts {
            // What of the word lies in this part.
            let first = max(word.offset, part.offset)
            let last = min(word.offset + word.length, part.offset + part.size)
            guard first < last, let contents = part.place < length ? frame.contents : caller?.contents else { continue }
            let inside = (part.place < length ? part.place : part.place - length) + first - part.offset
            guard inside >= 0, inside + last - first <= contents.bytes.count else { continue }
            let start = contents.bytes.lowerBound + inside
            ranges.append(start..<start + last - first)
          }
        }
      }
    }
  }
}
