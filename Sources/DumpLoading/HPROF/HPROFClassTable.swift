import ReferenceGraph

/// All classes of a dump with the layout of their instances.
struct HPROFClassTable {
  private(set) var classes: [HPROFClass] = []
  private(set) var fields: [HPROFField] = []
  private(set) var references: [HPROFReferenceSlot] = []
  /// Class by address: open addressing, a class's index plus one.
  private var slots: [UInt32] = []
  /// Arrays of primitives by element type, and arrays whose class is recorded as that of their elements.
  private var primitiveArrays = [Int](repeating: -1, count: 16)
  private var arraysOfElement: [Int: Int] = [:]
  private(set) var javaLangClass = -1
  private(set) var javaLangClassLoader = -1
  /// Classes whose superclass the dump does not have.
  private(set) var orphans = 0
  /// Classes without a name in the dump.
  private(set) var nameless = 0
  /// Classes that objects name and the dump has no record of.
  private(set) var missing = 0
  private var sharedMissing = -1
  let identifierSize: Int

  /// The classes of a dump from their records, with the names that `catalog` has for them.
  init(
    records: [HPROFScan.ClassRecord], bytes: UnsafeRawBufferPointer, identifierSize: Int, catalog: HPROFCatalog
  ) {
    self.identifierSize = identifierSize
    var names: [UInt64: UInt64] = [:]
    for loaded in catalog.loaded where names[loaded.address] == nil { names[loaded.address] = loaded.name }
    slots = [UInt32](repeating: 0, count: Self.capacity(for: records.count))
    for (number, record) in records.enumerated() where index(of: record.address) < 0 {
      var name = names[record.address].flatMap { catalog.text($0, in: bytes) }.map(JavaText.className)
      if name?.isEmpty ?? true {
        nameless += 1
        name = "class @\(String(record.address, radix: 16))"
      }
      append(
        HPROFClass(
          record: number, address: record.address, name: name!, superclass: -1, loader: record.loader))
      readFields(of: classes.count - 1, record, bytes)
    }
    resolveSuperclasses(records)
    func named(_ name: String) -> Set<UInt64> {
      Set(catalog.texts.compactMap { Self.isText($0.value, name, bytes) ? $0.key : nil })
    }
    let classFields = named("shadow$_klass_")
    layOut(referentNames: named("referent"), listNames: named("classes"), classFields: classFields)
    assignRoles()
  }

  private static func isText(_ text: HPROFCatalog.Text, _ name: String, _ bytes: UnsafeRawBufferPointer) -> Bool {
    text.length == name.utf8.count && bytes[text.offset..<(text.offset + text.length)].elementsEqual(name.utf8)
  }

  private static func capacity(for count: Int) -> Int {
    var capacity = 64
    while capacity < 4 * count { capacity *= 2 }
    return capacity
  }

  @inline(__always) private static func hash(_ address: UInt64) -> Int {
    Int(truncatingIfNeeded: (address &* 0x9e37_79b9_7f4a_7c15) >> 20)
  }

  /// The index of the class at `address`, -1 for none.
  @inline(__always) func index(of address: UInt64) -> Int {
    let mask = slots.count &- 1
    var slot = Self.hash(address) & mask
    while slots[slot] != 0 {
      let index = Int(slots[slot]) &- 1
      if classes[index].address == address { return index }
      slot = (slot &+ 1) & mask
    }
    return -1
  }

  private mutating func append(_ added: HPROFClass) {
    classes.append(added)
    if 2 * classes.count > slots.count {
      slots = [UInt32](repeating: 0, count: 2 * slots.count)
      for index in classes.indices where classes[index].address != 0 || classes[index].record >= 0 { enter(index) }
    } else if added.address != 0 || added.record >= 0 {
      enter(classes.count - 1)
    }
  }

  private mutating func enter(_ index: Int) {
    let mask = slots.count - 1
    var slot = Self.hash(classes[index].address) & mask
    while slots[slot] != 0 { slot = (slot + 1) & mask }
    slots[slot] = UInt32(index + 1)
  }

  // MARK: Layout

  private mutating func readFields(of index: Int, _ record: HPROFScan.ClassRecord, _ bytes: UnsafeRawBufferPointer) {
    let first = fields.count
    var size = 0
    var cursor = ByteCursor(bytes, at: record.fields)
    let count = (try? cursor.u2()) ?? 0
    for _ in 0..<count {
      guard let name = try? cursor.id(identifierSize), let type = (try? cursor.u1()).flatMap(HPROFType.init(rawValue:))
      else { break }
      fields.append(HPROFField(name: name, type: type))
      size += type.size(identifier: identifierSize)
    }
    classes[index].fields = first..<fields.count
    classes[index].ownBytes = size
  }

