/// Numbers that look random and are the same on every machine and every day: SplitMix64 (Steele, Lea, Flood: Fast
/// splittable pseudorandom number generators, 2014).
public struct SeededNumbers: RandomNumberGenerator, Sendable {
  private var state: UInt64

  /// A sequence of its own for each seed.
  public init(_ seed: UInt64) { state = seed &* 0x2545_F491_4F6C_DD1D &+ 1 }

  /// The next number of the sequence.
  public mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var x = state
    x = (x ^ (x >> 30)) &* 0xBF58_476D_1CE4_E5B9
    x = (x ^ (x >> 27)) &* 0x94D0_49BB_1331_11EB
    return x ^ (x >> 31)
  }

  /// A number from 0 up to `limit`, without it.
  public mutating func below(_ limit: Int) -> Int { Int.random(in: 0..<limit, using: &self) }

  /// Changes up to five bytes from `start` on: a bit turned over, or another value.
  public mutating func damage(_ bytes: inout [UInt8], from start: Int = 0) {
    for _ in 0...below(4) {
      let place = start + below(bytes.count - start)
      bytes[place] = below(2) == 0 ? bytes[place] ^ UInt8(1 << below(8)) : UInt8(below(256))
    }
  }
}
