import ReferenceGraph

/// How many bytes instances and arrays of each class take in memory.
///
/// The file does not say. Eclipse MAT's formula knows one way to lay out objects; the distances between objects show the
/// way that the machine used: with headers of 8 bytes, 12 or 16, with fields that it adds of its own, with padding.
struct HPROFSizeRules {
  /// Bytes of a reference in memory.
  let referenceSize: Int
  /// What the addresses of objects are multiples of.
  let alignment: Int
  /// Bytes of an object before its fields.
  private(set) var headerSize: Int
  /// Whether distances between objects were used, rather than the formula alone.
  private(set) var usesDistances = false
  /// By class: bytes of an instance.
  private(set) var instance: [UInt64] = []
  /// By type of element: bytes of an array before its elements.
  private(set) var arrayBase: [Int] = []
  /// Classes whose size is that of the distances, of those that have instances.
  private var measured = (classes: 0, of: 0)

  /// How sizes were found, in words.
  var rule: String {
    usesDistances
      ? "distances between objects (\(grouped(measured.classes)) of \(grouped(measured.of)) classes), else by formula"
      : "Eclipse MAT's formula: header, fields by type, aligned to \(alignment)"
  }

  init(_ gaps: borrowing HPROFGaps, _ table: HPROFClassTable, identifierSize: Int, wanted: LoadOptions.Sizes) {
    // An array of references that ends before it could with 8 bytes each: compressed references.
    let isNarrow = identifierSize == 8 && gaps.hasArrays(2) && gaps.slack(2) < 16
    referenceSize = identifierSize == 4 || isNarrow ? 4 : 8
    alignment = max(8, min(256, gaps.addressBits == 0 ? 8 : 1 << gaps.addressBits.trailingZeroBitCount))
    headerSize = identifierSize + referenceSize
    arrayBase = [Int](repeating: aligned(headerSize + 4, to: referenceSize), count: 16)
    instance = table.classes.indices.map { formulaSize(of: $0, table) }
    if wanted == .measured { measure(gaps, table, identifierSize: identifierSize) }
  }

  // MARK: Distances

  private mutating func measure(_ gaps: borrowing HPROFGaps, _ table: HPROFClassTable, identifierSize: Int) {
    var least: [HPROFGaps.Least] = []
    for number in table.classes.indices { least.append(gaps.least(number)) }
    let packed = table.classes.indices.map { packedFields(of: $0, table) }
    let judged = least.indices.filter { least[$0].count > 1 && table.classes[$0].role != .javaClass }
    /// How many classes have less room than their fields take behind a header of `size` bytes.
    func tooSmall(_ size: Int, _ alignment: Int) -> Int {
      judged.count { least[$0].distance < aligned(size + packed[$0], to: alignment) }
    }
    // Addresses that are no addresses: objects lie closer than they could.
    guard !judged.isEmpty, tooSmall(8, 8) * 50 <= judged.count else { return }
    usesDistances = true
    // Smaller headers than the formula knows: of 12 bytes with references of 8, since JDK 15; of 8 bytes, "compact"
    // ones, since JDK 24. Fields lie without gaps there.
    if identifierSize == 8,
      let size = [headerSize, 12, 8].first(where: { tooSmall($0, alignment) * 20 <= judged.count }),
      size < headerSize
    {
      headerSize = size
      for number in instance.indices { instance[number] = UInt64(aligned(size + packed[number], to: alignment)) }
      arrayBase = [Int](repeating: size == 8 ? 12 : aligned(size + 4, to: referenceSize), count: 16)
    }
    let limits = limits(least, table)
    for number in instance.indices where least[number].count > 0 {
      measured.of += 1
      let distance = UInt64(least[number].distance)
      guard distance >= UInt64(aligned(8 + packed[number], to: 8)), distance <= limits[number] else { continue }
      instance[number] = distance
      measured.classes += 1
    }
    for number in instance.indices where table.classes[number].role == .stackChunk {
      // Fields that no dump has: a reference, an address, a number of 4 bytes and two of 1.
      instance[number] = UInt64(aligned(headerSize + packed[number] + referenceSize + 14, to: alignment))
    }
    for kind in [2, 4, 5, 6, 7, 8, 9, 10, 11] where gaps.hasArrays(kind) {
      let slack = kind == 2 && referenceSize == 4 ? gaps.slackOfNarrow : gaps.slack(kind)
      if slack >= 8, slack <= 32 { arrayBase[kind] = min(slack, max(arrayBase[kind], 24)) }
    }
  }

