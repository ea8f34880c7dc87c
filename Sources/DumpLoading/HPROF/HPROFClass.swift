import ReferenceGraph

/// A class of the dump, or one that the dump only refers to.
struct HPROFClass {
  /// What special treatment instances need.
  enum Role: UInt8 {
    case ordinary
    case string
    case thread
    case threadGroup
    case javaClass
    case array
    /// A part of a virtual thread's stack that lies in the heap.
    case stackChunk
  }

  /// Its record; -1 for a class that the dump has no record of.
  var record: Int
  var address: UInt64
  /// As people write it: `java.util.HashMap$Node[]`.
  var name: String
  /// Index of its superclass; -1 for none, or one the dump does not have.
  var superclass: Int
  var loader: UInt64
  var role = Role.ordinary
  /// Of its references' `referent`: strong for classes that are no `java.lang.ref.Reference`.
  var referent = ReferenceKind.strong
  /// Bytes of the fields of this class alone in the file.
  var ownBytes = 0
  /// Bytes of all fields of an instance in the file.
  var instanceBytes = 0
  /// Its own fields, an index range of `HPROFClassTable.fields`.
  var fields = 0..<0
  /// Where references lie in an instance, an index range of `HPROFClassTable.references`.
  var references = 0..<0
  /// Element type of an array class, where its objects are arrays.
  var element: HPROFType?
  /// Whether instances have their class in a field, as Android's do.
  var hasClassField = false
  /// Whether an object refers to its class by a reference of the graph: not where the class is a root anyway.
  var hasClassReference = true
}

/// A field of a class.
struct HPROFField {
  /// Text id of its name.
  var name: UInt64
  var type: HPROFType
}

/// A reference in the bytes of an instance.
struct HPROFReferenceSlot: BitwiseCopyable {
  /// Bytes from the beginning of the instance's fields.
  var offset: UInt32
  var kind: ReferenceKind
}
