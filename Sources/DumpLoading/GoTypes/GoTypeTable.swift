/// The types of a Go program in flat arrays: a type is a number, 0 is the unknown type.
struct GoTypeTable: Sendable {
  typealias ID = UInt32

  enum Kind: UInt8, Sendable {
    case unknown, boolean, signed, unsigned, float, complex
    case pointer, structure, array, slice, string
    /// An interface with methods, and one without.
    case interface, emptyInterface
    case map, channel, function, unsafePointer
    /// What a func value points to: the code's address, then what the function captured.
    case closure
  }

  /// Structures of the runtime whose pointers mean more than their types say.
  enum Role: UInt8, Sendable {
    case none
    /// Maps since Go 1.24: the header, its groups, and the directory's tables.
    case swissMap, swissGroups, swissTable
    /// Maps before: the header.
    case oldMap
    case channel, pool
    /// `time.Timer` or `time.Ticker`: the runtime allocates more behind it.
    case timer
    /// A node of a hash trie (`sync.Map`, `unique`): an entry or an inner node by its first byte.
    case trieNode
    /// `atomic.Pointer[T]`: an untyped pointer to T.
    case atomicPointer
  }

  struct Entry: Sendable {
    var kind = Kind.unknown
    var role = Role.none
    /// Bytes of a value.
    var size: UInt64 = 0
    /// Index in `names`.
    var name: UInt32 = 0
    /// Of a pointer, array or slice what it points to or holds; of a map or channel the structure that the value points
    /// to.
    var element: ID = 0
    /// Of a map the type of keys; of a channel that of what is sent.
    var key: ID = 0
    /// Map: the type of values.
    var value: ID = 0
    /// Array: its length.
    var count: UInt64 = 0
    /// Structure, closure: its fields in `fields`.
    var firstField: UInt32 = 0
    var fieldCount: UInt32 = 0
  }

  struct Field: Sendable {
    var name: UInt32
    var type: ID
    /// Bytes from the beginning of the structure.
    var offset: UInt64
  }

  private(set) var entries: [Entry] = [Entry()]
  private(set) var fields: [Field] = []
  private(set) var names: [String] = ["?"]

  /// The most types and fields that are read.
  static let limit = 1 << 22

  subscript(id: ID) -> Entry {
    get { entries[Int(id)] }
    set { entries[Int(id)] = newValue }
  }

  var isFull: Bool { entries.count >= Self.limit || fields.count >= 4 * Self.limit }

  /// Adds a type, not yet described unless `entry` does; 0 when there are too many.
  mutating func add(_ entry: Entry = Entry()) -> ID {
    guard !isFull else { return 0 }
    entries.append(entry)
    return ID(entries.count - 1)
  }

  /// The longest name, and all of them together, in bytes.
  ///
  /// A name is made of names: types that are made of each other can double it at each step.
  private static let nameLimit = 4096
  private static let allNamesLimit = 1 << 28
  private var nameBytes = 0

  mutating func add(name: String) -> UInt32 {
    var name = name
    if name.utf8.count > Self.nameLimit {
      name = String(decoding: name.utf8.prefix(Self.nameLimit), as: UTF8.self) + "…"
    }
    nameBytes += name.utf8.count
    guard nameBytes < Self.allNamesLimit else { return 0 }
    names.append(name)
    return UInt32(names.count - 1)
  }

  /// Gives a structure its fields, in the order of their offsets.
  mutating func setFields(_ list: [(name: String, type: ID, offset: UInt64)], of id: ID) {
    entries[Int(id)].firstField = UInt32(fields.count)
    entries[Int(id)].fieldCount = UInt32(list.count)
    for field in list.sorted(by: { $0.offset < $1.offset }) {
      fields.append(Field(name: add(name: field.name), type: field.type, offset: field.offset))
    }
  }

  func name(of id: ID) -> String { names[Int(entries[Int(id)].name)] }
  func name(of field: Field) -> String { names[Int(field.name)] }

  /// The fields of a structure or closure.
  func fields(of id: ID) -> ArraySlice<Field> {
    let entry = entries[Int(id)]
    return fields[Int(entry.firstField)..<Int(entry.firstField + entry.fieldCount)]
  }

  func field(_ name: String, of id: ID) -> Field? { fields(of: id).first { self.name(of: $0) == name } }

  /// The type without the nameless arrays around it, and how many of them the arrays hold.
  func element(of id: ID) -> (id: ID, count: UInt64) {
    var id = id
    var count: UInt64 = 1
    for _ in 0..<16 where self[id].kind == .array && isNameless(id) {
      count = count.multipliedReportingOverflow(by: self[id].count).partialValue
      id = self[id].element
    }
    return (id, count)
  }

  private func isNameless(_ id: ID) -> Bool { name(of: id).hasPrefix("[") || name(of: id).hasPrefix("noalg.[") }

  /// Whether an interface holds a value of this type itself, not a pointer to it: it is one pointer.
  func isDirect(_ id: ID) -> Bool {
    var id = id
    for _ in 0..<16 {
      let entry = self[id]
      switch entry.kind {
      case .pointer, .map, .channel, .function, .unsafePointer: return true
      case .structure where entry.fieldCount == 1: id = fields[Int(entry.firstField)].type
      case .array where entry.count == 1: id = entry.element
      default: return false
      }
    }
    return false
  }

  /// Whether a value of `outer` begins with one of `inner` that lies in it: a structure's first field, or that one's.
  func begins(_ outer: ID, with inner: ID) -> Bool {
    var id = outer
    for _ in 0..<16 {
      let entry = self[id]
      switch entry.kind {
      case .structure where entry.fieldCount > 0:
        guard let first = fields(of: id).first(where: { self[$0.type].size > 0 }), first.offset == 0 else {
          return false
        }
        id = first.type
      case .array where entry.count > 0: id = entry.element
      default: return false
      }
      if id == inner { return true }
    }
    return false
  }
}
