import ReferenceGraph

/// What interfaces hold, and what the inspector says of a value beside what it refers to.
extension GoTypedDetails {
  /// What an interface holds.
  struct DynamicType {
    var name: String
    var entry: GoTypeTable.Entry
  }

  /// Bytes of a text that are shown at most.
  private static let excerptLimit = 200

  /// The dynamic type of an interface value that begins at `offset`, nil when nobody knows.
  func dynamicType(_ memory: UnsafeRawBufferPointer, _ offset: Int, _ kind: GoTypeTable.Kind) -> DynamicType? {
    let first = word(memory, offset)
    guard first != 0, let address = kind == .emptyInterface ? first : classes.interfaceTables[first] else { return nil }
    if let id = classes.runtimeTypes[address], id != 0 {
      return DynamicType(name: table.name(of: id), entry: table[id])
    }
    // A type of which no object was found: its value lies outside of the heap.
    return constants?.type(at: address)
  }

  /// What an interface holds, by the address of the value: numbers, truth values and texts.
  func scalar(in type: DynamicType, at pointer: UInt64, textLimit: Int) -> String? {
    switch type.entry.kind {
    case .boolean, .signed, .unsigned, .float, .complex, .string: break
    default: return nil
    }
    let size = Int(clamping: type.entry.size)
    guard let memory = memory(at: pointer, limit: size), memory.count >= size else { return nil }
    return text(type.entry, name: type.name, memory, 0, textLimit: textLimit)
  }

  /// The beginning of a string, or of one that an interface holds.
  func excerpt(_ type: GoTypeTable.ID, _ memory: UnsafeRawBufferPointer, _ offset: Int) -> FieldValue.Excerpt? {
    let kind = table[type].kind
    switch kind {
    case .string: return excerpt(memory, offset, limit: Self.excerptLimit)
    case .interface, .emptyInterface:
      guard let dynamic = dynamicType(memory, offset, kind) else { return nil }
      guard dynamic.entry.kind == .string else {
        let value = scalar(in: dynamic, at: word(memory, offset + params.pointerSize), textLimit: 0)
        return value.map { .init(text: "\(GoTypeTable.plainName(dynamic.name)) \($0)", isCut: false, length: "") }
      }
      guard let value = self.memory(at: word(memory, offset + params.pointerSize), limit: 2 * params.pointerSize),
        value.count == 2 * params.pointerSize
      else { return nil }
      return excerpt(value, 0, limit: Self.excerptLimit)
    default: return nil
    }
  }

  /// What is to be said of a value beside what it refers to: how many elements there are.
  func note(_ type: GoTypeTable.ID, _ memory: UnsafeRawBufferPointer, _ offset: Int) -> String? {
    let entry = table[type]
    switch entry.kind {
    case .slice, .map: return text(type, memory, offset)
    case .channel:
      // The number of elements, and of those it has room for, come first.
      guard let header = self.memory(at: word(memory, offset), limit: 2 * params.pointerSize),
        header.count == 2 * params.pointerSize
      else { return nil }
      return "len \(word(header, 0)), cap \(word(header, params.pointerSize))"
    default: return nil
    }
  }
}
