/// What the caller knows about a dump beyond the file itself.
public struct LoadOptions: Sendable {
  /// Path of the program that wrote the dump: names the variables that roots lie in.
  public var executable: String?
  /// Folder for temporary files, where compressed dumps and standard input are unpacked to;
  /// nil for `TMPDIR`, or `/tmp` where that is not set.
  public var temporaryFolder: String?

  public init(executable: String? = nil, temporaryFolder: String? = nil) {
    self.executable = executable
    self.temporaryFolder = temporaryFolder
  }
}