  private mutating func resolveSuperclasses(_ records: [HPROFScan.ClassRecord]) {
    for number in classes.indices {
      let address = records[classes[number].record].superclass
      guard address != 0 else { continue }
      let superclass = index(of: address)
      if superclass < 0 { orphans += 1 } else { classes[number].superclass = superclass }
    }
    // A class that is its own superclass in the end: damage. Cut where it is met first.
    var state = [UInt8](repeating: 0, count: classes.count)
    var depth = [Int](repeating: 0, count: classes.count)
    for number in classes.indices {
      var path: [Int] = []
      var current = number
      while current >= 0, state[current] == 0 {
        state[current] = 1
        path.append(current)
        let next = classes[current].superclass
        if next >= 0, state[next] == 1 {
          classes[current].superclass = -1
          orphans += 1
        }
        current = classes[current].superclass
      }
      for passed in path.reversed() {
        state[passed] = 2
        let superclass = classes[passed].superclass
        depth[passed] = superclass < 0 ? 0 : depth[superclass] + 1
        guard depth[passed] > Self.depthLimit else { continue }
        classes[passed].superclass = -1
        depth[passed] = 0
        orphans += 1
      }
    }
  }

  /// More superclasses than any program has.
  private static let depthLimit = 256
  /// Classes without a record that get one of their own here.
  static let missingLimit = 1000
  /// The most fields that the layouts of all classes together may have.
  private static let slotLimit = 1 << 24

  /// Where references lie in instances: the fields of the class itself come first, then those of its superclasses.
  /// - Parameters:
  ///   - referentNames: text ids of the field of a `java.lang.ref.Reference` for what it refers to.
  ///   - listNames: text ids of the field of a `java.lang.ClassLoader` where the runtime lists the classes it loaded.
  ///     Every thread refers to a loader: by the list, whatever a static field holds that leads to a thread would be in
  ///     one cycle with it.
  ///   - classFields: text ids of the field in which Android's `java.lang.Object` has the class: the reference of an
  ///     object to its class stands for it, as in other dumps.
  private mutating func layOut(referentNames: Set<UInt64>, listNames: Set<UInt64>, classFields: Set<UInt64>) {
    for number in classes.indices {
      let first = references.count
      let referent = referentKind(of: number)
      classes[number].referent = referent
      var offset = 0
      var current = number
      while current >= 0 {
        let isReference = referent != .strong && classes[current].name == "java.lang.ref.Reference"
        let isLoader = classes[current].name == "java.lang.ClassLoader"
        let isTop = classes[current].name == "java.lang.Object"
        for field in classes[current].fields {
          let type = fields[field].type
          if isTop, type == .object, classFields.contains(fields[field].name) {
            classes[number].hasClassField = true
          } else if type == .object, references.count < Self.slotLimit {
            var kind = ReferenceKind.strong
            if isReference && referentNames.contains(fields[field].name) { kind = referent }
            if isLoader && listNames.contains(fields[field].name) { kind = .runtime }
            references.append(HPROFReferenceSlot(offset: UInt32(clamping: offset), kind: kind))
          }
          offset += type.size(identifier: identifierSize)
        }
        current = classes[current].superclass
      }
      classes[number].instanceBytes = offset
      classes[number].references = first..<references.count
    }
  }

  /// How firmly instances of a class hold their referent; strong for classes that are no references.
  private func referentKind(of number: Int) -> ReferenceKind {
    var current = number
    while current >= 0 {
      switch classes[current].name {
      case "java.lang.ref.SoftReference": return .soft
      case "java.lang.ref.WeakReference": return .weak
      case "java.lang.ref.PhantomReference": return .phantom
      case "java.lang.ref.FinalReference", "java.lang.ref.FinalizerReference", "java.lang.ref.Finalizer": return .final
      case "java.lang.ref.Reference": return .weak
      default: current = classes[current].superclass
      }
    }
    return .strong
  }

