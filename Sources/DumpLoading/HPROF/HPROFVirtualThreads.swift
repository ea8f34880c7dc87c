import ReferenceGraph

/// The virtual threads of a dump that has not their stacks: JDK 21 writes those that run, not those that wait.
struct HPROFVirtualThreads {
  let table: HPROFClassTable
  let reader: HPROFObjectReader
  let catalog: HPROFCatalog

  /// The most threads whose state is looked at; the others count as alive.
  private static let limit = 100_000
  // Of java.lang.VirtualThread.
  private static let new: Int64 = 0
  private static let terminated: Int64 = 99

  /// How many virtual threads are alive, and no threads of the dump.
  func withoutStack(_ classOfObject: borrowing FlatArray<UInt32>, _ addresses: borrowing AddressIndex) -> Int {
    guard let known = table.classes.firstIndex(where: { $0.name == "java.lang.VirtualThread" }) else { return 0 }
    var threads: Set<UInt64> = []
    for root in catalog.roots where root.tag == HPROFItem.rootThread { threads.insert(root.object) }
    var count = 0
    var looked = 0
    for id in 1..<max(1, addresses.count + 1) where Int(classOfObject[id]) == known {
      let address = addresses.address(of: ObjectID(UInt32(id)))
      guard !threads.contains(address) else { continue }
      looked += 1
      if looked < Self.limit, let thread = reader.object(at: address), let state = reader.integer("state", of: thread),
        state == Self.new || state == Self.terminated
      {
        continue
      }
      count += 1
    }
    return count
  }
}
