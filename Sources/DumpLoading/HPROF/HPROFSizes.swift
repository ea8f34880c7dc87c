import ReferenceGraph

/// Shallow sizes, which the file does not have: by the distances between objects where these can be trusted, by Eclipse
/// MAT's formula otherwise or when asked for.
struct HPROFSizes {
  /// How sizes were found.
  private(set) var rule: String
  /// Sum of the sizes of all objects.
  private(set) var total: UInt64 = 0
  private(set) var large: [UInt32: UInt64] = [:]

  /// Bytes of a reference in memory, and of the rest of an object's header.
  private let referenceSize: Int
  private let alignment: Int
  private var headerSize: Int
  private let identifierSize: Int

  /// Puts sizes into `rows.sizes`.
  init(
    _ rows: borrowing HPROFRows, records: [HPROFScan.ClassRecord], bytes: UnsafeRawBufferPointer,
    catalog: HPROFCatalog, identifierSize: Int, wanted: LoadOptions.Sizes
  ) {
    let table = rows.table
    self.identifierSize = identifierSize
    // An array of references that ends before it could with 8 bytes each: compressed references.
    let isNarrow = identifierSize == 8 && rows.gaps.arrays(2) > 0 && rows.gaps.slack(2) < 16
    referenceSize = identifierSize == 4 || isNarrow ? 4 : 8
    alignment = max(8, min(256, rows.gaps.addressBits == 0 ? 8 : 1 << rows.gaps.addressBits.trailingZeroBitCount))
    headerSize = identifierSize + referenceSize
    rule = "Eclipse MAT's formula: header, fields by type, aligned to \(alignment)"

    let count = table.classes.count
    var formula = [UInt64](repeating: 0, count: count)
    for number in 0..<count { formula[number] = formulaSize(of: number, table) }
    var arrayBase = [Int](repeating: aligned(headerSize + 4, to: referenceSize), count: 16)
    var size = formula
    var byDistance = 0
    var usesDistances = false
    if wanted == .measured {
      var least: [HPROFGaps.Least] = []
      for number in 0..<count { least.append(rows.gaps.least(number)) }
      // Header of 8 bytes: some class has less room than its fields take with the ordinary one.
      var compact = 0
      var impossible = 0
      var judged = 0
      for number in 0..<count where least[number].count > 1 && table.classes[number].role != .javaClass {
        let fields = packedFields(of: number, table)
        judged += 1
        if least[number].distance < UInt64(aligned(8 + fields, to: 8)) { impossible += 1 }
        if least[number].distance < UInt64(aligned(headerSize + fields, to: alignment)) { compact += 1 }
      }
      usesDistances = judged > 0 && impossible * 50 <= judged
      if usesDistances {
        if identifierSize == 8, isNarrow || compact > 0, compact * 20 > judged {
          headerSize = 8
          for number in 0..<count { formula[number] = formulaSize(of: number, table) }
          size = formula
          arrayBase = [Int](repeating: 12, count: 16)
        }
        let surplus = Self.surplus(least, formula: formula, table)
        for number in 0..<count {
          let distance = least[number].distance
          guard least[number].count > 0, distance >= UInt64(aligned(8 + packedFields(of: number, table), to: 8)) else {
            continue
          }
          // Larger than the fields ask for: the machine adds fields of its own. Several have to agree on it.
          if distance <= formula[number] + surplus[number] {
            size[number] = distance
            byDistance += 1
          }
        }
        for kind in [2, 4, 5, 6, 7, 8, 9, 10, 11] where rows.gaps.arrays(kind) > 0 {
          let slack =
            kind == 2 && referenceSize == 4 && identifierSize == 8 ? rows.gaps.slackOfNarrow : rows.gaps.slack(kind)
          let measured = identifierSize == 4 && kind == 2 ? rows.gaps.slackOfNarrow : slack
          if measured >= 8, measured <= 32 { arrayBase[kind] = min(measured, max(arrayBase[kind], 24)) }
        }
        let withInstances = least.count { $0.count > 0 }
        rule =
          "distances between objects (\(grouped(byDistance)) of \(grouped(withInstances)) classes), else by formula"
      }
    }

    // Arrays.
    var largeSizes: [UInt32: UInt64] = [:]
    var sum: UInt64 = 0
    let arrayElement = table.classes.map { known -> UInt8 in
      known.role == .array ? known.element?.rawValue ?? 2 : 0
    }
    let elementSize = (0..<16).map { kind in
      HPROFType(rawValue: UInt8(kind)).map { $0 == .object ? referenceSize : $0.size(identifier: 8) } ?? 0
    }
    let mask = UInt64(alignment - 1)
    var id = 1
    while id < rows.sizes.count {
      let number = Int(rows.classOfObject[id])
      let element = Int(arrayElement[number])
      var bytes = size[number]
      if element != 0 {
        bytes = (UInt64(arrayBase[element]) + UInt64(rows.sizes[id]) * UInt64(elementSize[element]) + mask) & ~mask
      }
      if bytes >= UInt64(UInt32.max) {
        largeSizes[UInt32(id)] = bytes
        rows.sizes[id] = .max
      } else {
        rows.sizes[id] = UInt32(bytes)
      }
      sum &+= bytes
      id &+= 1
    }
    // Class objects: their static fields, and where distances count the object that has them.
    var base: UInt64 = 0
    if usesDistances {
      base = rows.gaps.classObjects.reduce(UInt64.max) {
        $1.distance == 0 || staticBytes($1.number, table, records, bytes) > 0 ? $0 : min($0, $1.distance)
      }
      if base > 1024 { base = 0 }
    }
    for (number, distance) in rows.gaps.classObjects {
      let id = Int(rows.classObjects[number])
      let statics = UInt64(staticBytes(number, table, records, bytes))
      var bytes = (base + statics + mask) & ~mask
      if usesDistances, distance > 0 { bytes = min(bytes, distance) }
      sum &+= bytes &- UInt64(rows.sizes[id])
      rows.sizes[id] = UInt32(clamping: bytes)
    }
    if let bootLoader = rows.bootLoader, wanted == .measured {
      sum &-= UInt64(rows.sizes[Int(bootLoader)])
      rows.sizes[Int(bootLoader)] = 0
    }
    total = sum
    large = largeSizes
  }

