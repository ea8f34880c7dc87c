import ReferenceGraph

/// Opens heap dumps.
public enum DumpLoading {
  /// The names of the steps that `load` reports through its progress, each counted in bytes.
  public static let steps = LoadStep.names

  /// Reads the dump at `path`, `-` for standard input; plain or compressed with gzip, told by its content.
  ///
  /// A dump that was cut off opens with the records that are whole: `DumpFacts.truncation` says so.
  /// Memory: about 12 bytes an object and 8 a reference; the file is mapped, and pages that were read are given back.
  ///
  /// `progress` has the steps of `steps`; when it is cancelled the load ends within a few thousand records.
  public static func load(
    path: String, options: LoadOptions = LoadOptions(), progress: WorkProgress = WorkProgress()
  ) throws(LoadError) -> Heap {
    let input = try InputSource.open(path: path, options: options, progress: progress)
    if !input.format.isText, let damage = TextMode.damage(input.file.bytes) { throw .unsupported(damage) }
    var heap = try input.format.load(input, options: options, progress: progress)
    heap.namesEntries = options.namesEntries
    heap.facts.stamp = input.stamp
    return heap
  }
}
