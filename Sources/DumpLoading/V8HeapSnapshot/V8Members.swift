/// Where the parts of a snapshot lie in the file, in whatever order they stand there.
///
/// Unknown parts are passed over.
struct V8Members {
  var snapshot: V8JSON?
  var snapshotOffset = 0
  /// Between the brackets.
  var nodes: Range<Int>?
  var edges: Range<Int>?
  var locations: Range<Int>?
  /// The functions that allocated, between the brackets, and the tree of their calls.
  var traceFunctions: Range<Int>?
  var traceTree: Range<Int>?
  var strings: V8Strings?
  /// Where the file ends inside its table of strings: the last part that it can do without.
  var cutAt: Int?
  /// Where something else than spaces follows the snapshot.
  var trailing: Int?
  /// Members that refwalk has no use for.
  var unknown: [String] = []

  /// Finds all members.
  ///
  /// Arrays of numbers are only searched for their ends. Of a file that is known to be damaged, what comes behind all
  /// that is needed may be anything.
  init(_ file: MappedFile, isDamaged: Bool = false) throws(LoadError) {
    let bytes = file.bytes
    // A byte order mark.
    let start = bytes.starts(with: [0xef, 0xbb, 0xbf]) ? 3 : 0
    var scanner = V8JSONScanner(bytes, at: start)
    var member = "snapshot"
    var memberStart = start
    do throws(V8JSONScanner.Problem) {
      try scanner.take("{")
      repeat {
        memberStart = scanner.position
        let key = try scanner.string()
        member = String(V8Text.decode(bytes, key).prefix(40))
        try scanner.take(":")
        _ = try scanner.peek()
        memberStart = scanner.position
        switch member {
        case "snapshot" where snapshot == nil:
          snapshotOffset = memberStart
          snapshot = try scanner.value()
        case "nodes" where nodes == nil: nodes = try scanner.numberArray()
        case "edges" where edges == nil: edges = try scanner.numberArray()
        case "locations" where locations == nil: locations = try scanner.numberArray()
        case "trace_function_infos" where traceFunctions == nil: traceFunctions = try scanner.numberArray()
        case "trace_tree" where traceTree == nil:
          try scanner.skipValue()
          traceTree = memberStart..<scanner.position
        case "strings" where strings == nil:
          let table = try V8Strings(file, &scanner, isDamaged: isDamaged)
          strings = table
          if table.isCut {
            cutAt = bytes.count
            return
          }
        default:
          if unknown.count < 100 { unknown.append(member) }
          try scanner.skipValue()
        }
      } while try scanner.takes(",")
      try scanner.take("}")
      if (try? scanner.peek()) != nil { trailing = scanner.position }
    } catch {
      // All that is needed may lie before the end.
      if error.isEnd || isDamaged, snapshot != nil, nodes != nil, edges != nil, strings != nil {
        cutAt = bytes.count
        return
      }
      if error.isEnd { throw .endsTooEarly(record: member, offset: UInt64(bytes.count)) }
      throw .malformed(record: member, offset: UInt64(scanner.position), problem: error.text)
    }
  }
}
