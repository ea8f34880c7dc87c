import ReferenceGraph

/// What each string of a snapshot is used for: as a name, which stays in a redacted snapshot, or as the content of an
/// object, which does not.
struct V8NameUses: ~Copyable {
  /// Of an object that is no content, of a slot of the engine's, of a function.
  static let name: UInt8 = 1
  /// Of a property or variable.
  static let property: UInt8 = 2
  /// Of a file.
  static let file: UInt8 = 4
  /// Of a node outside of the engine, which may have attributes: `<div id="a">`.
  static let tag: UInt8 = 8
  /// What an object holds: a text, a number, a pattern.
  static let content: UInt8 = 16

  /// By string.
  let uses: FlatArray<UInt8>
  private let strings: V8Strings

  /// What the engine calls objects of simple kinds that have no name of their own.
  private static let kinds: Set<String> = [
    "heap number", "smi number", "number", "bigint", "symbol", "private symbol", "(concatenated string)",
    "(sliced string)", "string", "regexp",
  ]

  init(
    _ nodes: borrowing V8Nodes, _ edges: borrowing V8Edges, _ strings: V8Strings, progress: WorkProgress
  ) throws(LoadError) {
    self.strings = strings
    uses = FlatArray(zeroed: strings.count)
    takeNodes(nodes)
    for k in 0..<edges.count {
      if k & 0xffff == 0, progress.isCancelled { throw .cancelled }
      let field = edges.fields[k]
      guard field & V8Field.isLarge == 0 else { continue }
      switch V8Field.type(of: field) {
      case .element, .hidden: continue
      case .property, .context, .shortcut: mark(field & V8Field.valueMask, Self.property)
      case .internal, .weak, .other: mark(field & V8Field.valueMask, Self.name)
      }
    }
    takeFiles(nodes, edges)
  }

  /// Marks what the functions of allocation stacks are called, and their files.
  func takeTraces(_ file: MappedFile, _ functions: Range<Int>, _ layout: V8Layout) {
    let stride = layout.traceFunctionStride
    guard stride > 0 else { return }
    var reader = V8NumberReader(file.bytes, functions)
    var record = [UInt64](repeating: 0, count: stride)
    while reader.hasMore {
      for field in 0..<stride {
        guard reader.hasMore, let value = try? reader.next() else { return }
        record[field] = value
      }
      mark(UInt32(clamping: record[layout.traceFunctionName]), Self.name)
      mark(UInt32(clamping: record[layout.traceFunctionScript]), Self.file)
    }
  }

  private func mark(_ string: UInt32, _ use: UInt8) { if Int(string) < uses.count { uses[string] |= use } }

  /// Whether the name of a node is what it holds.
  static func isContent(_ type: V8NodeType) -> Bool {
    switch type {
    case .string, .regexp, .number, .bigint, .symbol, .concatenated, .sliced: true
    default: false
    }
  }

  private func takeNodes(_ nodes: borrowing V8Nodes) {
    var kinds: [UInt32: Bool] = [:]
    for node in 0..<nodes.count {
      let name = nodes.names[node]
      let type = nodes.type(of: node)
      switch type {
      case .string: mark(name, Self.content)
      case .native: mark(name, Self.tag)
      // Of what nobody knows only names that could stand in code are kept.
      case .other: mark(name, Self.property)
      case _ where Self.isContent(type):
        let isKind: Bool
        if let known = kinds[name] {
          isKind = known
        } else {
          isKind = strings.text(of: Int(name), limit: 64).map(Self.kinds.contains) ?? false
          if kinds.count < 1 << 16 { kinds[name] = isKind }
        }
        mark(name, isKind ? Self.name : Self.content)
      default: mark(name, Self.name)
      }
    }
  }

  // MARK: Texts that are names

  /// Marks texts of objects that say what files are called, what modules export, and what the engine's constants are.
  private func takeFiles(_ nodes: borrowing V8Nodes, _ edges: borrowing V8Edges) {
    let name = strings.index(of: "name")
    let places = ["filename", "id"].compactMap { strings.index(of: $0) }
    let oddball = strings.index(of: "system / Oddball")
    let module = strings.index(of: "system / SourceTextModule")
    let cell = strings.index(of: "system / Cell")
    let string = V8NodeType.string.rawValue
    func markText(_ node: UInt32, _ use: UInt8) { if nodes.types[node] == string { mark(nodes.names[node], use) } }
    for node in 0..<nodes.count {
      let own = nodes.names[node]
      let isModule = strings.role(of: Int(own)) == V8Strings.Role.module.rawValue
      for k in Int(edges.offsets[node])..<Int(edges.offsets[node + 1]) {
        let field = edges.fields[k]
        let target = edges.targets[k]
        let isNamed = field & V8Field.isLarge == 0
        let value = field & V8Field.valueMask
        switch V8Field.type(of: field) {
        case .internal where isNamed && strings.role(of: Int(value)) == V8Strings.Role.script.rawValue:
          mark(nodes.names[target], Self.file)
          for slot in Int(edges.offsets[target])..<Int(edges.offsets[target + 1])
          where V8Field.type(of: edges.fields[slot]) == .internal && edges.fields[slot] & V8Field.valueMask == name {
            markText(edges.targets[slot], Self.file)
          }
        case .property where isModule && isNamed && places.contains(value): markText(target, Self.file)
        case _ where own == oddball: markText(target, Self.name)
        case _ where own == module && nodes.types[target] == V8NodeType.array.rawValue:
          takeExports(target, nodes, edges, cell: cell)
        default: break
        }
      }
    }
  }

  /// Names of exports stand in front of the cells with the variables.
  private func takeExports(
    _ table: UInt32, _ nodes: borrowing V8Nodes, _ edges: borrowing V8Edges, cell: UInt32?
  ) {
    let row = Int(edges.offsets[table])..<Int(edges.offsets[table + 1])
    for k in row.dropLast() where nodes.names[edges.targets[k + 1]] == cell {
      let target = edges.targets[k]
      if nodes.type(of: Int(target)) == .string { mark(nodes.names[target], Self.property) }
    }
  }
}

extension V8Strings {
  /// The first string with this text; nil when there is none.
  ///
  /// Looks at all of them.
  func index(of text: String) -> UInt32? {
    var found: UInt32?
    let wanted = Array(text.utf8)
    visitTexts { index, bytes in
      if bytes.elementsEqual(wanted) { found = UInt32(clamping: index) }
      return found == nil
    }
    return found
  }
}
