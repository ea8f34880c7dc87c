import ReferenceGraph

extension GoHeapDumpLoader {
  /// What can be said of objects that no root reaches: the dump has all roots but the cleanups of `runtime.AddCleanup` and
  /// the variables of other modules than the first.
  ///
  /// `otherModules` is how the dump shows that there are some.
  func unreachable(
    _ scan: borrowing GoFirstPass, _ rows: borrowing GoRowBuilder.Result, otherModules: String?
  ) -> UnreachableKnowledge {
    var knowledge = UnreachableKnowledge(holders: rows.cleanups?.holders ?? [])
    if let cleanups = rows.cleanups {
      var roots: [UInt64]?
      for index in knowledge.holders.indices where !cleanups.attachedClasses[index].isEmpty {
        knowledge.holders[index].isForEver = isForEver(
          knowledge.holders[index].objects, waitingFor: cleanups.attachedClasses[index], rows, roots: &roots)
      }
    }
    if rows.typed == nil, scan.truncation == nil, mayHaveCleanups(scan),
      let possible = GoCleanups.possible(bytes, scan, rows)
    {
      knowledge.holders.append(possible)
    }
    if let otherModules {
      knowledge.rest = .notKnown(
        "variables of plugins or shared libraries may hold them, which the dump does not have: \(otherModules) shows that"
          + " there are some")
    } else if let reason = reasonForDoubt(scan, rows) {
      knowledge.rest = .notKnown(reason)
    }
    return knowledge
  }

  private func reasonForDoubt(_ scan: borrowing GoFirstPass, _ rows: borrowing GoRowBuilder.Result) -> String? {
    if scan.truncation != nil { return "the file is cut off: what held them may have stood behind its end" }
    if scan.catalog.data.isEmpty || scan.catalog.bss.isEmpty { return "the dump has no variables of the program" }
    if let undecided = rows.cleanups?.undecided, undecided > 0 {
      return "among them are closures that may be functions of cleanups: an executable with debug information tells"
    }
    // Without names nobody knows what the runtime's closures are.
    if rows.typed == nil, mayHaveCleanups(scan) {
      return "this program uses cleanups (runtime.AddCleanup), whose arguments only its executable tells from garbage"
    }
    return nil
  }

  /// Whether the process has a goroutine for cleanups: the first one starts it.
  ///
  /// In Go 1.24 it is that for finalizers.
  private func mayHaveCleanups(_ scan: borrowing GoFirstPass) -> Bool {
    guard scan.version.minor >= 24 else { return false }
    let reason = scan.version.minor == 24 ? "finalizer wait" : "cleanup wait"
    let reader = GoHeapDumpReader(bytes: bytes)
    return scan.catalog.goroutines.contains { offset in
      guard var cursor = try? reader.cursor(at: offset) else { return false }
      return (try? GoHeapDumpReader.goroutine(&cursor))?.waitReason == reason
    }
  }

  // MARK: leaks for ever

  /// Whether cleanups wait for what they hold themselves: `objects` lead to all objects of the classes that the cleanups
  /// are attached to, and no root leads to any of those.
  ///
  /// `roots` is what roots lead to, a bit for each object; found when it is needed first.
  private func isForEver(
    _ objects: [ObjectID], waitingFor classes: [Int], _ rows: borrowing GoRowBuilder.Result, roots: inout [UInt64]?
  ) -> Bool {
    var isWaitedFor = [Bool](repeating: false, count: rows.classes.count)
    for number in classes { isWaitedFor[number] = true }
    let held = Self.reached(from: objects.map(\.rawValue), rows)
    let waited = (1..<max(rows.sizes.count, 1)).filter { isWaitedFor[Int(rows.classOfObject[$0])] }
    func contains(_ bits: [UInt64], _ id: Int) -> Bool { bits[id >> 6] >> UInt64(id & 63) & 1 != 0 }
    guard !waited.isEmpty, waited.allSatisfy({ contains(held, $0) }) else { return false }
    let alive = roots ?? Self.reached(from: rows.roots.roots.map(\.target.rawValue), rows)
    roots = alive
    return !waited.contains { contains(alive, $0) }
  }

  /// A bit for each object that `start` lead to, and for themselves.
  private static func reached(from start: [UInt32], _ rows: borrowing GoRowBuilder.Result) -> [UInt64] {
    var bits = [UInt64](repeating: 0, count: rows.sizes.count / 64 + 1)
    var work = start
    while let id = work.popLast() {
      let bit: UInt64 = 1 << UInt64(id & 63)
      guard bits[Int(id >> 6)] & bit == 0 else { continue }
      bits[Int(id >> 6)] |= bit
      for reference in Int(rows.offsets[Int(id)])..<Int(rows.offsets[Int(id) + 1]) {
        let target = rows.targets[reference]
        if bits[Int(target >> 6)] >> UInt64(target & 63) & 1 == 0 { work.append(target) }
      }
    }
    return bits
  }
}
