import ReferenceGraph
import TextSafety

extension GoHeapDumpLoader {
  /// Gives objects classes by their types.
  func nameObjects(_ scan: borrowing GoFirstPass, _ rows: inout GoRowBuilder.Result) throws(LoadError) {
    guard let types = rows.roots.types else { return }
    var propagation = GoTypePropagation(bytes: bytes, scan, rows, source: types.source, table: types.table)
    rows.namingSteps = try propagation.run(scan, rows, types, input.file, progress)
    try kept?.take(types, &propagation, scan, rows)
    rows.clearMarks()
    let (classes, typed) = propagation.finish(rows)
    rows.classes = classes
    rows.typed = typed
    rows.cleanups = GoCleanups(bytes, scan, rows, types.source, typed)
    rows.hasDebugInformation = types.isComplete
    rows.roots.types = nil
    rows.contents = GoContentsOffsets(count: 0, runs: [])
  }

  /// Which executable names came from, what of it, and how much has a name.
  func typeFacts(_ rows: borrowing GoRowBuilder.Result, objects: Int) -> [Fact] {
    guard let executable = rows.roots.executable else { return [] }
    let name = String(executable.path.split(separator: "/").last ?? "")
    let origin =
      switch executable.origin {
      case .given: SafeText.line(name)
      case .beside: SafeText.line(name) + ", found beside the dump"
      case .known: SafeText.line(executable.path) + ", given before"
      }
    var facts = [Fact("executable", origin)]
    guard let share = rows.namingSteps.last?.share else {
      facts.append(Fact("types", "none: the executable has no debug information and no type data of the runtime"))
      return facts
    }
    let percent = Self.percent(UInt64(share.objects), UInt64(objects))
    // First, so that it is seen on the overview.
    let source =
      rows.hasDebugInformation ? "debug information" : "the runtime's type data: the executable is stripped"
    facts.insert(Fact("types", "\(percent) % of objects named, from \(source)"), at: 0)
    facts.append(
      Fact(
        "named objects",
        "\(grouped(share.objects)) of \(grouped(objects)) (\(percent) %), "
          + "\(Self.percent(share.bytes, rows.totalSize)) % of the bytes"))
    // The type data says what types there are, not where they are used.
    if rows.namingSteps.count > 1, rows.namingSteps.last?.name == "layouts" {
      let before = rows.namingSteps[rows.namingSteps.count - 2].share.objects
      facts.append(
        Fact("named by their layout", "\(grouped(share.objects - before)): only one type fits what they hold"))
    }
    return facts
  }

  /// `99.98`, cut, so that only all is 100.
  private static func percent(_ part: UInt64, _ whole: UInt64) -> String {
    guard whole > 0 else { return "0" }
    let hundredths = part.multipliedReportingOverflow(by: 10_000).partialValue / whole
    return "\(hundredths / 100).\(hundredths % 100 < 10 ? "0" : "")\(hundredths % 100)"
  }
}
