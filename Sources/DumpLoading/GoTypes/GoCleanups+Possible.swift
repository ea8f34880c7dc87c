import ReferenceGraph

extension GoCleanups {
  /// At most so many objects are looked at for closures.
  private static let lookedAt = 1 << 16

  /// What cleanups may hold of a program whose executable is not at hand, by the form of what the runtime keeps for them;
  /// nil where nothing has that form.
  ///
  /// Garbage may have it too, so the holder is not certain. A closure of the runtime's has two words, its code and a
  /// dictionary of types, beside which the argument stands in an object of its own; up to Go 1.25 it has four, function
  /// and argument between those.
  static func possible(
    _ bytes: UnsafeRawBufferPointer, _ scan: borrowing GoFirstPass, _ rows: borrowing GoRowBuilder.Result
  ) -> UnreachableKnowledge.Holder? {
    let params = scan.params
    let word = params.pointerSize
    let locator = GoObjectLocator(bytes: bytes, runs: scan.runs, params: params)
    let isReferenced = referenced(rows)
    let flags = rows.classes.map(\.flags)
    var alone: [ObjectID] = []
    var closures: [ObjectID] = []
    var boxes: [ObjectID] = []
    for id in 1..<max(rows.sizes.count, 1) where isReferenced[id / 64] >> UInt64(id % 64) & 1 == 0 {
      let size = Int(rows.sizes[id])
      guard size <= 4 * word, !flags[Int(rows.classOfObject[id])].contains(.pointerFree) else { continue }
      let references = Int(rows.offsets[id])..<Int(rows.offsets[id + 1])
      if size == word {
        if references.count == 1 { boxes.append(ObjectID(UInt32(id))) }
        continue
      }
      let capturing = size == 4 * word && !references.isEmpty
      guard size == 2 * word && references.isEmpty || capturing, alone.count + closures.count < lookedAt,
        references.allSatisfy({ [word, 2 * word].contains(Int(rows.fields[$0])) }),
        let contents = locator.record(at: scan.addresses.address(of: ObjectID(UInt32(id))))?.contents.bytes,
        [0, size - word].allSatisfy({
          isOutside(GoHeapDumpReader.word(bytes, at: contents.lowerBound + $0, params), params)
        })
      else { continue }
      if capturing { closures.append(ObjectID(UInt32(id))) } else { alone.append(ObjectID(UInt32(id))) }
    }
    if !alone.isEmpty { closures += boxes }
    let objects = (alone + closures).sorted { $0 < $1 }
    guard !closures.isEmpty else { return nil }
    return UnreachableKnowledge.Holder(
      words: "held by a cleanup",
      evidence: "\(grouped(objects.count)) objects that nothing refers to have the form of what runtime.AddCleanup "
        + "keeps; only the executable tells",
      objects: objects, lifetime: "as long as the object that the cleanup is attached to", isCertain: false,
      isOfProgram: true)
  }

  /// Whether a word is an address of code or of constants, by where it lies: outside of the heap.
  private static func isOutside(_ word: UInt64, _ params: GoParams) -> Bool {
    word >= 4096 && !(params.heapLow..<params.heapHigh).contains(word)
  }
}
