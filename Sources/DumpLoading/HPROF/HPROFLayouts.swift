import ReferenceGraph

/// What the second pass needs of each class, side by side in memory, and the class by the address of its object.
struct HPROFLayouts: ~Copyable {
  struct Layout: BitwiseCopyable {
    /// The place of its class object in the index of addresses when instances refer to it; 0 when they need not.
    var classPlace: UInt64
    /// Where its references lie in an instance: a range of `references`.
    var first: UInt32
    var count: UInt32
    /// Bytes of all fields; more than an instance has where instances need more than that their fields are read, or
    /// have a reference that is not strong.
    var bytes: UInt32
    /// The class, plus one.
    var mark: UInt32

    static let special = UInt32.max
    static let array = UInt32.max - 1

    @inline(__always) var number: Int { Int(mark) &- 1 }
    @inline(__always) var isArray: Bool { bytes == Self.array }
  }

  struct Entry: BitwiseCopyable {
    var address: UInt64
    /// With a mark of 0 where there is none.
    var layout: Layout
  }

  private let layouts: FlatArray<Layout>
  private let references: FlatArray<HPROFReferenceSlot>
  private let referenceBase: UnsafeMutablePointer<HPROFReferenceSlot>
  /// Open addressing.
  private let entries: FlatArray<Entry>
  private let entryBase: UnsafeMutablePointer<Entry>
  private(set) var count = 0

  /// - Parameters:
  ///   - table: all classes that have a record.
  ///   - place: of a class's object; 0 where the dump has none.
  init(_ table: HPROFClassTable, place: (HPROFClass) -> UInt64) {
    // At most: each class once more as that of elements of an array, and classes without a record.
    layouts = FlatArray(zeroed: 2 * (table.classes.count + HPROFClassTable.missingLimit + 32))
    references = FlatArray(table.references)
    referenceBase = references.unsafeBuffer.baseAddress!
    var capacity = 64
    while capacity < 2 * layouts.count { capacity *= 2 }
    entries = FlatArray(zeroed: capacity)
    entryBase = entries.unsafeBuffer.baseAddress!
    extend(table, place: place)
  }

  /// Takes the classes that are new in `table`.
  mutating func extend(_ table: HPROFClassTable, place: (HPROFClass) -> UInt64) {
    for added in table.classes[count...] {
      var bytes = UInt32(clamping: min(added.instanceBytes, Int(Layout.array) - 1))
      if added.role == .array { bytes = Layout.array }
      if [.thread, .threadGroup, .stackChunk].contains(added.role)
        || table.references[added.references].contains(where: { $0.kind != .strong })
      {
        bytes = Layout.special
      }
      layouts[count] = Layout(
        classPlace: added.hasClassReference ? place(added) : 0, first: UInt32(added.references.lowerBound),
        count: UInt32(added.references.count), bytes: bytes, mark: UInt32(count + 1))
      // As in the table: a class made up has no address, one that is only missing may have 0.
      if added.address != 0 || table.index(of: 0) == count { enter(added.address, layouts[count]) }
      count += 1
    }
  }

  private func enter(_ address: UInt64, _ layout: Layout) {
    var slot = hash(address)
    while entries[slot].layout.mark != 0 { slot = (slot &+ 1) & (entries.count &- 1) }
    entries[slot] = Entry(address: address, layout: layout)
  }

  @inline(__always) private func hash(_ address: UInt64) -> Int {
    Int(truncatingIfNeeded: (address &* 0x9e37_79b9_7f4a_7c15) >> 32) & (entries.count &- 1)
  }

  /// The class whose object is at `address`; one with a mark of 0 for none.
  @inline(__always) func find(_ address: UInt64) -> Layout {
    // Every slot is less than the number of entries, some of which are free.
    var slot = hash(address)
    while entryBase[slot].address != address, entryBase[slot].layout.mark != 0 {
      slot = (slot &+ 1) & (entries.count &- 1)
    }
    return entryBase[slot].layout
  }

  @inline(__always) subscript(number: Int) -> Layout { layouts[number] }

  /// Where the references of an instance lie; valid as long as this value is.
  @inline(__always) func references(of layout: Layout) -> UnsafeBufferPointer<HPROFReferenceSlot> {
    UnsafeBufferPointer(start: referenceBase + Int(layout.first), count: Int(layout.count))
  }
}
