import ReferenceGraph
import Testing

/// The number of entries of an object is told by what is in it, not by its references.
@Suite struct EntryCountTests {
  /// Fields are named by `names`; object 1 is a map of `entries` where given, or says how full it is.
  private struct Details: ObjectDetails {
    var names: [String] = []
    var entries: Int?
    var occupied: Occupancy?

    func fieldName(_ field: UInt32, of object: ObjectID) -> String { names[Int(field)] }
    func values(of object: ObjectID, from first: Int, limit: Int) -> (values: [FieldValue], total: Int) { ([], 0) }
    func text(of object: ObjectID, limit: Int) -> (text: String, length: Int)? { nil }
    func allocationStack(of object: ObjectID) -> [StackFrame] { [] }
    func facts(ofRoot index: Int) -> [Fact] { [] }
    func occupancy(of object: ObjectID) -> Occupancy? { occupied }
    func entries(of object: ObjectID, from first: Int, limit: Int) -> (values: [FieldValue], total: Int)? {
      entries.map { ([], $0) }
    }
  }

  /// An object with one reference in each field.
  private func count(_ details: Details, flags: ObjectClass.Flags = [], references: Int = 0) -> Int? {
    var builder = ReferenceGraphBuilder()
    let object = builder.add(ObjectClass(name: "C", flags: flags), size: 8)
    let value = builder.add(ObjectClass(name: "V"), size: 8)
    for field in 0..<max(references, details.names.count) {
      builder.refer(object, to: value, field: UInt32(min(field, max(0, details.names.count - 1))), kind: .strong)
    }
    let facts = DumpFacts(
      format: "test", producer: "test", path: "test", fileBytes: 0, dumpBytes: 0, retainingPolicies: [],
      cyclePolicies: [])
    return Heap(graph: builder.build(), facts: facts, details: details).entryCount(of: object)
  }

  @Test func whatIsInUseGoesBeforeAll() {
    let details = Details(
      names: ["[0]", "[1]"], entries: 9, occupied: Occupancy(entries: 40, places: 57_344, unusedBytes: 0))
    #expect(count(details, flags: .array) == 40)
  }

  @Test func aMapHasItsEntriesAndNotItsReferences() {
    // A table refers to 1,500 keys, 1,500 values and a class: 3,001 references.
    #expect(count(Details(names: ["[0].key"], entries: 1500), references: 3001) == 1500)
  }

  @Test func anElementWithSeveralReferencesCountsOnce() {
    let details = Details(names: ["[0].key", "[0].value", "[12].key", "[12].value", "[13]", ".map", "[[elements]]"])
    #expect(count(details, flags: .array) == 3)
  }

  @Test func anElementOfWhichOnlyThePlaceIsKnown() {
    #expect(count(Details(names: ["+0", "+8", "+24"]), flags: .array) == 3)
  }

  @Test func anArrayOfPlainNumbersHasNoEntries() {
    #expect(count(Details(names: ["<class>"]), flags: [.array, .pointerFree]) == nil)
  }

  @Test func anObjectThatIsNoCollectionHasNone() {
    #expect(count(Details(names: [".owner", "[0]"])) == nil)
  }

  @Test func theVirtualRootAndObjectsThatAreNotThereHaveNone() {
    let facts = DumpFacts(
      format: "test", producer: "test", path: "test", fileBytes: 0, dumpBytes: 0, retainingPolicies: [],
      cyclePolicies: [])
    let heap = Heap(graph: ReferenceGraphBuilder().build(), facts: facts, details: Details(entries: 3))
    #expect(heap.entryCount(of: .root) == nil)
    #expect(heap.entryCount(of: ObjectID(7)) == nil)
  }
}
