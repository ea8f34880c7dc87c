import ReferenceGraph

/// What the second pass needs of each class, side by side in memory, and the class by the address of its object.
struct HPROFLayouts: ~Copyable {
  struct Layout: BitwiseCopyable {
    /// Where its references lie in an instance: a range of `references`.
    var first: UInt32
    var count: UInt32
    /// Bytes of all fields.
    var bytes: UInt32
    /// The address of its class object when instances refer to it; 0 when they need not.
    var classAddress: UInt64
    var role: HPROFClass.Role
    /// Whether instances need more than that their fields are read.
    var isSpecial: Bool

    var isArray: Bool { role == .array }
  }

  struct Entry: BitwiseCopyable {
    var address: UInt64
    /// The class plus one; 0 where there is none.
    var number: UInt32
  }

  private let layouts: FlatArray<Layout>
  private let references: FlatArray<HPROFReferenceSlot>
  private let referenceBase: UnsafeMutablePointer<HPROFReferenceSlot>
  /// Open addressing.
  private var entries: FlatArray<Entry>
  private(set) var count = 0

  /// - Parameters:
  ///   - table: all classes that have a record.
  ///   - hasObject: whether the dump has a class's object.
  init(_ table: HPROFClassTable, hasObject: (HPROFClass) -> Bool) {
    // At most: each class once more as that of elements of an array, and classes without a record.
    layouts = FlatArray(zeroed: 2 * (table.classes.count + HPROFClassTable.missingLimit + 32))
    references = FlatArray(table.references)
    referenceBase = references.withBuffer { $0.baseAddress! }
    var capacity = 64
    while capacity < 2 * layouts.count { capacity *= 2 }
    entries = FlatArray(zeroed: capacity)
    extend(table, hasObject: hasObject)
  }

  /// Takes the classes that are new in `table`.
  mutating func extend(_ table: HPROFClassTable, hasObject: (HPROFClass) -> Bool) {
    for added in table.classes[count...] {
      layouts[count] = Layout(
        first: UInt32(added.references.lowerBound), count: UInt32(added.references.count),
        bytes: UInt32(clamping: added.instanceBytes),
        classAddress: added.hasClassReference && hasObject(added) ? added.address : 0, role: added.role,
        isSpecial: [.thread, .threadGroup, .stackChunk].contains(added.role))
      // As in the table: a class made up has no address, one that is only missing may have 0.
      if added.address != 0 || table.index(of: 0) == count { enter(added.address, count) }
      count += 1
    }
  }

  private func enter(_ address: UInt64, _ number: Int) {
    var slot = hash(address)
    while entries[slot].number != 0 { slot = (slot &+ 1) & (entries.count &- 1) }
    entries[slot] = Entry(address: address, number: UInt32(number + 1))
  }

  @inline(__always) private func hash(_ address: UInt64) -> Int {
    Int(truncatingIfNeeded: (address &* 0x9e37_79b9_7f4a_7c15) >> 32) & (entries.count &- 1)
  }

  /// The class whose object is at `address`, -1 for none.
  @inline(__always) func index(of address: UInt64) -> Int {
    var slot = hash(address)
    while true {
      let entry = entries[slot]
      if entry.number == 0 { return -1 }
      if entry.address == address { return Int(entry.number) &- 1 }
      slot = (slot &+ 1) & (entries.count &- 1)
    }
  }

  @inline(__always) subscript(number: Int) -> Layout { layouts[number] }

  /// Where the references of an instance lie; valid as long as this value is.
  @inline(__always) func references(of layout: Layout) -> UnsafeBufferPointer<HPROFReferenceSlot> {
    precondition(Int(layout.first) &+ Int(layout.count) <= references.count)
    return UnsafeBufferPointer(start: referenceBase + Int(layout.first), count: Int(layout.count))
  }
}