  /// By class: bytes that its instances may be larger than by the formula, for the fields that the machine adds.
  /// Where several instances of a class agree, all classes that share a superclass with it may be so much larger.
  private static func surplus(_ least: [HPROFGaps.Least], formula: [UInt64], _ table: HPROFClassTable) -> [UInt64] {
    var most = [UInt64](repeating: 0, count: least.count)
    for number in least.indices where least[number].count > 1 {
      let distance = least[number].distance
      guard distance > formula[number], distance <= formula[number] + (least[number].count > 2 ? 1024 : 64) else {
        continue
      }
      // Up to the class below java.lang.Object.
      var current = number
      while current >= 0, table.classes[current].superclass >= 0 || current == number {
        most[current] = max(most[current], distance - formula[number])
        current = table.classes[current].superclass
      }
    }
    return least.indices.map { number in
      var allowed: UInt64 = 0
      var current = number
      while current >= 0 {
        allowed = max(allowed, most[current])
        current = table.classes[current].superclass
      }
      return allowed == 0 ? 0 : allowed + 8
    }
  }

  private func aligned(_ value: Int, to alignment: Int) -> Int { (value + alignment - 1) / alignment * alignment }

  private func memorySize(_ type: HPROFType) -> Int { type == .object ? referenceSize : type.size(identifier: 8) }

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

  private func staticBytes(
    _ number: Int, _ table: HPROFClassTable, _ records: [HPROFScan.ClassRecord], _ bytes: UnsafeRawBufferPointer
  ) -> Int {
    let record = records[table.classes[number].record]
    var cursor = ByteCursor(bytes, at: record.constants)
    var sum = 0
    for _ in 0..<((try? cursor.u2()) ?? 0) {
      _ = try? cursor.u2()
      guard let type = (try? cursor.u1()).flatMap(HPROFType.init(rawValue:)),
        (try? cursor.skip(type.size(identifier: identifierSize))) != nil
      else { break }
      sum += memorySize(type)
    }
    cursor.position = record.statics
    for _ in 0..<((try? cursor.u2()) ?? 0) {
      _ = try? cursor.id(identifierSize)
      guard let type = (try? cursor.u1()).flatMap(HPROFType.init(rawValue:)),
        (try? cursor.skip(type.size(identifier: identifierSize))) != nil
      else { break }
      sum += memorySize(type)
    }
    return sum
  }
}
