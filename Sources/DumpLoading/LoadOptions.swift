/// What the caller knows about a dump beyond the file itself.
public struct LoadOptions: Sendable {
  /// Path of the program that wrote the dump: names objects, fields and roots.
  ///
  /// One that did not write it is an error.
  public var executable: String?
  /// Whether, without `executable`, one that matches is looked for in the folder of the dump.
  public var searchesForExecutable: Bool
  /// Paths of executables to try when none of those beside the dump matches.
  public var knownExecutables: [String]
  /// Folder for temporary files, where compressed dumps and standard input are unpacked to;
  /// nil for `TMPDIR`, or `/tmp` where that is not set.
  public var temporaryFolder: String?

  /// Where shallow sizes come from when the file does not have them (JVM).
  public var sizes: Sizes
  /// Which heap of a file with several, from 1; nil for the first.
  public var heap: Int?

  /// Whether entries of collections are named by their keys: see `Heap.namesEntries`.
  public var namesEntries: Bool

  /// The descriptor that path `-` reads: standard input, or where that was moved to.
  public var standardInput: Int32 = 0

  /// Ways to find shallow sizes.
  public enum Sizes: String, Sendable, CaseIterable {
    /// The distances between objects, where these can be trusted; else a formula.
    case measured
    /// The formula of Eclipse MAT.
    case mat
  }

  /// Options that differ from the default in what is given.
  public init(
    executable: String? = nil, temporaryFolder: String? = nil, searchesForExecutable: Bool = true,
    knownExecutables: [String] = [],
    sizes: Sizes = .measured, heap: Int? = nil, namesEntries: Bool = true
  ) {
    self.namesEntries = namesEntries
    self.executable = executable
    self.searchesForExecutable = searchesForExecutable
    self.knownExecutables = knownExecutables
    self.temporaryFolder = temporaryFolder
    self.sizes = sizes
    self.heap = heap
  }
}