  /// Classes of the Java library, and those below them, whose instances HotSpot gives fields that no dump has
  /// (`ALL_INJECTED_FIELDS` of its `javaClasses.hpp`), and how many bytes of them at most.
  private static let injected: [String: UInt64] = [
    "java.lang.Class": 96, "java.lang.Thread": 32, "java.lang.ClassLoader": 32, "java.lang.Module": 16,
    "java.lang.InternalError": 16,
    "java.lang.invoke.MemberName": 16, "java.lang.invoke.ResolvedMethodName": 24, "java.lang.StackFrameInfo": 16,
    // The fields of the context went to the call site in JDK 25.
    "java.lang.invoke.MethodHandleNatives$CallSiteContext": 24, "java.lang.invoke.CallSite": 24,
  ]
  /// Those with a field that has a stretch of memory of its own (`@Contended`), so that processors do not disturb each
  /// other.
  private static let contended: Set<String> = [
    "java.lang.Thread", "java.util.concurrent.ForkJoinPool", "java.util.concurrent.ForkJoinPool$WorkQueue",
    "java.util.concurrent.ConcurrentHashMap$CounterCell", "java.util.concurrent.atomic.Striped64$Cell",
    "java.util.concurrent.Exchanger$Node", "java.util.concurrent.SubmissionPublisher$BufferedSubscription",
  ]

  /// The most bytes that a distance may have to be the size of an instance, for each class.
  private func limits(_ least: [HPROFGaps.Least], _ table: HPROFClassTable) -> [UInt64] {
    // Less than the smallest object has is between no two objects.
    let smallest = UInt64(aligned(headerSize, to: alignment))
    return least.indices.map { number in
      let size = instance[number]
      var extra = smallest - 1
      var isContended = least[number].count > 2
      var current = number
      while current >= 0 {
        let name = table.classes[current].name
        if let bytes = Self.injected[name] { extra = max(extra, bytes) }
        if Self.contended.contains(name) { isContended = true }
        current = table.classes[current].superclass
      }
      // 128 bytes before and behind each group of such fields.
      let distance = UInt64(least[number].distance)
      return isContended && distance >= size + 128 && distance <= size + 1024 ? distance : size + extra
    }
  }

  // MARK: Formula

  func aligned(_ value: Int, to alignment: Int) -> Int { (value + alignment - 1) / alignment * alignment }

  /// Bytes of a value of a type in memory.
  func memorySize(_ type: HPROFType) -> Int { type == .object ? referenceSize : type.size(identifier: 8) }

  /// Bytes of the fields, nothing between them.
  private func packedFields(of number: Int, _ table: HPROFClassTable) -> Int {
    var sum = 0
    var current = number
    while current >= 0 {
      for field in table.classes[current].fields { sum += memorySize(table.fields[field].type) }
      current = table.classes[current].superclass
    }
    return sum
  }

  /// Eclipse MAT's: the header, then the fields class by class from the topmost, each class aligned to a reference.
  private func formulaSize(of number: Int, _ table: HPROFClassTable) -> UInt64 {
    var chain: [Int] = []
    var current = number
    while current >= 0 {
      chain.append(current)
      current = table.classes[current].superclass
    }
    // The topmost class, java.lang.Object, is nothing but the header.
    var size = headerSize
    for level in chain.reversed().dropFirst() {
      for field in table.classes[level].fields { size += memorySize(table.fields[field].type) }
      size = aligned(size, to: referenceSize)
    }
    return UInt64(aligned(size, to: alignment))
  }

  /// Bytes that a part of a virtual thread's stack takes beside the fields of its object, `words` of 8 bytes: the
  /// words themselves, and a bit for each place where a reference may lie.
  func stackChunk(words: UInt32) -> UInt64 {
    let bits = UInt64(words) * (referenceSize == 4 ? 2 : 1)
    return 8 * UInt64(words) + (bits + 63) / 64 * 8
  }
}
