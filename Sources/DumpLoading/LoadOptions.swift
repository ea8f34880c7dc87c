/// What the caller knows about a dump beyond the file itself.
public struct LoadOptions: Sendable {
  /// Path of the program that wrote the dump: names objects, fields and roots. One that did not write it is an error.
  public var executable: String?
  /// Whether, without `executable`, one that matches is looked for in the folder of the dump.
  public var searchesForExecutable: Bool
  /// Folder for temporary files, where compressed dumps and standard input are unpacked to;
  /// nil for `TMPDIR`, or `/tmp` where that is not set.
  public var temporaryFolder: String?

  public init(
    executable: String? = nil, temporaryFolder: String? = nil, searchesForExecutable: Bool = true
  ) {
    self.executable = executable
    self.searchesForExecutable = searchesForExecutable
    self.temporaryFolder = temporaryFolder
  }
}
