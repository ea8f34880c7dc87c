/// Names of files, which to the system are bytes, as text and back.
///
/// A name need not be UTF-8, and text of Swift always is. A byte that is no text becomes a scalar of its own, U+10FF00 and
/// the byte: nobody else uses those, and they are shown like control characters. So every name can be opened again.
extension String {
  private static let strayBytes: UInt32 = 0x10_ff00

  /// The text of a name of the system's, which ends with a zero byte.
  public init(systemPath bytes: UnsafePointer<CChar>) {
    var count = 0
    while bytes[count] != 0 { count += 1 }
    self.init(systemPath: UnsafeRawBufferPointer(start: bytes, count: count))
  }

  /// The text of a name of the system's.
  public init(systemPath bytes: some Collection<UInt8>) {
    let array = Array(bytes)
    if let text = String(validating: array, as: UTF8.self), !text.unicodeScalars.contains(where: Self.isStray) {
      self = text
      return
    }
    var result = String.UnicodeScalarView()
    var rest = array[...]
    while let first = rest.first {
      let length = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4
      if let text = String(validating: rest.prefix(length), as: UTF8.self), let scalar = text.unicodeScalars.first,
        text.unicodeScalars.count == 1, !Self.isStray(scalar)
      {
        result.append(scalar)
        rest = rest.dropFirst(length)
      } else {
        result.append(Unicode.Scalar(Self.strayBytes + UInt32(first)) ?? "\u{fffd}")
        rest = rest.dropFirst()
      }
    }
    self.init(result)
  }

  private static func isStray(_ scalar: Unicode.Scalar) -> Bool { scalar.value >= strayBytes + 0x80 }

  /// The bytes of a name for the system, with a zero byte behind them.
  public var systemPath: [CChar] {
    guard unicodeScalars.contains(where: Self.isStray) else { return Array(utf8CString) }
    var bytes: [CChar] = []
    for scalar in unicodeScalars {
      if Self.isStray(scalar) {
        bytes.append(CChar(truncatingIfNeeded: scalar.value))
      } else {
        for unit in UTF8.encode(scalar)! { bytes.append(CChar(bitPattern: unit)) }
      }
    }
    return bytes + [0]
  }
}
