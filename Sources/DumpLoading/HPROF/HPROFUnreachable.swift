import ReferenceGraph

/// What holds objects of a Java program although the file has no root for it.
///
/// A class object is written with its static fields, but without the fields it has as an object: the map of its
/// `ClassValue`s, its reflection data, its name, what a hidden class was given as data. What only these hold looks
/// unreachable. Threads of the JVM's own have no root either.
struct HPROFUnreachable {
  let graph: ReferenceGraph
  let reader: HPROFObjectReader
  /// Addresses of classes that are roots themselves.
  let rootClasses: Set<UInt64>

  private enum Kind: UInt8 {
    case other
    case text
    case numbers
    case enumArray
    case hashMap
    /// What hidden classes of the JDK have as data.
    case classData
    /// What the collector fills gaps with.
    case filler
    /// What JVMs before 8 keep of classes: methods, constants, tables of lines.
    case metadata
    // Those from here on can be certain.
    case classValueMap
    case reflection
    case softReference
    case thread
    case classObject
  }

  /// Words, and what in the file shows it, of those that are certain.
  private static let classValue = (
    words: "a ClassValue of a class",
    evidence: "only java.lang.Class has maps of this class, in a field HPROF does not write"
  )
  private static let reflection = (
    words: "the reflection data of a class",
    evidence: "only java.lang.Class has such objects, in fields HPROF does not write"
  )
  private static let threads = (
    words: "a thread of the JVM's own", evidence: "its eetop is that of a thread that runs"
  )
  private static let loaders = (
    words: "the class loader of the JVM", evidence: "classes that it loaded live as long as the program"
  )
  private static let classFields = (
    words: "held by a class object", evidence: "fields of java.lang.Class of this type, which HPROF does not write"
  )

  private static let metadata = (
    words: "held by the JVM's own records of a class",
    evidence: "JVMs before 8 keep these in arrays of the heap that nothing refers to in a dump"
  )

  private static let padding = (
    words: "padding of the collector",
    evidence: "the collector fills gaps between objects with arrays of int, and nothing refers to these"
  )

  /// Texts that are looked at whether they are the name of a class.
  private static let textLimit = 100_000

  // MARK: At load

  /// Those who hold objects for certain: what refers to these objects a class does, or a thread that runs.
  func holders() -> [UnreachableKnowledge.Holder] {
    guard let ids = graph.objects else { return [] }
    let kinds = self.kinds()
    var found: [Kind: [ObjectID]] = [:]
    let numbers = graph.classOfObject.unsafeBuffer
    for id in ids {
      let number = Int(numbers[Int(id)])
      guard number < kinds.count, kinds[number].rawValue >= Kind.classValueMap.rawValue else { continue }
      let object = ObjectID(id)
      switch kinds[number] {
      case .classValueMap, .reflection: found[kinds[number], default: []].append(object)
      case .softReference where refersToReflection(object): found[.reflection, default: []].append(object)
      case .thread where isRunning(object): found[.thread, default: []].append(object)
      case .classObject where isOfBootLoader(object): found[.classObject, default: []].append(object)
      default: break
      }
    }
    let words = [
      (Kind.classValueMap, Self.classValue), (.reflection, Self.reflection), (.thread, Self.threads),
      (.classObject, Self.loaders),
    ]
    return words.compactMap { kind, words in found[kind].map { Self.holder(words, $0) } }
  }

  private static func holder(
    _ known: (words: String, evidence: String), _ objects: [ObjectID], isCertain: Bool = true
  ) -> UnreachableKnowledge.Holder {
    .init(words: known.words, evidence: known.evidence, objects: objects, isCertain: isCertain)
  }

  // MARK: When it is known what roots reach

