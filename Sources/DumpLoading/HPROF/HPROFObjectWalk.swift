/// Finds records of objects that are asked for in ascending order of their addresses: from the one found last on, where
/// `HPROFObjectReader` would search all of the file's runs each time.
struct HPROFObjectWalk {
  private let reader: HPROFObjectReader
  private var run = 0
  /// Where the next record of the run lies, and how many are left in it; 0 before the first.
  private var position = 0
  private var left = 0

  init(_ reader: HPROFObjectReader) { self.reader = reader }

  /// The object that begins at `address`, which is higher than the one asked for before.
  ///
  /// Not for class objects.
  mutating func object(at address: UInt64) -> HPROFObjectReader.Object? {
    let runs = reader.runs.runs
    guard run < runs.count else { return nil }
    let before = run
    while run + 1 < runs.count, runs[run + 1].address <= address { run += 1 }
    if run != before || position == 0 {
      position = runs[run].offset
      left = runs[run].count
    }
    while left > 0, let (found, end) = reader.read(at: position) {
      if found.address > address { return nil }
      position = end
      left -= 1
      if found.address == address { return found }
    }
    return nil
  }

  /// The object at `address` where it follows the one found last, as contents of strings often do.
  func next(at address: UInt64) -> HPROFObjectReader.Object? {
    guard left > 0, let (found, _) = reader.read(at: position), found.address == address else { return nil }
    return found
  }
}
