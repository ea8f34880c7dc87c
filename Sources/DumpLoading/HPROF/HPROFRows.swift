import ReferenceGraph

/// Why the second pass stopped.
enum HPROFLinkFailure: Error {
  /// The runs of records overlap: they do not give the objects in the order of their addresses.
  case outOfOrder
  case failed(LoadError)
}

/// What the second pass made.
struct HPROFRows: ~Copyable {
  var offsets: FlatArray<UInt32>
  var targets: FlatArray<UInt32>
  var fields: FlatArray<UInt32>
  var kinds: FlatArray<UInt8>
  /// By object: for an array the number of its elements, until `HPROFSizes` puts sizes there.
  var sizes: FlatArray<UInt32>
  var classOfObject: FlatArray<UInt32>
  var table: HPROFClassTable
  var gaps: HPROFGaps
  /// The object that stands for the loader of the Java runtime's own classes, when there is one.
  var bootLoader: UInt32?
  /// References to addresses where no object is.
  var strayReferences: Int
  /// Instances whose bytes are fewer than their class has fields for.
  var shortInstances: Int
  /// By class of `table` that has a record: the id of its class object.
  var classObjects: [UInt32]
}
