import TestSupport
import Testing

@testable import ReferenceGraph

/// Look-ups in every layout of the index, against a plain search.
@Suite struct AddressIndexTests {
  /// Near each other, far apart, and odd ones: bitmap with a directory, bitmap with a search, list.
  static let spreads: [(step: UInt64, alignment: UInt64)] = [(400, 8), (1 << 16, 8), (1 << 40, 8), (90, 1)]

  @Test(arguments: spreads.indices) func lookUps(spread: Int) {
    let (step, alignment) = Self.spreads[spread]
    var seeded = SeededNumbers(UInt64(spread))
    func random() -> UInt64 { seeded.next() }
    var addresses: Set<UInt64> = []
    var next: UInt64 = 0xc0_0000_0000
    for _ in 0..<2000 {
      next += max(alignment, random() % step / alignment * alignment)
      addresses.insert(next)
    }
    var builder = AddressIndexBuilder()
    for address in addresses { builder.insert(address) }
    for address in addresses.prefix(100) { builder.insert(address) }
    let index = builder.finish()
    let sorted = addresses.sorted()
    #expect(index.count == sorted.count)

    var asked = sorted
    for address in sorted { asked += [address - 8, address + 1, address + 8, address ^ 1 << 30] }
    asked += [0, .max, sorted[0] - 1, sorted[sorted.count - 1] + 1 << 20]
    let numbers = Dictionary(uniqueKeysWithValues: sorted.enumerated().map { ($1, UInt32($0 + 1)) })
    var found = [UInt32](repeating: 7, count: asked.count)
    let missing = asked.withUnsafeBufferPointer { asked in
      found.withUnsafeMutableBufferPointer { index.find(asked, into: $0) }
    }
    #expect(found == asked.map { numbers[$0] ?? 0 })
    #expect(missing == found.count { $0 == 0 })
    // The same in two steps, with the processor's own instructions and without.
    let view = AddressPlaces(unsafelyViewing: index)
    let places = asked.map { view.place(of: $0) }
    #expect(zip(asked, places).allSatisfy { numbers[$0] == nil || $1 != 0 })
    for isFast in [false, AddressIndex.hasFastRanks] {
      var byPlace = [UInt32](repeating: 7, count: places.count)
      let isAnyMissing = places.withUnsafeBufferPointer { places in
        byPlace.withUnsafeMutableBufferPointer { index.find(places: places, view, into: $0, isFast: isFast) }
      }
      #expect(byPlace == found)
      #expect(isAnyMissing)
      let known = view.place(of: sorted[7])
      var number: UInt32 = 0
      let isMissing = withUnsafePointer(to: known) { known in
        withUnsafeMutablePointer(to: &number) {
          index.find(
            places: UnsafeBufferPointer(start: known, count: 1), view,
            into: UnsafeMutableBufferPointer(start: $0, count: 1), isFast: isFast)
        }
      }
      #expect(number == 8 && !isMissing)
    }
    for address in asked {
      #expect(index.object(at: address)?.rawValue == numbers[address])
      var below = 0
      var high = sorted.count
      while below < high {
        let middle = (below + high) / 2
        if sorted[middle] <= address { below = middle + 1 } else { high = middle }
      }
      let expected = index.object(atOrBelow: address)
      #expect(expected?.id.rawValue == (below > 0 ? UInt32(below) : nil))
      #expect(expected?.start == (below > 0 ? sorted[below - 1] : nil))
    }
    for (number, address) in sorted.enumerated() { #expect(index.address(of: ObjectID(number + 1)) == address) }
  }
}
