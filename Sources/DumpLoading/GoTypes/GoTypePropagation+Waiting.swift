import ReferenceGraph

/// What goroutines wait with: values that are sent lie on their stacks, in places that no variable has.
extension GoTypePropagation {
  /// Where in the runtime's record of a waiting goroutine the value and the channel stand.
  private struct Waiting {
    var value: Int
    var channel: Int
  }

  /// Names what values refer to that goroutines wait to send.
  mutating func sentValues(
    _ scan: borrowing GoFirstPass, _ rows: borrowing GoRowBuilder.Result
  ) throws(ReadProblem) {
    let places = table.entries.indices.map { waiting(GoTypeTable.ID($0)) }
    let isRecord = places.map { $0 != nil }
    guard isRecord.contains(true) else { return }
    var stacks: GoStackMemory?
    for id in 1..<max(rows.sizes.count, 1) {
      let state = GoObjectState(rows.classOfObject[id])
      guard state.has(GoObjectState.isTyped), !state.has(GoObjectState.isInterior), Int(state.type) < isRecord.count,
        isRecord[Int(state.type)], let place = places[Int(state.type)]
      else { continue }
      let base = contents(id, rows)
      let value = word(bytes, at: base + place.value)
      guard value != 0, let channel = object(at: word(bytes, at: base + place.channel), scan, rows),
        channel.distance == 0, channel.room >= UInt64(elementTypeOffset + pointerSize)
      else { continue }
      let type = runtimeType(word(bytes, at: contents(channel.id, rows) + elementTypeOffset))
      let size = table[type].size
      guard type != 0, size > 0, size <= 1 << 20 else { continue }
      let header = source.type(named: "hchan<\(table.name(of: type))>", in: &table)
      claim(GoReferent(id: UInt32(channel.id)), header, scan, rows)
      if stacks == nil { stacks = try GoStackMemory(bytes, scan.catalog, params) }
      if let range = stacks?.range(at: value, count: Int(size)) {
        self.scan(bytes, at: range.lowerBound, room: range.count, type, count: 1, depth: 0, scan, rows)
      } else {
        claim(value, type, scan, rows)
      }
    }
  }

  /// Where a channel's header has the type of its elements: behind three words and eight bytes, since Go 1.23 one word
  /// further on.
  private var elementTypeOffset: Int { 3 * pointerSize + 8 + (hasChannelTimers ? pointerSize : 0) }

  private func waiting(_ type: GoTypeTable.ID) -> Waiting? {
    let name = table.name(of: type)
    guard name == "runtime.sudog" || name.hasPrefix("sudog<"), let value = pointerPlace("elem", of: type),
      let channel = pointerPlace("c", of: type)
    else { return nil }
    return Waiting(value: value, channel: channel)
  }

  /// Where the pointer of a field lies, which since Go 1.26 stands in a structure beside one for the collector.
  private func pointerPlace(_ name: String, of type: GoTypeTable.ID) -> Int? {
    guard var field = table.field(name, of: type) else { return nil }
    var offset = field.offset
    for _ in 0..<4 where table[field.type].kind == .structure {
      guard let inner = table.field("vu", of: field.type) ?? table.fields(of: field.type).first else { return nil }
      offset += inner.offset
      field = inner
    }
    return Int(clamping: offset)
  }
}

/// The contents of stacks by the addresses of the process.
struct GoStackMemory {
  /// By address: that of a frame, and its contents in the file.
  private var frames: [(address: UInt64, contents: Range<Int>)] = []

  init(_ bytes: UnsafeRawBufferPointer, _ catalog: GoRecordCatalog, _ params: GoParams) throws(ReadProblem) {
    let reader = GoHeapDumpReader(bytes: bytes)
    for entry in catalog.frames {
      var cursor = try reader.cursor(at: entry.offset)
      let frame = try GoHeapDumpReader.frame(&cursor, pointerSize: params.pointerSize)
      frames.append((frame.stackPointer, frame.contents.bytes))
    }
    frames.sort { $0.address < $1.address }
  }

  /// Where in the file the `count` bytes at `address` lie; nil when no frame has them.
  func range(at address: UInt64, count: Int) -> Range<Int>? {
    let next = frames.indices.bisection(where: { frames[$0].address > address })
    guard next > 0 else { return nil }
    let (start, contents) = frames[next - 1]
    guard address - start <= UInt64(contents.count), count <= contents.count - Int(address - start) else { return nil }
    let first = contents.lowerBound + Int(address - start)
    return first..<first + count
  }
}

/// A timer of the runtime inside the timer that a program has: the runtime refers to its own part only.
struct GoEmbeddedTimer {
  /// The type of the runtime's part, and where it begins.
  let inner: GoTypeTable.ID
  let distance: UInt64
  let timer: GoTypeTable.ID
  let ticker: GoTypeTable.ID
  /// Where the runtime's part says how often it fires.
  let period: Int?

  /// Nil when the program has no such types.
  init?(_ source: any GoTypeSource, _ table: inout GoTypeTable) {
    inner = source.type(named: "runtime.timer", in: &table)
    timer = source.type(named: "time.Timer", in: &table)
    ticker = source.type(named: "time.Ticker", in: &table)
    // Since Go 1.23 the runtime allocates more than the program sees.
    let whole = source.type(named: "runtime.timeTimer", in: &table)
    guard inner != 0, timer != 0,
      let part = whole == 0 ? table.field("r", of: timer) : table.field("timer", of: whole), part.offset > 0
    else { return nil }
    distance = part.offset
    period = table.field("period", of: inner).map { Int(clamping: $0.offset) }
  }
}
