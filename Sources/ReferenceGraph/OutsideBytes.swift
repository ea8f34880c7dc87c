/// Memory outside of the heap that lives as long as an object of it.
public struct OutsideBytes: Hashable, Sendable, BitwiseCopyable {
  /// The object that the memory lives as long as.
  public let object: ObjectID
  /// What is given back when `object` is collected, in bytes.
  public let bytes: UInt64

  /// Says that `object` stands for `bytes` outside of the heap.
  public init(object: ObjectID, bytes: UInt64) {
    self.object = object
    self.bytes = bytes
  }
}

/// Memory outside of the heap as a whole.
public struct OutsideMemory: Hashable, Sendable {
  /// In bytes; 0 where the heap has no object that stands for any.
  public var bytes: UInt64 = 0
  /// How many objects stand for it.
  public var objects = 0
  /// Bytes by class of these objects, an index into `ReferenceGraph.classes`.
  public var byClass: [Int: UInt64] = [:]

  /// None.
  public init() {}

  /// What `objects` stand for.
  public init(_ objects: [OutsideBytes], in graph: ReferenceGraph) {
    self.objects = objects.count
    for one in objects {
      bytes &+= one.bytes
      byClass[Int(graph.classOfObject[one.object.index]), default: 0] &+= one.bytes
    }
  }
}
