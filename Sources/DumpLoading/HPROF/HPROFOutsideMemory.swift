import ReferenceGraph

/// Memory outside of the heap that objects of it stand for: direct buffers, segments of foreign memory, what Android's
/// classes register.
///
/// A `java.nio.DirectByteBuffer` has its `capacity` outside, but for views (`att` has the buffer they show) and files
/// that are mapped (`fd`). With a `cleaner` the memory is given back when the buffer is collected; without one native
/// code gives it back, or a library as Netty.
struct HPROFOutsideMemory: Sendable {
  /// Ascending.
  private(set) var objects: [OutsideBytes] = []
  private(set) var facts: [Fact] = []

  private struct Sum {
    var count = 0
    var bytes: UInt64 = 0

    mutating func add(_ more: UInt64) {
      count += 1
      bytes &+= more
    }
  }

  private enum Kind: UInt8 {
    case none
    case buffer
    case deallocator
    case session
    case cleaner
  }

  private var buffers = Sum()
  private var foreignBuffers = Sum()
  private var segments = Sum()
  /// Bytes of those that count as direct buffers do.
  private var reservedSegments: UInt64 = 0
  private var mapped = Sum()
  private var gone = Sum()
  private var registered = Sum()

  init(reader: HPROFObjectReader, graph: ReferenceGraph) {
    let kinds = Self.kinds(reader.table)
    guard kinds.contains(where: { $0 != .none }), let ids = graph.objects else { return }
    var deallocators: [(object: HPROFObjectReader.Object, id: UInt32)] = []
    var owned: Set<UInt64> = []
    var walk = HPROFObjectWalk(reader)
    let numbers = graph.classOfObject.unsafeBuffer
    for id in ids {
      let number = Int(numbers[Int(id)])
      guard number < kinds.count, kinds[number] != .none,
        let object = walk.object(at: graph.addresses.address(of: ObjectID(id)))
      else { continue }
      switch kinds[number] {
      case .buffer: takeBuffer(object, id, reader, owned: &owned)
      case .session: takeSession(object, reader, graph)
      case .deallocator: deallocators.append((object, id))
      case .cleaner: takeCleaner(object, reader, graph)
      case .none: break
      }
    }
    // Buffers that are collected already, and wait for the thread that gives their memory back.
    for (object, id) in deallocators where !owned.contains(object.address) {
      guard let address = reader.integer("address", of: object), address != 0,
        let bytes = reader.integer("size", of: object), bytes > 0
      else { continue }
      gone.add(UInt64(bytes))
      objects.append(OutsideBytes(object: ObjectID(id), bytes: UInt64(bytes)))
    }
    objects.sort { $0.object.rawValue < $1.object.rawValue }
    facts = makeFacts(HPROFNioCount(reader: reader))
  }

  /// What an object's memory outside is; 0 for most.
  func bytes(of object: ObjectID) -> UInt64 {
    let index = objects.indices.bisection(where: { objects[$0].object >= object })
    return index < objects.count && objects[index].object == object ? objects[index].bytes : 0
  }

  private static func kinds(_ table: HPROFClassTable) -> [Kind] {
    let registry = table.classes.contains { $0.name == "libcore.util.NativeAllocationRegistry$CleanerThunk" }
    return table.classes.indices.map { number in
      let name = table.classes[number].name
      if name == "java.nio.DirectByteBuffer$Deallocator" { return .deallocator }
      if name.hasPrefix("java.nio.Direct"), table.isSubclass(number, of: "java.nio.DirectByteBuffer") { return .buffer }
      if name.hasPrefix("jdk.internal.foreign."),
        table.isSubclass(number, of: "jdk.internal.foreign.MemorySessionImpl$ResourceList")
      {
        return .session
      }
      return registry && name == "sun.misc.Cleaner" ? .cleaner : .none
    }
  }

  // MARK: Objects

