import ReferenceGraph
import TestSupport
import Testing

@testable import DumpLoading

/// Dumps of random objects whose pointers hit beginnings, insides, gaps and nothing, against a plain reading.
struct RandomDumpTests {
  private struct Slot {
    var address: UInt64
    var size: Int
    var pointers: [Int: UInt64]
  }

  @Test(arguments: [UInt64(1), 2, 3, 4, 5, 6])
  func pointersAreFoundAsByPlainSearch(seed: UInt64) throws {
    var numbers = SeededNumbers(seed)
    func random(_ limit: Int) -> Int { numbers.below(limit) }
    let base = GoDumpWriter.base
    // Seeds of one parity have a wild pointer here and there, those of the other have many.
    let wild = seed % 2 == 0 ? 200 : 4
    var slots: [Slot] = []
    var address = base
    for _ in 0..<700 {
      address += UInt64(random(6) * 16)
      let size = 16 * (1 + random(random(20) == 0 ? 100 : 6))
      slots.append(Slot(address: address, size: size, pointers: [:]))
      address += UInt64(size)
    }
    for index in slots.indices {
      for word in 0..<slots[index].size / 8 where random(3) > 0 {
        let target = slots[random(slots.count)]
        let pointer: UInt64 =
          switch random(wild) {
          case 0: target.address + UInt64(target.size + random(100))
          case 1: target.address + UInt64(random(target.size))
          case 2: UInt64(random(1 << 30))
          default: target.address
          }
        slots[index].pointers[word * 8] = pointer
      }
    }
    var dump = GoDumpWriter()
    for slot in slots { dump.object(slot.address, size: slot.size, slot.pointers) }
    dump.end()
    let heap = try load(dump.bytes)

    var stray = 0
    for (index, slot) in slots.enumerated() {
      var expected: [UInt64] = []
      var fields: [UInt32] = []
      for (field, pointer) in slot.pointers.sorted(by: { $0.key < $1.key }) {
        if let hit = slots.first(where: { $0.address <= pointer && pointer < $0.address + UInt64($0.size) }) {
          expected.append(hit.address)
          fields.append(UInt32(field))
        } else if pointer >= base {
          stray += 1
        }
      }
      let references = heap.graph.references(of: ObjectID(index + 1))
      #expect(references.map { heap.graph.fields[$0.index] } == fields)
      #expect(heap.references(of: slot.address) == expected)
    }
    #expect(stray > 0)
    #expect(heap.facts.facts.contains(Fact("pointers that hit no object", grouped(stray))))
  }
}
