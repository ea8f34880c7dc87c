/// A set of numbers that is emptied at no cost, whatever it held before: for millions of small sets and a few large.
struct StepSet {
  private var keys = [UInt64](repeating: 0, count: 64)
  private var stamps = [UInt32](repeating: 0, count: 64)
  private var stamp: UInt32 = 1
  private var count = 0

  mutating func removeAll() {
    count = 0
    stamp &+= 1
    if stamp == 0 {
      for slot in stamps.indices { stamps[slot] = 0 }
      stamp = 1
    }
  }

  /// Whether `key` was not in the set.
  mutating func insert(_ key: UInt64) -> Bool {
    if 2 * (count + 1) > keys.count { grow() }
    let mask = keys.count - 1
    var slot = Int(truncatingIfNeeded: mixed(key)) & mask
    while stamps[slot] == stamp {
      if keys[slot] == key { return false }
      slot = (slot + 1) & mask
    }
    keys[slot] = key
    stamps[slot] = stamp
    count += 1
    return true
  }

  private mutating func grow() {
    var old: [UInt64] = []
    for slot in keys.indices where stamps[slot] == stamp { old.append(keys[slot]) }
    keys = [UInt64](repeating: 0, count: 2 * keys.count)
    stamps = [UInt32](repeating: 0, count: keys.count)
    stamp = 1
    count = 0
    for key in old { _ = insert(key) }
  }
}

/// Spreads the bits of a number (the finalizer of SplitMix64; Steele, Lea and Flood, "Fast splittable pseudorandom
/// number generators", 2014).
@inline(__always) func mixed(_ value: UInt64) -> UInt64 {
  var x = value &+ 0x9E37_79B9_7F4A_7C15
  x = (x ^ (x >> 30)) &* 0xBF58_476D_1CE4_E5B9
  x = (x ^ (x >> 27)) &* 0x94D0_49BB_1331_11EB
  return x ^ (x >> 31)
}