  /// Adds those who may hold what nothing reaches: the rest is garbage.
  func knowledge(_ known: UnreachableKnowledge, isReachable: (ObjectID) -> Bool) -> UnreachableKnowledge {
    guard known.rest == HPROFWriterKind.perhapsGarbage, let ids = graph.objects else { return known }
    let kinds = self.kinds()
    let names = ClassNames(reader.table)
    var maybe: [ObjectID] = []
    var gaps: [ObjectID] = []
    var records: [ObjectID] = []
    var texts = 0
    let numbers = graph.classOfObject.unsafeBuffer
    for id in ids {
      let number = Int(numbers[Int(id)])
      guard number < kinds.count, kinds[number] != .other else { continue }
      let object = ObjectID(id)
      guard !isReachable(object) else { continue }
      switch kinds[number] {
      case .text where texts < Self.textLimit:
        texts += 1
        if names.contains(text(object)) { maybe.append(object) }
      case .numbers: if length(object) == 0 { maybe.append(object) } else { gaps.append(object) }
      case .filler: gaps.append(object)
      case .hashMap where hasEnums(object): maybe.append(object)
      case .classObject where isOfLoader(object, isReachable): maybe.append(object)
      case .metadata: records.append(object)
      case .enumArray, .classData: maybe.append(object)
      default: break
      }
    }
    var result = known
    result.rest = .garbage
    if !maybe.isEmpty { result.holders.append(Self.holder(Self.classFields, maybe, isCertain: false)) }
    let padding = withoutReferences(gaps, isReachable)
    let unreferred = withoutReferences(records, isReachable)
    if !unreferred.isEmpty { result.holders.append(Self.holder(Self.metadata, unreferred, isCertain: false)) }
    if !padding.isEmpty { result.holders.append(Self.holder(Self.padding, padding, isCertain: false)) }
    return result
  }

  /// Those of some unreachable objects that no object refers to.
  private func withoutReferences(_ objects: [ObjectID], _ isReachable: (ObjectID) -> Bool) -> [ObjectID] {
    guard !objects.isEmpty, let ids = graph.objects else { return [] }
    let isReferred = FlatArray<Bool>(zeroed: graph.objectCount + 1)
    for id in ids where !isReachable(ObjectID(id)) {
      for target in targets(of: ObjectID(id)) { isReferred[target.index] = true }
    }
    return objects.filter { !isReferred[$0.index] }
  }

  private static let metadataArrays: Set<String> = ["byte[]", "short[]", "char[]", "int[]", "java.lang.Object[]"]

  /// Whether a JVM before 8 wrote the dump: its texts are parts of arrays, or have a second hash.
  private var keepsMetadata: Bool {
    let table = reader.table
    guard reader.catalog.heapNames.isEmpty,
      let string = table.classes.firstIndex(where: { $0.record >= 0 && $0.role == .string })
    else { return false }
    let fields = table.fields(of: string)
    return fields.contains { reader.isNamed($0.name, "offset") || reader.isNamed($0.name, "hash32") }
  }

  private func kinds() -> [Kind] {
    let table = reader.table
    let enums = Set(table.classes.lazy.filter { table.isEnum($0) }.map { $0.name + "[]" })
    let hasHidden = table.classes.contains { $0.record >= 0 && HPROFHiddenClass.isHidden($0.name) }
    let keepsMetadata = self.keepsMetadata
    return table.classes.indices.map { number in
      let known = table.classes[number]
      if keepsMetadata, known.role == .array, Self.metadataArrays.contains(known.name) { return .metadata }
      switch known.name {
      case "java.lang.ClassValue$ClassValueMap": return .classValueMap
      case "java.lang.Class$ReflectionData", "java.lang.Class$AnnotationData", "sun.reflect.annotation.AnnotationType",
        "sun.reflect.generics.repository.ClassRepository":
        return .reflection
      case "java.lang.ref.SoftReference": return .softReference
      // Since JDK 19 the collector's arrays have a class of their own, which dumps write as int[].
      case "int[]": return .numbers
      case "jdk.internal.vm.FillerObject", "jdk.internal.vm.FillerElement[]": return .filler
      case "java.util.HashMap": return .hashMap
      case "java.lang.reflect.Constructor": return .classData
      case "java.util.ImmutableCollections$List12", "java.util.ImmutableCollections$ListN":
        return hasHidden ? .classData : .other
      default: break
      }
      switch known.role {
      case .thread: return .thread
      case .javaClass: return .classObject
      case .string: return .text
      case .array: return enums.contains(known.name) ? .enumArray : .other
      default: return hasHidden && known.name.hasPrefix("java.lang.invoke.") ? .classData : .other
      }
    }
  }

