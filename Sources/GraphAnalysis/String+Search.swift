extension String {
  /// Where `text` begins in it, compared byte by byte.
  func utf8Index(of text: StaticString) -> String.Index? {
    let count = text.utf8CodeUnitCount
    var copy = self
    let offset = copy.withUTF8 { bytes -> Int? in
      guard count > 0, bytes.count >= count else { return nil }
      let first = text.utf8Start[0]
      for start in 0...(bytes.count - count) where bytes[start] == first {
        var length = 1
        while length < count, bytes[start + length] == text.utf8Start[length] { length += 1 }
        if length == count { return start }
      }
      return nil
    }
    return offset.map { utf8.index(utf8.startIndex, offsetBy: $0) }
  }
}