  private mutating func takeBuffer(
    _ buffer: HPROFObjectReader.Object, _ id: UInt32, _ reader: HPROFObjectReader, owned: inout Set<UInt64>
  ) {
    func reference(_ name: String) -> UInt64 { reader.reference(name, of: buffer) ?? 0 }
    // A view of another buffer, or of a segment, has no memory of its own.
    guard reference("att") == 0, reference("viewedBuffer") == 0, reference("segment") == 0,
      let capacity = reader.integer("capacity", of: buffer), capacity > 0
    else { return }
    // Android keeps the memory of most in an array of the heap.
    if let memory = reader.object(at: reference("memoryRef")), reader.reference("buffer", of: memory) ?? 0 != 0 {
      return
    }
    guard reference("fd") == 0 else { return mapped.add(UInt64(capacity)) }
    if let cleaner = reader.object(at: reference("cleaner")) {
      let thunk = reader.reference("thunk", of: cleaner) ?? 0
      owned.insert(thunk)
      // A cleaner that has run leaves its list: the memory was given back before the buffer was collected.
      if reader.reference("next", of: cleaner) == cleaner.address { return }
      if let deallocator = reader.object(at: thunk), reader.integer("address", of: deallocator) == 0 { return }
      buffers.add(UInt64(capacity))
    } else {
      foreignBuffers.add(UInt64(capacity))
    }
    objects.append(OutsideBytes(object: ObjectID(id), bytes: UInt64(capacity)))
  }

  /// What a session of foreign memory gives back when it is closed: a chain of actions, each of which has the size of
  /// what it frees as a variable of its own.
  ///
  /// Of a session that is closed the chain is empty.
  private mutating func takeSession(
    _ list: HPROFObjectReader.Object, _ reader: HPROFObjectReader, _ graph: ReferenceGraph
  ) {
    let sizes = ["val$allocationSize", "val$alignedSize", "val$cleanupByteSize", "val$byteSize"]
    var next = reader.reference("fst", of: list) ?? 0
    var seen: Set<UInt64> = []
    while next != 0, seen.insert(next).inserted, let cleanup = reader.object(at: next) {
      if let bytes = sizes.lazy.compactMap({ reader.integer($0, of: cleanup) }).first, bytes > 0,
        let id = graph.addresses.object(at: next)
      {
        segments.add(UInt64(bytes))
        if reader.integer("val$shouldReserve", of: cleanup) != 0 { reservedSegments &+= UInt64(bytes) }
        objects.append(OutsideBytes(object: id, bytes: UInt64(bytes)))
      }
      next = reader.reference("next", of: cleanup) ?? 0
    }
  }

  /// Android's classes with memory of their own, bitmaps before all: the cleaner leads to the size they registered.
  private mutating func takeCleaner(
    _ cleaner: HPROFObjectReader.Object, _ reader: HPROFObjectReader, _ graph: ReferenceGraph
  ) {
    guard let thunk = reader.object(at: reader.reference("thunk", of: cleaner) ?? 0), thunk.number >= 0,
      reader.table.classes[thunk.number].name == "libcore.util.NativeAllocationRegistry$CleanerThunk",
      let registry = reader.object(at: reader.reference("this$0", of: thunk) ?? 0),
      let size = reader.integer("size", of: registry), size > 1,
      let owner = graph.addresses.object(at: reader.reference("referent", of: cleaner) ?? 0)
    else { return }
    // The lowest bit says how the memory was allocated.
    let bytes = UInt64(size) & ~1
    registered.add(bytes)
    objects.append(OutsideBytes(object: owner, bytes: bytes))
  }

  // MARK: Words

  private func makeFacts(_ count: HPROFNioCount) -> [Fact] {
    var facts: [Fact] = []
    func add(_ label: String, _ sum: Sum, _ words: String) {
      guard sum.count > 0 else { return }
      facts.append(Fact(label, "\(Self.amount(sum.bytes)) outside of the heap, \(words)"))
    }
    var words = Count.text(buffers.count, "buffer")
    if buffers.count > 0, let reserved = count.capacity {
      let known = buffers.bytes &+ gone.bytes &+ reservedSegments
      words +=
        reserved == known
        ? "; java.nio.Bits counts the same"
        : "; java.nio.Bits counts \(Self.amount(reserved))"
    }
    add("direct buffers", buffers, words)
    add(
      "direct buffers without a cleaner", foreignBuffers,
      "\(Count.text(foreignBuffers.count, "buffer")): native code or a library gives it back")
    add("direct buffers that are collected", gone, "\(Count.text(gone.count, "buffer")), not yet given back")
    add("segments of foreign memory", segments, Count.text(segments.count, "segment"))
    add("mapped files", mapped, "\(Count.text(mapped.count, "buffer")): pages of files, counted nowhere else here")
    add("registered native memory", registered, "\(Count.text(registered.count, "object")), as they registered it")
    if let netty = count.netty {
      facts.append(
        Fact("Netty's direct memory", "\(Self.amount(netty)) as io.netty.util.internal.PlatformDependent counts it"))
    }
    return facts
  }

  private static func amount(_ bytes: UInt64) -> String {
    bytes < 1024 ? ByteCount.text(bytes) : "\(ByteCount.text(bytes)) (\(grouped(bytes)) bytes)"
  }
}
