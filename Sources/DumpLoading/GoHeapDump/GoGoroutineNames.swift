import ReferenceGraph

/// How goroutines are named, and which frames are theirs.
struct GoGoroutineNames {
  /// By goroutine: `goroutine 17 [chan receive, 2 h 3 m]`.
  private(set) var names: [String] = []
  /// By goroutine: its frames, an index range of the catalog's frames.
  private(set) var frames: [Range<Int>] = []

  init(reader: GoHeapDumpReader, catalog: GoRecordCatalog) {
    var goroutines: [GoGoroutine] = []
    for offset in catalog.goroutines {
      guard var cursor = try? reader.cursor(at: offset),
        let goroutine = try? GoHeapDumpReader.goroutine(&cursor)
      else { continue }
      goroutines.append(goroutine)
    }
    let newest = goroutines.map(\.waitingSince).max() ?? 0
    for goroutine in goroutines {
      var state = Self.status(of: goroutine)
      if let waiting = Self.waiting(goroutine, newest: newest) { state += ", \(waiting)" }
      names.append("goroutine \(goroutine.id) [\(state)]")
    }
    var next = 0
    for number in catalog.goroutines.indices {
      while next < catalog.frames.count, catalog.frames[next].goroutine < number { next += 1 }
      let start = next
      while next < catalog.frames.count, catalog.frames[next].goroutine == number { next += 1 }
      frames.append(start..<next)
    }
  }

  /// What a goroutine does, in the words of a Go stack trace: the reason when it waits.
  static func status(of goroutine: GoGoroutine) -> String {
    // The bit 0x1000 says that the collector looks at its stack.
    let status = goroutine.status & ~0x1000
    if status == 4, !goroutine.waitReason.isEmpty { return goroutine.waitReason }
    switch status {
    case 0: return "idle"
    case 1: return "runnable"
    case 2: return "running"
    case 3: return "syscall"
    case 4: return "waiting"
    case 6: return "dead"
    case 8: return "copystack"
    case 9: return "preempted"
    case 10: return "leaked"
    default: return "status \(status)"
    }
  }

  /// How long a goroutine has waited at least: since the collection that found it waiting, to the newest time that the
  /// dump has on the same clock.
  ///
  /// Nil under a second.
  static func waiting(_ goroutine: GoGoroutine, newest: UInt64) -> String? {
    secondsWaiting(goroutine, newest: newest).map(duration)
  }

  /// The same in seconds.
  static func secondsWaiting(_ goroutine: GoGoroutine, newest: UInt64) -> UInt64? {
    guard goroutine.waitingSince > 0, newest > goroutine.waitingSince else { return nil }
    let seconds = (newest - goroutine.waitingSince) / 1_000_000_000
    return seconds > 0 ? seconds : nil
  }

  /// `2 h 3 m`, `3 m 20 s`, `20 s`.
  static func duration(seconds: UInt64) -> String {
    let parts = [(seconds / 86400, "d"), (seconds / 3600 % 24, "h"), (seconds / 60 % 60, "m"), (seconds % 60, "s")]
    let start = parts.firstIndex { $0.0 > 0 } ?? 3
    return parts[start..<min(start + 2, 4)].filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }.joined(separator: " ")
  }
}
