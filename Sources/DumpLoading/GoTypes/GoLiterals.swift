import ReferenceGraph
import Synchronization

/// Strings of objects whose text does not lie in the heap: constants of the program, in its executable.
struct GoLiterals: Sendable {
  let typed: GoTypedDetails
  let image: ExecutableImage
  private let knownPlaces = KnownPlaces()

  /// A text and where in an object the string or interface begins that refers to it.
  struct Literal {
    /// Bytes from the object's beginning.
    var offset: Int
    /// Where the text lies in the process, and its bytes.
    var address: UInt64
    var length: Int
  }

  /// Where values of a type have strings, and interfaces, which may hold some.
  private struct Place: Sendable {
    var offset: Int
    var kind: GoTypeTable.Kind
  }

  /// By class.
  private final class KnownPlaces: Sendable {
    let places = Mutex<[UInt32: [Place]]>([:])
  }

  /// Nil without an executable: what lies outside of the heap is not in the dump.
  init?(_ typed: GoTypedDetails) {
    guard let image = typed.image else { return nil }
    self.typed = typed
    self.image = image
  }

  private func places(ofClass number: UInt32, _ type: GoTypeTable.ID) -> [Place] {
    if let known = knownPlaces.places.withLock({ $0[number] }) { return known }
    let places = typed.leaves(of: type).compactMap { leaf -> Place? in
      let kind = typed.table[leaf.type].kind
      guard kind == .string || kind == .interface || kind == .emptyInterface else { return nil }
      return Place(offset: Int(clamping: leaf.offset), kind: kind)
    }
    knownPlaces.places.withLock { $0[number] = places }
    return places
  }

  /// Whether objects of a class can refer to any.
  func mayHave(_ object: ObjectID) -> Bool {
    guard let reading = typed.reading(of: object) else { return false }
    return !places(ofClass: typed.graph.classOfObject[object.index], reading.type).isEmpty
  }

  /// Calls `body` with each literal that `object` refers to, in their order, until it returns false.
  ///
  /// `contents` is the object's bytes.
  func each(of object: ObjectID, _ contents: UnsafeRawBufferPointer, _ body: (Literal) -> Bool) {
    guard let reading = typed.reading(of: object) else { return }
    let places = places(ofClass: typed.graph.classOfObject[object.index], reading.type)
    guard !places.isEmpty else { return }
    let size = Int(clamping: reading.size)
    let header = Int(reading.header)
    let count = reading.isArray ? max(contents.count - header, 0) / size : 1
    for index in 0..<count {
      for place in places {
        let offset = header + index * size + place.offset
        if let literal = literal(at: offset, place.kind, contents), !body(literal) { return }
      }
    }
  }

  private func literal(at offset: Int, _ kind: GoTypeTable.Kind, _ contents: UnsafeRawBufferPointer) -> Literal? {
    let pointerSize = typed.params.pointerSize
    guard offset + 2 * pointerSize <= contents.count else { return nil }
    var address = typed.word(contents, offset)
    var length = typed.word(contents, offset + pointerSize)
    if kind != .string {
      // An interface that holds a constant.
      guard isConstant(length), typed.dynamicType(contents, offset, kind)?.entry.kind == .string,
        let string = image.bytes(at: length, limit: 2 * pointerSize), string.count == 2 * pointerSize
      else { return nil }
      (address, length) = (typed.word(string, 0), typed.word(string, pointerSize))
    }
    guard length > 0, length < 1 << 31, isConstant(address), image.bytes(at: address, limit: 1) != nil else {
      return nil
    }
    return Literal(offset: offset, address: address, length: Int(length))
  }

  private func isConstant(_ address: UInt64) -> Bool {
    address != 0 && !(address >= typed.params.heapLow && address < typed.params.heapHigh)
  }

  /// The texts of the literals that `object` refers to.
  func texts(of object: ObjectID, limit: Int, textLimit: Int) -> [(text: String, length: Int)] {
    guard limit > 0, mayHave(object), let record = typed.locator.record(at: typed.graph.addresses.address(of: object))
    else {
      return []
    }
    var texts: [(text: String, length: Int)] = []
    each(of: object, UnsafeRawBufferPointer(rebasing: typed.bytes[record.contents.bytes])) { literal in
      if let bytes = image.bytes(at: literal.address, limit: min(literal.length, textLimit)),
        let text = GoText.excerpt(bytes, at: 0, before: 0, length: bytes.count)
      {
        texts.append((text, literal.length))
      }
      return texts.count < limit
    }
    return texts
  }
}