  private mutating func assignRoles() {
    let byName = Dictionary(
      classes.indices.reversed().map { (classes[$0].name, $0) }, uniquingKeysWith: { _, last in last })
    func find(_ name: String) -> Int { byName[name] ?? -1 }
    javaLangClass = find("java.lang.Class")
    javaLangClassLoader = find("java.lang.ClassLoader")
    let thread = find("java.lang.Thread")
    let group = find("java.lang.ThreadGroup")
    let string = find("java.lang.String")
    for number in classes.indices {
      if classes[number].name.hasSuffix("[]") {
        classes[number].role = .array
        let element = String(classes[number].name.dropLast(2))
        for raw in UInt8(4)...11 where HPROFType(rawValue: raw)?.name == element {
          if primitiveArrays[Int(raw)] < 0 { primitiveArrays[Int(raw)] = number }
          classes[number].element = HPROFType(rawValue: raw)
        }
        if classes[number].element == nil { classes[number].element = .object }
      }
      var current = number
      while current >= 0 {
        if current == thread { classes[number].role = .thread }
        if current == group { classes[number].role = .threadGroup }
        current = classes[current].superclass
      }
    }
    if string >= 0 { classes[string].role = .string }
    let chunk = find("jdk.internal.vm.StackChunk")
    if chunk >= 0 { classes[chunk].role = .stackChunk }
    if javaLangClass >= 0 { classes[javaLangClass].role = .javaClass }
  }

  // MARK: Classes met in the second pass

  /// The class of arrays of a primitive type.
  @inline(__always) mutating func primitiveArray(_ type: UInt8) -> Int {
    let known = primitiveArrays[Int(type & 15)]
    return known >= 0 ? known : addPrimitiveArray(type)
  }

  private mutating func addPrimitiveArray(_ type: UInt8) -> Int {
    let element = HPROFType(rawValue: type) ?? .byte
    append(
      HPROFClass(
        record: -1, address: 0, name: element.name + "[]", superclass: -1, loader: 0, role: .array, element: element,
        hasClassReference: false))
    primitiveArrays[Int(type & 15)] = classes.count - 1
    return classes.count - 1
  }

  /// The class of arrays whose record names the class `number`: that class, or, where a dump names the class of the
  /// elements, a class of arrays of it.
  @inline(__always) mutating func objectArray(_ number: Int) -> Int {
    classes[number].role == .array ? number : addObjectArray(number)
  }

  private mutating func addObjectArray(_ number: Int) -> Int {
    if let known = arraysOfElement[number] { return known }
    append(
      HPROFClass(
        record: -1, address: 0, name: classes[number].name + "[]", superclass: -1, loader: classes[number].loader,
        role: .array, element: .object, hasClassReference: false))
    arraysOfElement[number] = classes.count - 1
    return classes.count - 1
  }

  /// A class that the dump has no record of.
  mutating func addMissing(_ address: UInt64) -> Int {
    missing += 1
    // So many that the dump is damaged: they share one.
    if missing > Self.missingLimit { return sharedMissing }
    append(
      HPROFClass(
        record: -1, address: address,
        name: missing < Self.missingLimit ? "unknown class @\(String(address, radix: 16))" : "unknown class",
        superclass: -1, loader: 0,
        hasClassReference: false))
    // Address 0 is not entered by `append`.
    if address == 0 { enter(classes.count - 1) }
    sharedMissing = classes.count - 1
    return classes.count - 1
  }

  /// Notes that instances need no reference to their class, unless they have it as a field.
  mutating func dropClassReference(_ number: Int) {
    classes[number].hasClassReference = classes[number].hasClassField && classes[number].role != .array
  }

  /// Whether a class is one of enums: its constants are of it, or of a class right below it.
  func isEnum(_ known: HPROFClass) -> Bool {
    guard known.superclass >= 0 else { return false }
    let superclass = classes[known.superclass]
    return superclass.name == "java.lang.Enum"
      || superclass.superclass >= 0 && classes[superclass.superclass].name == "java.lang.Enum"
  }

  /// Whether `number` is `ancestor` or a class below it.
  func isSubclass(_ number: Int, of name: String) -> Bool {
    var current = number
    while current >= 0 {
      if classes[current].name == name { return true }
      current = classes[current].superclass
    }
    return false
  }
}

extension HPROFClassTable {
  /// A field of an instance with where its value lies.
  struct PlacedField {
    /// Text id of its name.
    var name: UInt64
    var type: HPROFType
    /// Bytes from the beginning of the instance's fields.
    var offset: Int
    /// The class that declares it.
    var declared: Int
  }

  /// All fields of instances of a class, in the order of the file.
  func fields(of number: Int) -> [PlacedField] {
    var result: [PlacedField] = []
    var offset = 0
    var current = number
    while current >= 0 {
      for field in classes[current].fields {
        result.append(
          PlacedField(name: fields[field].name, type: fields[field].type, offset: offset, declared: current))
        offset += fields[field].type.size(identifier: identifierSize)
      }
      current = classes[current].superclass
    }
    return result
  }
}
