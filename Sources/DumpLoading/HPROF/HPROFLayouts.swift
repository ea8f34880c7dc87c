import ReferenceGraph

/// What the second pass needs of each class, side by side in memory.
struct HPROFLayouts {
  struct Layout {
    /// Where its references lie in an instance: a range of `references`.
    var first: Int
    var count: Int
    /// Bytes of all fields.
    var bytes: Int
    var isThread: Bool
    var isThreadGroup: Bool
    var hasClassReference: Bool
    /// The id of its class object, 0 for none, `UInt32.max` when it was not looked up yet.
    var classObject: UInt32 = .max
  }

  private var layouts: [Layout] = []
  private(set) var references: [HPROFReferenceSlot] = []
  var count: Int { layouts.count }

  init(_ table: HPROFClassTable) { extend(table) }

  /// Takes the classes that are new in `table`.
  mutating func extend(_ table: HPROFClassTable) {
    for added in table.classes[layouts.count...] {
      layouts.append(
        Layout(
          first: added.references.lowerBound, count: added.references.count, bytes: added.instanceBytes,
          isThread: added.role == .thread, isThreadGroup: added.role == .threadGroup,
          hasClassReference: added.hasClassReference))
    }
    references = table.references
  }

  @inline(__always) subscript(number: Int) -> Layout { layouts[number] }

  mutating func setClassObject(_ object: UInt32, of number: Int) { layouts[number].classObject = object }
}
