import ReferenceGraph

/// What holds objects of a Java program although the file has no root for it.
///
/// A class object is written with its static fields, but without the fields it has as an object: the map of its
/// `ClassValue`s, its reflection data, its name, what a hidden class was given as data. What only these hold looks
/// unreachable. Threads of the JVM's own have no root either.
struct HPROFUnreachable {
  let graph: ReferenceGraph
  let reader: HPROFObjectReader

  private enum Kind: UInt8 {
    case other
    case classValueMap
    case reflection
    case softReference
    case thread
    case classObject
    case text
    case numbers
    case enumArray
    case hashMap
    /// What hidden classes of the JDK have as data.
    case classData
    /// What the collector fills gaps with.
    case filler
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
    words: "its class loader", evidence: "classes live as long as the loader, which is reachable"
  )
  private static let classFields = (
    words: "a class object", evidence: "fields of java.lang.Class of this type, which HPROF does not write"
  )

  private static let padding = (
    words: "nobody: padding of the collector, or garbage",
    evidence: "the collector fills gaps between objects with arrays of int, and nothing refers to these"
  )

  /// Texts that are looked at whether they are the name of a class.
  private static let textLimit = 100_000

  // MARK: At load

  /// The maps of `ClassValue`s: whatever refers to them, a class does.
  static func classValueMaps(_ table: HPROFClassTable, _ graph: ReferenceGraph) -> UnreachableKnowledge.Holder? {
    guard let number = table.classes.firstIndex(where: { $0.name == "java.lang.ClassValue$ClassValueMap" }),
      let ids = graph.objects
    else { return nil }
    let numbers = graph.classOfObject.withBuffer { $0 }
    let maps = ids.lazy.filter { numbers[Int($0)] == UInt32(number) }.map { ObjectID($0) }
    let found = Array(maps)
    return found.isEmpty ? nil : holder(classValue, found)
  }

  private static func holder(
    _ known: (words: String, evidence: String), _ objects: [ObjectID], isCertain: Bool = true
  ) -> UnreachableKnowledge.Holder {
    .init(words: known.words, evidence: known.evidence, objects: objects, isCertain: isCertain)
  }

  // MARK: When it is known what roots reach

  /// Adds those who hold, or may hold, what roots do not reach.
  func knowledge(_ known: UnreachableKnowledge, isReachable: (ObjectID) -> Bool) -> UnreachableKnowledge {
    guard let ids = graph.objects else { return known }
    let kinds = self.kinds()
    let names = ClassNames(reader.table)
    var found: [Kind: [ObjectID]] = [:]
    var maybe: [ObjectID] = []
    var gaps: [ObjectID] = []
    var texts = 0
    let numbers = graph.classOfObject.withBuffer { $0 }
    for id in ids {
      let number = Int(numbers[Int(id)])
      guard number < kinds.count, kinds[number] != .other else { continue }
      let object = ObjectID(id)
      guard !isReachable(object) else { continue }
      switch kinds[number] {
      case .classValueMap, .reflection: found[kinds[number], default: []].append(object)
      case .softReference where refersToReflection(object): found[.reflection, default: []].append(object)
      case .thread where isRunning(object): found[.thread, default: []].append(object)
      case .classObject:
        if isOfLoader(object, isReachable) {
          found[.classObject, default: []].append(object)
        } else {
          maybe.append(object)
        }
      case .text where texts < Self.textLimit:
        texts += 1
        if names.contains(text(object)) { maybe.append(object) }
      case .numbers: if length(object) == 0 { maybe.append(object) } else { gaps.append(object) }
      case .filler: gaps.append(object)
      case .hashMap where hasEnums(object): maybe.append(object)
      case .enumArray, .classData: maybe.append(object)
      default: break
      }
    }
    var result = known
    result.holders.removeAll { $0.words == Self.classValue.words }
    for (kind, words) in [
      (Kind.classValueMap, Self.classValue), (.reflection, Self.reflection), (.thread, Self.threads),
      (.classObject, Self.loaders),
    ] {
      if let objects = found[kind] { result.holders.append(Self.holder(words, objects)) }
    }
    if !maybe.isEmpty { result.holders.append(Self.holder(Self.classFields, maybe, isCertain: false)) }
    let padding = withoutReferences(gaps, isReachable)
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

  private func kinds() -> [Kind] {
    let table = reader.table
    let enums = Set(table.classes.lazy.filter { table.isEnum($0) }.map { $0.name + "[]" })
    let hasHidden = table.classes.contains { $0.record >= 0 && HPROFHiddenClass.isHidden($0.name) }
    return table.classes.indices.map { number in
      let known = table.classes[number]
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

  /// Whether a class object is that of a class with a name whose loader is there.
  private func isOfLoader(_ object: ObjectID, _ isReachable: (ObjectID) -> Bool) -> Bool {
    let number = reader.table.index(of: graph.addresses.address(of: object))
    guard number >= 0, reader.table.classes[number].record >= 0 else { return true }
    let known = reader.table.classes[number]
    if HPROFHiddenClass.isHidden(known.name) { return false }
    return graph.addresses.object(at: known.loader).map(isReachable) ?? true
  }

  /// The names of classes and packages, as `Class.getName` gives them.
  private struct ClassNames {
    private var names: Set<String> = []

    init(_ table: HPROFClassTable) {
      for known in table.classes where known.record >= 0 {
        let name = Self.plain(known.name)
        if let dot = name.lastIndex(of: ".") { names.insert(String(name[..<dot])) }
        names.insert(name)
      }
    }

    func contains(_ text: String) -> Bool {
      !text.isEmpty && names.contains(Self.plain(text.hasPrefix("[") ? JavaText.className(text) : text))
    }

    /// Hidden classes have a slash before their number in Java, a plus sign or a dot in dumps.
    private static func plain(_ name: String) -> String {
      guard let mark = name.lastIndex(where: { $0 == "/" || $0 == "+" }) else { return name }
      return name[..<mark] + "." + name[name.index(after: mark)...]
    }
  }
}
