import ReferenceGraph

/// What of the usual a dump does not have, by which tool wrote it or how far it came.
struct HPROFWriterKind {
  /// Whether a tool wrote it that looks at the process, or a core file, from outside: it knows no variables of stacks.
  let isFromOutside: Bool
  /// References that lead to no object, those of the archive's arrays left out.
  let strayReferences: Int
  /// Whether these are so many that objects are missing.
  let isHalfWritten: Bool

  /// Tells what wrote the dump from its roots and from how many of its `references` are `stray`: lead to no object.
  init(_ catalog: HPROFCatalog, archive: HPROFArchiveRoots, stray: Int, references: Int) {
    var tags: Set<UInt8> = []
    for root in catalog.roots { tags.insert(root.tag) }
    // Each JVM's own dump of itself has the classes that are never unloaded, and variables of some thread.
    isFromOutside =
      tags.contains(HPROFItem.rootThread) && !tags.contains(HPROFItem.rootFrame)
      && !tags.contains(HPROFItem.rootStickyClass) && catalog.heapNames.isEmpty
      && catalog.traces.values.contains { $0.count > 0 }
    strayReferences = max(0, stray - archive.strayEntries)
    isHalfWritten = strayReferences > 1000 || strayReferences > 50 && strayReferences > references / 100
  }

  /// What can be said of objects that no root reaches.
  ///
  /// It matters whether the file ends early (`isCut`), whether the dump has roots of its own, and how many threads
  /// there are whose stacks are not in it (`virtualThreads`).
  func rest(_ table: HPROFClassTable, isCut: Bool, hasRoots: Bool, virtualThreads: Int) -> UnreachableKnowledge.Rest {
    if isCut { return .notKnown("the file is cut short, and what held it may be missing") }
    if !hasRoots { return .notKnown("the dump has no roots") }
    if isFromOutside { return .notKnown("dumped by jhsdb or from a core, without the variables of stacks") }
    if isHalfWritten { return .notKnown("objects are missing that may have held it") }
    if virtualThreads > 0 {
      return .notKnown("\(Count.text(virtualThreads, "virtual thread")) may hold it, whose stacks are not in the dump")
    }
    // Whoever makes a hidden class may give it any object as its data, which only the class object has.
    let hidden = table.classes.first {
      $0.record >= 0 && HPROFHiddenClass.isHidden($0.name) && !HPROFHiddenClass.isOfJDK($0.name)
    }
    if let hidden { return .notKnown("a hidden class may hold it as its data, as \(hidden.name)") }
    return Self.perhapsGarbage
  }

  /// What can be said before it is known which objects no root reaches: `HPROFUnreachable` tells more then.
  static let perhapsGarbage = UnreachableKnowledge.Rest.notKnown(
    "garbage, or held by fields of class objects, which HPROF does not record")

  /// A line for each thing that is missing.
  var warnings: [String] {
    var warnings: [String] = []
    if isFromOutside {
      warnings.append(
        "dumped by jhsdb or from a core: no variables of stacks and no system classes are in the dump; what only a "
          + "running method holds looks unreachable")
    }
    if isHalfWritten {
      warnings.append(
        "\(grouped(strayReferences)) references lead to objects that are not in the dump: it is not whole, and what only "
          + "missing objects held looks unreachable")
    }
    return warnings
  }
}
