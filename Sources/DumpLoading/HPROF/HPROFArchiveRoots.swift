import ReferenceGraph

/// The arrays in which the JVM keeps objects of its archive (class data sharing): references of native code to arrays
/// of plain objects, from JDK 12 on, whose entries the dump often does not have.
///
/// No program made them.
struct HPROFArchiveRoots: Sendable {
  /// The arrays.
  private(set) var objects: Set<ObjectID> = []
  /// Their entries that lead to no object of the dump.
  private(set) var strayEntries = 0

  init(reader: HPROFObjectReader, addresses: borrowing AddressIndex) {
    for root in reader.catalog.roots where root.tag == HPROFItem.rootJNIGlobal {
      guard let id = addresses.object(at: root.object), !objects.contains(id),
        let array = reader.object(at: root.object), array.tag == HPROFItem.objectArray, array.number >= 0,
        reader.table.classes[array.number].name == "java.lang.Object[]"
      else { continue }
      var stray = 0
      for index in 0..<array.count {
        let entry = reader.bytes.identifier(at: array.body + index * reader.identifierSize, size: reader.identifierSize)
        if entry != 0, addresses.object(at: entry) == nil { stray += 1 }
      }
      guard stray > 0 else { continue }
      objects.insert(id)
      strayEntries += stray
    }
  }
}
