import ArgumentParser

/// A number of bytes as people write it: `4096`, `10MiB`, `1.5GiB`, `64k`.
///
/// Units count in powers of 1024.
struct ByteSize: ExpressibleByArgument, Equatable {
  let bytes: UInt64

  init?(argument: String) {
    let number = argument.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
    let unit = argument.dropFirst(number.count).drop { $0 == " " }.lowercased()
    let units = ["": 0, "b": 0, "k": 10, "m": 20, "g": 30, "t": 40]
    var short = unit
    for ending in ["ib", "b"] where short.count > ending.count && short.hasSuffix(ending) {
      short.removeLast(ending.count)
      break
    }
    guard let shift = units[short] else { return nil }
    if let whole = UInt64(number) {
      let (value, overflow) = whole.multipliedReportingOverflow(by: 1 << shift)
      guard !overflow else { return nil }
      bytes = value
    } else {
      guard shift > 0, let value = Double(number), value.isFinite, value >= 0 else { return nil }
      let scaled = (value * Double(UInt64(1) << shift)).rounded()
      guard scaled < 0x1p63 else { return nil }
      bytes = UInt64(scaled)
    }
  }
}
