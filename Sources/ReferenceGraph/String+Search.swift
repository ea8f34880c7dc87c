extension StringProtocol {
  /// Where `text` begins in it, compared byte by byte: many times as fast as by characters, and names may be long.
  public func utf8Index(of text: StaticString) -> String.Index? {
    let count = text.utf8CodeUnitCount
    let offset = utf8.withContiguousStorageIfAvailable { bytes -> Int? in
      guard count > 0, bytes.count >= count else { return nil }
      let first = text.utf8Start[0]
      for start in 0...(bytes.count - count) where bytes[start] == first {
        var length = 1
        while length < count, bytes[start + length] == text.utf8Start[length] { length += 1 }
        if length == count { return start }
      }
      return nil
    }
    guard let offset else { return String(self).utf8Index(of: text) }
    return offset.map { utf8.index(utf8.startIndex, offsetBy: $0) }
  }
}