  // MARK: Single objects

  private func targets(of object: ObjectID) -> some Sequence<ObjectID> {
    graph.rows.range(of: object).lazy.map { ObjectID(graph.rows.targets[$0]) }
  }

  private func refersToReflection(_ object: ObjectID) -> Bool {
    targets(of: object).contains { graph.objectClass(of: $0).name == "java.lang.Class$ReflectionData" }
  }

  private func record(_ object: ObjectID) -> HPROFObjectReader.Object? {
    reader.object(at: graph.addresses.address(of: object))
  }

  /// Whether the machine has a thread for it.
  private func isRunning(_ object: ObjectID) -> Bool {
    record(object).flatMap { reader.integer("eetop", of: $0) } ?? 0 != 0
  }

  private func length(_ object: ObjectID) -> Int { record(object)?.count ?? 1 }

  private func text(_ object: ObjectID) -> String {
    record(object).flatMap { reader.string($0, limit: 1024) }?.text ?? ""
  }

  /// Whether it is the map from names to constants that a class of enums has.
  private func hasEnums(_ object: ObjectID) -> Bool {
    for table in targets(of: object) where graph.objectClass(of: table).flags.contains(.array) {
      for node in targets(of: table).prefix(16) {
        for value in targets(of: node) where Int(graph.classOfObject[value.index]) < reader.table.classes.count {
          if reader.table.isEnum(reader.table.classes[Int(graph.classOfObject[value.index])]) { return true }
        }
      }
    }
    return false
  }

  /// Whether a class object is that of a class with a name, loaded by the boot loader, which lives for ever,
  /// and no root itself.
  private func isOfBootLoader(_ object: ObjectID) -> Bool {
    guard let known = known(object) else { return true }
    if rootClasses.contains(known.address) { return false }
    return !HPROFHiddenClass.isHidden(known.name) && graph.addresses.object(at: known.loader) == nil
  }

  /// Whether a class object may live as long as its loader, or, without a name, longer than what refers to it.
  private func isOfLoader(_ object: ObjectID, _ isReachable: (ObjectID) -> Bool) -> Bool {
    guard let known = known(object) else { return true }
    return HPROFHiddenClass.isHidden(known.name) || graph.addresses.object(at: known.loader).map(isReachable) ?? true
  }

  /// The class that a class object stands for; nil for those of primitive types.
  private func known(_ object: ObjectID) -> HPROFClass? {
    let number = reader.table.index(of: graph.addresses.address(of: object))
    return number >= 0 && reader.table.classes[number].record >= 0 ? reader.table.classes[number] : nil
  }

  /// The names of classes and packages, as `Class.getName` gives them.
  struct ClassNames {
    private(set) var names: Set<String> = []

    init(_ table: HPROFClassTable) {
      for known in table.classes where known.record >= 0 {
        let name = Self.plain(known.name)
        if let dot = name.utf8.lastIndex(of: UInt8(ascii: ".")) { names.insert(String(name[..<dot])) }
        names.insert(name)
      }
    }

    func contains(_ text: String) -> Bool {
      guard !text.isEmpty else { return false }
      let name = text.hasPrefix("[") ? JavaText.className(text) : text
      if names.contains(Self.plain(name)) { return true }
      // Dumps of JDK 11 have the anonymous class `Shop$$Lambda$19/0x0000000840066840` without what comes behind the slash.
      return name.lastIndex(of: "/").map { names.contains(String(name[..<$0])) } ?? false
    }

    /// Hidden classes have a slash before their number in Java, a plus sign or a dot in dumps.
    private static func plain(_ name: String) -> String {
      // Byte for byte: names may be long.
      guard let mark = name.utf8.lastIndex(where: { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "+") }) else {
        return name
      }
      return name[..<mark] + "." + name[name.index(after: mark)...]
    }
  }
}
