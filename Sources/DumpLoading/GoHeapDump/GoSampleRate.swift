import Glibc
import ReferenceGraph

/// How often the runtime noted allocations: its `MemProfileRate`.
///
/// The variable lies in none of the segments that a dump holds, but what it led to does. An allocation of s bytes is noted
/// with the probability 1 − e^(−s / rate), so the objects' sizes say how many of them ought to have a sample.
struct GoSampleRate {
  /// The rate unless a program changes it, in bytes.
  static let usual: UInt64 = 512 << 10

  /// One allocation in about so many bytes was noted; 1 when all were, 0 when the runtime noted none once the program had
  /// begun.
  let bytes: UInt64

  /// - Parameters:
  ///   - samples: how many objects were noted.
  ///   - sizes: of all objects, from index 1 on, cut to 32 bits.
  ///   - startsOff: whether the linker has turned the notes off: the program may have turned them on again.
  init(samples: Int, sizes: borrowing FlatArray<UInt32>, startsOff: Bool = false) {
    var counts = [Int](repeating: 0, count: 4097)
    var large: [UInt32: Int] = [:]
    // Through pointers: this looks at every object.
    sizes.withBuffer { sizes in
      counts.withUnsafeMutableBufferPointer { counts in
        for size in sizes.dropFirst() {
          if size <= 32768 { counts[Int(size / 8)] &+= 1 } else { large[size, default: 0] += 1 }
        }
      }
    }
    var groups: [(size: Double, count: Double)] = large.map { (Double($0), Double($1)) }
    for (eighth, count) in counts.enumerated() where count > 0 { groups.append((Double(eighth) * 8, Double(count))) }
    let rate = Self.rate(samples: samples, groups)
    bytes = startsOff && rate >= Self.usual ? 0 : rate
  }

  /// Whether the executable of `symbols` begins with notes turned off: nothing in it asks for them
  /// (`runtime.disableMemoryProfiling`, which the linker sets).
  ///
  /// False when that is not known.
  static func startsOff(_ symbols: ExecutableSymbols?, _ image: ExecutableImage?) -> Bool {
    let name = "runtime.disableMemoryProfiling"
    guard let symbols, let image, let address = symbols.addresses(ofSymbols: [name])[name]?.first else { return false }
    return image.bytes(at: address &+ symbols.slide, limit: 1)?.first == 1
  }

  /// The rate at which so many samples are expected of the objects in `groups`.
  static func rate(samples: Int, _ groups: [(size: Double, count: Double)]) -> UInt64 {
    let all = groups.reduce(0) { $0 + $1.count }
    let found = Double(samples)
    // Some objects are older than the change of the rate.
    guard samples > 0, found < all * 0.9 else { return samples > 0 ? 1 : usual }
    func expected(_ rate: Double) -> Double {
      groups.reduce(0) { $0 + $1.count * -expm1(-$1.size / rate) }
    }
    // Large objects are noted for certain: those say nothing, and the rest as much as chance lets them.
    let ordinary = expected(Double(usual))
    if abs(found - ordinary) <= 4 * ordinary.squareRoot() + 4 { return usual }
    var low = 0.0
    var high = 40.0
    for _ in 0..<40 {
      let middle = (low + high) / 2
      if expected(exp2(middle)) > found { low = middle } else { high = middle }
    }
    let rate = exp2((low + high) / 2)
    return rate < 4 ? 1 : UInt64(rate.rounded())
  }
}
