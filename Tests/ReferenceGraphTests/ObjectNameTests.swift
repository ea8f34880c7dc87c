import ReferenceGraph
import Testing

/// One way of naming objects, for commands and screens alike.
@Suite struct ObjectNameTests {
  /// Two objects of 32 bytes, at 0x41 and 0x1000 where they have addresses.
  private func graph(numbered: Bool) -> ReferenceGraph {
    let sizes = FlatArray<UInt32>([0, 32, 32])
    let addresses =
      numbered
      ? AddressIndex(numbers: FlatArray<UInt32>([1, 0x41, 0x1000]))
      : AddressIndex(sorted: FlatArray<UInt64>([0x41, 0x1000]))
    return ReferenceGraph(
      rows: ReferenceRows([[], [], []]), fields: FlatArray(zeroed: 0), kinds: FlatArray(zeroed: 0), sizes: sizes,
      largeSizes: [:], classOfObject: FlatArray(zeroed: 3), classes: [ObjectClass(name: "A")], roots: [],
      rootNames: NameTable(), addresses: addresses)
  }

  private func find(_ name: String, numbered: Bool) -> UInt32? {
    ObjectName(name)?.object(in: graph(numbered: numbered))?.rawValue
  }

  @Test(arguments: ["@41", "0x41", "0X41", "@0x41", "41", " @41 ", "0x5f", "#1"])
  func addresses(name: String) { #expect(find(name, numbered: false) == 1) }

  @Test(arguments: ["@65", "65", "0x41", "#1", "@0X41"])
  func numbersOfTheDump(name: String) { #expect(find(name, numbered: true) == 1) }

  @Test(arguments: [
    "", "@", "#", "0x", "@+1", "@-1", "+1", "#0", "#-1", "#+1", "@4 1", "4 1", "#1 2", "@x", "roots", "@0x", "0x0x1",
    "@@1", "@123456789abcdef01", "#99999999999",
  ])
  func namesOfNothing(name: String) {
    #expect(ObjectName(name) == nil)
  }

  @Test func whatIsWrittenIsTaken() {
    for numbered in [true, false] {
      let graph = graph(numbered: numbered)
      for id in [ObjectID(1), ObjectID(2)] {
        let text = graph.addresses.text(of: id)
        for name in [text, "@" + text, "#\(id.rawValue)"] { #expect(ObjectName(name)?.object(in: graph) == id) }
      }
    }
  }

  @Test func insideOfAnObject() {
    let graph = graph(numbered: false)
    #expect(ObjectName("0x1008")?.find(in: graph)?.offset == 8)
    #expect(ObjectName("0x1020")?.find(in: graph) == nil)
    #expect(ObjectName("40")?.find(in: graph) == nil)
    // Numbers of the dump's own have no inside.
    #expect(ObjectName("66")?.find(in: self.graph(numbered: true)) == nil)
  }
}
