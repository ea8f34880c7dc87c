/// Numbers of bytes as people read them: `64 B`, `1.0 KiB`, `612.4 MiB`.
public enum ByteCount {
  /// `bytes` in the largest binary unit of which there is at least one, with one decimal, rounded half up;
  /// below 1,024 whole bytes.
  public static func text(_ bytes: UInt64) -> String {
    guard bytes >= 1024 else { return "\(bytes) B" }
    let units = ["KiB", "MiB", "GiB", "TiB", "PiB", "EiB"]
    var unit = (63 - bytes.leadingZeroBitCount) / 10 - 1
    var tenths = Self.tenths(of: bytes, shift: UInt64(unit + 1) * 10)
    // 1,048,575 bytes are 1.0 MiB, not 1024.0 KiB.
    if tenths >= 10240, unit + 1 < units.count {
      unit += 1
      tenths = Self.tenths(of: bytes, shift: UInt64(unit + 1) * 10)
    }
    return "\(tenths / 10).\(tenths % 10) \(units[unit])"
  }

  /// Ten times `bytes` / 2^`shift`, rounded; without overflow up to the largest number of bytes.
  private static func tenths(of bytes: UInt64, shift: UInt64) -> UInt64 {
    let rest = bytes & (1 << shift - 1)
    // The lowest bits do not matter for one decimal, and without them ten times the rest fits.
    let kept = min(shift, 40)
    return (bytes >> shift) * 10 + ((rest >> (shift - kept)) * 10 + 1 << (kept - 1)) >> kept
  }
}

/// Shares as people read them: `67.3`.
public enum Percent {
  /// What `part` is of `whole` in percent, with one decimal, rounded; `0.0` of nothing.
  public static func text(_ part: UInt64, of whole: UInt64) -> String {
    guard whole > 0 else { return "0.0" }
    let tenths = Int((Double(part) * 1000 / Double(whole)).rounded())
    return "\(tenths / 10).\(tenths % 10)"
  }
}

/// Whole numbers as people read them: `12,480,339`.
public enum Count {
  /// `number` with a comma before every three digits.
  public static func text(_ number: some BinaryInteger) -> String {
    let digits = Array(String(number.magnitude))
    var result = number < 0 ? "-" : ""
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index) % 3 == 0 { result.append(",") }
      result.append(digit)
    }
    return result
  }

  /// `number` and what it counts: `1 object`, `3 objects`.
  public static func text(_ number: some BinaryInteger, _ singular: String, _ plural: String? = nil) -> String {
    "\(text(number)) \(number == 1 ? singular : plural ?? singular + "s")"
  }
}
