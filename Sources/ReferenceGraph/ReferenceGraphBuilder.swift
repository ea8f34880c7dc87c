/// Builds small graphs object by object: for tests, tools and formats whose dumps are small.
///
/// Loaders of large dumps fill the rows of a `ReferenceGraph` themselves, without a list of references in between.
public struct ReferenceGraphBuilder {
  private struct Edge {
    var source: UInt32
    var target: UInt32
    var field: UInt32
    var kind: ReferenceKind
  }

  private var sizes: [UInt64] = [0]
  private var classOfObject: [UInt32] = [0]
  private var addresses: [UInt64] = []
  private var classes: [ObjectClass] = []
  private var classNumbers: [ObjectClass: UInt32] = [:]
  private var edges: [Edge] = []
  private var roots: [Root] = []
  private var names = NameTable()

  /// A graph with the virtual root alone.
  public init() {}

  /// The number of objects added so far.
  public var objectCount: Int { sizes.count - 1 }

  /// Adds an object of `size` bytes; its number is one more than the last object's.
  ///
  /// Without an address it gets one that no other object has.
  @discardableResult
  public mutating func add(_ objectClass: ObjectClass, size: UInt64, address: UInt64? = nil) -> ObjectID {
    let number = classNumbers[objectClass] ?? UInt32(classes.count)
    if Int(number) == classes.count {
      classes.append(objectClass)
      classNumbers[objectClass] = number
    }
    sizes.append(size)
    classOfObject.append(number)
    addresses.append(address ?? UInt64(sizes.count - 1) << 12)
    return ObjectID(sizes.count - 1)
  }

  /// Adds an object of a class that has no flags, with an address that no other object has.
  @discardableResult
  public mutating func add(_ className: String, size: UInt64 = 16) -> ObjectID {
    add(ObjectClass(name: className), size: size)
  }

  /// Adds a reference.
  ///
  /// References of one object keep the order they are added in.
  public mutating func refer(
    _ source: ObjectID, to target: ObjectID, field: UInt32 = 0, kind: ReferenceKind = .strong
  ) {
    edges.append(Edge(source: source.rawValue, target: target.rawValue, field: field, kind: kind))
  }

  /// Adds a root that refers to `target`.
  public mutating func addRoot(
    _ target: ObjectID, kind: RootKind = .data, name: String = "root", reference: ReferenceKind = .strong,
    address: UInt64 = 0
  ) {
    roots.append(Root(target: target, kind: kind, reference: reference, address: address, name: names.intern(name)))
  }

  /// The graph of all that was added.
  ///
  /// With `isNumbered` addresses are numbers that the dump gives its objects, of 32 bits.
  public func build(isNumbered: Bool = false) -> ReferenceGraph {
    let rows = sizes.count
    let total = roots.count + edges.count
    let offsets = FlatArray<UInt32>(zeroed: rows + 1)
    let targets = FlatArray<UInt32>(zeroed: total)
    let fields = FlatArray<UInt32>(zeroed: total)
    let kinds = FlatArray<UInt8>(zeroed: edges.contains { $0.kind != .strong } ? total : 0)
    var counts = [Int](repeating: 0, count: rows + 1)
    counts[0] = roots.count
    for edge in edges { counts[Int(edge.source)] += 1 }
    var starts = [Int](repeating: 0, count: rows + 1)
    for row in 0..<rows { starts[row + 1] = starts[row] + counts[row] }
    for (row, start) in starts.enumerated() { offsets[row] = UInt32(start) }
    for (k, root) in roots.enumerated() {
      targets[k] = root.target.rawValue
      fields[k] = UInt32(k)
      if kinds.count > 0 { kinds[k] = root.reference.rawValue }
    }
    var next = starts
    for edge in edges {
      let k = next[Int(edge.source)]
      next[Int(edge.source)] += 1
      targets[k] = edge.target
      fields[k] = edge.field
      if kinds.count > 0 { kinds[k] = edge.kind.rawValue }
    }
    var large: [UInt32: UInt64] = [:]
    let flatSizes = FlatArray<UInt32>(zeroed: rows)
    for (id, size) in sizes.enumerated() {
      if size >= UInt64(UInt32.max) { large[UInt32(id)] = size }
      flatSizes[id] = UInt32(clamping: size)
    }
    return ReferenceGraph(
      rows: ReferenceRows(offsets: offsets, targets: targets), fields: fields, kinds: kinds, sizes: flatSizes,
      largeSizes: large, classOfObject: FlatArray(classOfObject),
      classes: classes.isEmpty ? [ObjectClass(name: "object")] : classes, roots: roots, rootNames: names,
      addresses: isNumbered
        ? AddressIndex(numbers: FlatArray([0] + addresses.map { UInt32(clamping: $0) }))
        : AddressIndex(listed: FlatArray(addresses)))
  }
}
