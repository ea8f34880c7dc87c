/// The heap of a dump as a graph: objects, what they refer to, and the roots.
///
/// Immutable once built.
///
/// Memory: 12 bytes an object and 8 a reference, and what the address index takes.
public final class ReferenceGraph: Sendable {
  /// Row 0 is the virtual root: its reference `k` is `roots[k]`, for the roots that the dump records.
  ///
  /// Row `id` holds the references of object `id`, in the order of their fields, those that are nil left out.
  public let rows: ReferenceRows
  /// Beside each reference the field it is stored in, as the loader numbers fields (Go: the offset in bytes); `details`
  /// of the heap knows the name.
  ///
  /// Empty when the format has none. In row 0 the index of the root.
  public let fields: FlatArray<UInt32>
  /// Beside each reference its `ReferenceKind`; empty when all references between objects are strong.
  public let kinds: FlatArray<UInt8>
  /// Shallow size by object in bytes, `UInt32.max` for those in `largeSizes`.
  ///
  /// The virtual root has 0.
  public let sizes: FlatArray<UInt32>
  /// Shallow sizes that do not fit in 32 bits.
  public let largeSizes: [UInt32: UInt64]
  /// The class of each object: an index into `classes`.
  ///
  /// The virtual root has 0, whatever that is.
  public let classOfObject: FlatArray<UInt32>
  /// The classes of the objects, in no order that means anything.
  public let classes: [ObjectClass]
  /// The roots that the dump records, and behind them those that it only has evidence of.
  nonisolated(unsafe) public private(set) var roots: [Root]
  /// The names of the roots, each once: `Root.name` is a number in it.
  nonisolated(unsafe) public private(set) var rootNames: NameTable
  /// How many of the roots the dump records.
  public let recordedRootCount: Int
  /// Where objects lie, and which object lies at an address.
  public let addresses: AddressIndex

  /// - Precondition: the arrays have the shapes described at the properties; `rows` has a row for every size.
  public init(
    rows: ReferenceRows, fields: consuming FlatArray<UInt32>, kinds: consuming FlatArray<UInt8>,
    sizes: consuming FlatArray<UInt32>, largeSizes: [UInt32: UInt64], classOfObject: consuming FlatArray<UInt32>,
    classes: [ObjectClass], roots: [Root], rootNames: NameTable, addresses: consuming AddressIndex
  ) {
    precondition(rows.rowCount == sizes.count && rows.rowCount == classOfObject.count)
    precondition(fields.count == 0 || fields.count == rows.referenceCount)
    precondition(kinds.count == 0 || kinds.count == rows.referenceCount)
    precondition(rows.range(of: .root).count == roots.count)
    self.rows = rows
    self.fields = fields
    self.kinds = kinds
    self.sizes = sizes
    self.largeSizes = largeSizes
    self.classOfObject = classOfObject
    self.classes = classes
    self.roots = roots
    self.rootNames = rootNames
    recordedRootCount = roots.count
    self.addresses = addresses
  }

  /// The number of objects, without the virtual root: they are numbered 1 … `objectCount`.
  public var objectCount: Int { rows.rowCount - 1 }
  /// The number of references between objects, those of the roots not counted.
  public var referenceCount: Int { rows.referenceCount - recordedRootCount }
  /// Adds the holders that the dump has no roots for, as roots of the last tier: for each one root an object, in their
  /// order.
  ///
  /// Part of the making of a heap: a graph that is shared must no longer be changed. Does nothing the second time.
  func add(_ holders: [UnreachableKnowledge.Holder]) {
    guard roots.count == recordedRootCount else { return }
    for holder in holders where holder.isCertain {
      let name = rootNames.intern(holder.words)
      for object in holder.objects {
        precondition(object != .root && object.index <= objectCount)
        roots.append(Root(target: object, kind: .unrecorded, reference: .strong, address: 0, name: name))
      }
    }
  }

  /// The ids of all objects, without the virtual root.
  public var objects: ClosedRange<UInt32>? { objectCount > 0 ? 1...UInt32(objectCount) : nil }

  /// The shallow size of an object in bytes.
  @inlinable public func size(of id: ObjectID) -> UInt64 {
    let size = sizes[id.index]
    return size == .max ? largeSizes[id.rawValue] ?? UInt64(size) : UInt64(size)
  }

  /// The class of an object; that of the virtual root means nothing.
  @inlinable public func objectClass(of id: ObjectID) -> ObjectClass { classes[Int(classOfObject[id.index])] }

  /// How firmly the reference at `index` of `rows.targets` holds; for row 0 ask the root.
  @inlinable public func kind(ofReference index: Int) -> ReferenceKind {
    kinds.count == 0 ? .strong : ReferenceKind(rawValue: kinds[index]) ?? .strong
  }

  /// The sum of all shallow sizes in bytes.
  public var totalSize: UInt64 {
    var sum: UInt64 = 0
    for id in 0..<sizes.count { sum &+= size(of: ObjectID(id)) }
    return sum
  }
}
