import ReferenceGraph

/// Shallow sizes, which the file does not have: by the distances between objects where these can be trusted, by Eclipse
/// MAT's formula otherwise or when asked for.
struct HPROFSizes {
  /// How sizes were found.
  let rule: String
  /// Sum of the sizes of all objects.
  private(set) var total: UInt64 = 0
  /// Sizes that do not fit in 32 bits.
  private(set) var large: [UInt32: UInt64] = [:]

  /// Arrays that the machine wrote no further than 4 GB: they have more elements than the dump says.
  private(set) var cutArrays = 0

  /// Bytes of a reference in memory.
  var referenceSize: Int { rules.referenceSize }

  private let rules: HPROFSizeRules
  private let catalog: HPROFCatalog
  private let identifierSize: Int
  private let mask: UInt64

  /// A stack of more words than this is damage.
  private static let stackLimit: UInt32 = 1 << 24

  /// Puts sizes into `rows.sizes`.
  init(
    _ rows: borrowing HPROFRows, records: [HPROFScan.ClassRecord], bytes: UnsafeRawBufferPointer,
    catalog: HPROFCatalog, identifierSize: Int, wanted: LoadOptions.Sizes
  ) {
    rules = HPROFSizeRules(rows.gaps, rows.table, identifierSize: identifierSize, wanted: wanted)
    rule = rules.rule
    self.catalog = catalog
    self.identifierSize = identifierSize
    mask = UInt64(rules.alignment - 1)
    sizeObjects(rows, stacks: wanted == .measured)
    sizeClassObjects(rows, records, bytes)
    if let bootLoader = rows.bootLoader, wanted == .measured {
      total &-= UInt64(rows.sizes[Int(bootLoader)])
      rows.sizes[Int(bootLoader)] = 0
    }
  }

  /// How the objects of a class are sized: the bytes before the elements, those of one, which instances do not have,
  /// and what is less than the alignment.
  private struct Sizing: BitwiseCopyable {
    var base: UInt64
    var element: UInt64
    var mask: UInt64

    @inline(__always) func bytes(_ elements: UInt32) -> UInt64 {
      (base &+ UInt64(elements) &* element &+ mask) & ~mask
    }
  }

  /// Gives every object its size; with `stacks` parts of stacks count as long as they are.
  private mutating func sizeObjects(_ rows: borrowing HPROFRows, stacks: Bool) {
    let table = rows.table
    let elementOfArray = table.classes.map { known -> UInt8 in
      known.role == .array ? known.element?.rawValue ?? 2 : 0
    }
    let sizing = FlatArray<Sizing>(
      table.classes.indices.map { number in
        guard let element = HPROFType(rawValue: elementOfArray[number]) else {
          return Sizing(base: rules.instance[number], element: 0, mask: 0)
        }
        return Sizing(
          base: UInt64(rules.arrayBase[Int(element.rawValue)]), element: UInt64(rules.memorySize(element)), mask: mask)
      })
    // -1 where there is none.
    let stackChunk = stacks ? table.classes.firstIndex { $0.role == .stackChunk } ?? -1 : -1
    var sum: UInt64 = 0
    var id = 1
    let sizes = rows.sizes.unsafeBuffer
    let numbers = rows.classOfObject.unsafeBuffer
    precondition(numbers.count == sizes.count)
    while id < sizes.count {
      let number = Int(numbers[id])
      let elements = sizes[id]
      var bytes = sizing[number].bytes(elements)
      if number == stackChunk, elements < Self.stackLimit {
        bytes = (bytes + rules.stackChunk(words: elements) + mask) & ~mask
      }
      if bytes >= UInt64(UInt32.max) {
        large[UInt32(id)] = bytes
        let type = HPROFType(rawValue: elementOfArray[number])
        if let type, Self.isCut(UInt64(elements) * UInt64(type.size(identifier: identifierSize))) { cutArrays += 1 }
      }
      sizes[id] = UInt32(clamping: bytes)
      sum &+= bytes
      id &+= 1
    }
    total = sum
  }

  /// Whether an array of so many bytes in the file is one that did not fit: with the record before it, it takes all
  /// that a length of 32 bits can tell of.
  static func isCut(_ bytes: UInt64) -> Bool { (0xffff_ffff - 40...0xffff_ffff).contains(bytes) }

  /// Class objects: their static fields, and where distances count the object that has them.
  private mutating func sizeClassObjects(
    _ rows: borrowing HPROFRows, _ records: [HPROFScan.ClassRecord], _ bytes: UnsafeRawBufferPointer
  ) {
    var statics: [UInt64] = []
    for known in rows.gaps.classObjects {
      statics.append(UInt64(staticBytes(known.number, rows.table, records, bytes)))
    }
    var base: UInt64 = 0
    if rules.usesDistances {
      base = UInt64.max
      for (index, known) in rows.gaps.classObjects.enumerated() where known.distance > 0 && statics[index] == 0 {
        base = min(base, known.distance)
      }
      if base > 1024 { base = 0 }
    }
    for (index, (number, distance)) in rows.gaps.classObjects.enumerated() {
      let id = Int(rows.classObjects[number])
      var bytes = (base + statics[index] + mask) & ~mask
      if rules.usesDistances, distance > 0 { bytes = min(bytes, distance) }
      total &+= bytes &- UInt64(rows.sizes[id])
      rows.sizes[id] = UInt32(clamping: bytes)
    }
  }

  /// Bytes of the static fields of a class.
  private func staticBytes(
    _ number: Int, _ table: HPROFClassTable, _ records: [HPROFScan.ClassRecord], _ bytes: UnsafeRawBufferPointer
  ) -> Int {
    let record = records[table.classes[number].record]
    var references = 0
    var others = 0
    var hasWide = false
    func add(_ type: HPROFType) {
      if type == .object { references += rules.memorySize(type) } else { others += rules.memorySize(type) }
      if rules.memorySize(type) == 8 { hasWide = true }
    }
    var cursor = ByteCursor(bytes, at: record.constants)
    for _ in 0..<((try? cursor.u2()) ?? 0) {
      _ = try? cursor.u2()
      guard let type = (try? cursor.u1()).flatMap(HPROFType.init(rawValue:)),
        (try? cursor.skip(type.size(identifier: identifierSize))) != nil
      else { break }
      add(type)
    }
    cursor.position = record.statics
    for _ in 0..<((try? cursor.u2()) ?? 0) {
      guard let name = try? cursor.id(identifierSize),
        let type = (try? cursor.u1()).flatMap(HPROFType.init(rawValue:)),
        (try? cursor.skip(type.size(identifier: identifierSize))) != nil
      else { break }
      // `<resolved_references>` and the like lie elsewhere.
      if rules.usesDistances, let text = catalog.texts[name], text.length > 0, bytes[text.offset] == UInt8(ascii: "<") {
        continue
      }
      add(type)
    }
    // References come first; what has 8 bytes then begins at a multiple of 8.
    return (rules.usesDistances && hasWide ? (references + 7) & ~7 : references) + others
  }
}
