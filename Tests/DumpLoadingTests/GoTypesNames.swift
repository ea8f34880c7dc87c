import ReferenceGraph

@testable import DumpLoading

/// How another reader's names of types and refwalk's names of classes go together.
enum GoTypesNames {
  /// The class name, without the mark of arrays, that an object of a type has.
  ///
  /// The other reader writes an array as its element's type and a number, `*main.Order` and 4 for what refwalk calls
  /// `[]*main.Order`.
  static func className(ofType type: String) -> String {
    var name = type
    if name.hasPrefix("tiny/interior ") { name.removeFirst("tiny/interior ".count) }
    while name.hasPrefix("["), let end = name.firstIndex(of: "]"), name.index(after: name.startIndex) != end {
      name = String(name[name.index(after: end)...])
    }
    return GoTypeTable.plainName(name)
  }

  /// The class name without the mark of arrays, `?` where no type is known.
  static func plain(_ objectClass: ObjectClass) -> String {
    if objectClass.flags.contains(.untyped) { return "?" }
    var name = objectClass.name
    if name.hasSuffix(" (inside)") { name.removeLast(" (inside)".count) }
    if objectClass.flags.contains(.array), name.hasPrefix("[]") { name.removeFirst(2) }
    return name
  }
}

/// Real dumps with the executables that wrote them.
enum GoTypesFixture {
  static func heap(_ name: String) throws -> Heap {
    let executable = try ScratchFile(Fixture.unpacked("leaky.elf.gz"))
    return try DumpLoading.load(
      path: Fixture.path(name + ".heapdump.gz"), options: LoadOptions(executable: executable.path))
  }

  /// A file of the repository's sample.
  static func sample(_ name: String) -> String {
    var folder = String(#filePath)
    folder.removeLast("Tests/DumpLoadingTests/GoTypesNames.swift".count)
    return folder + "Samples/go-leaks/" + name
  }
}
