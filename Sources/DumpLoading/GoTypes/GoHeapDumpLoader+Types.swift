import ReferenceGraph

extension GoHeapDumpLoader {
  /// The types of the executable, nil when it has none.
  func programTypes(path: String, symbols: ExecutableSymbols) -> GoProgramTypes? {
    let marks = symbols.addresses(ofSymbols: ["runtime.types"])
    guard let typeData = marks["runtime.types"]?.first,
      let program = DwarfProgram(path: path, isCancelled: { progress.isCancelled })
    else { return nil }
    return GoProgramTypes(program: program, slide: symbols.slide, typeData: typeData &+ symbols.slide)
  }

  /// Gives objects classes by their types.
  func nameObjects(_ scan: borrowing GoFirstPass, _ rows: inout GoRowBuilder.Result) throws(LoadError) {
    guard let types = rows.roots.types else { return }
    var propagation = GoTypePropagation(bytes: bytes, scan, rows, source: types.source, table: types.table)
    rows.namingSteps = try propagation.run(scan, rows, types, input.file, progress)
    let (classes, typed) = propagation.finish(rows)
    rows.classes = classes
    rows.typed = typed
    rows.roots.types = nil
    rows.contents = GoContentsOffsets(count: 0, fileBytes: 0)
  }
}
