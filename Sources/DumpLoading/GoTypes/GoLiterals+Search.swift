import ReferenceGraph

extension GoLiterals {
  /// A place in a literal as an offset of the object that refers to it: behind all offsets that contents can have.
  static func offset(of literal: Literal, at place: Int) -> Int { (place + 1) << 32 | literal.offset }

  /// Looks for `pattern` in what objects refer to outside of the heap.
  ///
  /// `found` is told of each object whose own bytes do not have it, and where it is: see `offset(of:at:)`.
  func search(
    _ pattern: TextPattern, in file: MappedFile, progress: WorkProgress, from done: UInt64,
    found: (ObjectID, Int) -> Bool
  ) throws(Cancelled) {
    let places = image.places(of: pattern)
    guard !places.isEmpty else { return }
    let bytes = file.bytes
    var reported = 0
    for run in typed.locator.runs.offsets {
      var cursor = GoObjectCursor(bytes, at: Int(run >> 8))
      if cursor.position - reported >= 1 << 20 {
        file.giveBack(reported..<cursor.position)
        reported = cursor.position
        progress.advance(to: done + UInt64(reported))
        if progress.isCancelled { throw Cancelled() }
      }
      for _ in 0..<Int(run & 255) {
        guard let address = cursor.head() else { break }
        let contents = cursor.contents..<cursor.contents + cursor.length
        if let object = typed.graph.addresses.object(at: address), mayHave(object),
          let offset = firstIndex(of: pattern, places, in: object, UnsafeRawBufferPointer(rebasing: bytes[contents])),
          pattern.firstIndex(in: bytes, contents) == nil, !found(object, offset)
        {
          return
        }
        var next: Int? = 0
        while let field = next, field != .max { next = cursor.field(limit: cursor.length) }
        if next == nil { break }
      }
    }
  }

  /// Where the first literal of `object` that has one of `places` has it.
  private func firstIndex(
    of pattern: TextPattern, _ places: [UInt64], in object: ObjectID, _ contents: UnsafeRawBufferPointer
  ) -> Int? {
    var result: Int?
    each(of: object, contents) { literal in
      let low = places.indices.bisection(where: { places[$0] >= literal.address })
      guard low < places.count, places[low] - literal.address + UInt64(pattern.length) <= UInt64(literal.length) else {
        return true
      }
      result = Self.offset(of: literal, at: Int(places[low] - literal.address))
      return false
    }
    return result
  }

  /// The text around an offset that `search` gave; nil for other offsets.
  func excerpt(
    of object: ObjectID, _ contents: UnsafeRawBufferPointer, at offset: Int, before: Int, length: Int
  ) -> String? {
    guard offset >= contents.count, offset >> 32 > 0 else { return nil }
    var text: String?
    each(of: object, contents) { literal in
      guard literal.offset == offset & (1 << 32 - 1) else { return true }
      let place = offset >> 32 - 1
      if let bytes = image.bytes(at: literal.address, limit: literal.length) {
        text = GoText.excerpt(bytes, at: place, before: before, length: length)
      }
      return false
    }
    return text
  }
}

extension ExecutableImage {
  /// Where `pattern` begins in what is loaded of the file, ascending; each place once.
  func places(of pattern: TextPattern) -> [UInt64] {
    var places: Set<UInt64> = []
    for (address, bytes) in loaded {
      var start = 0
      while start < bytes.count, let place = pattern.firstIndex(in: bytes, start..<bytes.count) {
        places.insert(address &+ UInt64(place))
        start = place + 1
      }
    }
    return places.sorted()
  }
}
