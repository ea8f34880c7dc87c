/// What the caller knows about a dump beyond the file itself.
public struct LoadOptions: Sendable {
  /// Path of the program that wrote the dump: names the variables that roots lie in.
  public var executable: String?
  /// Folder for temporary files, where compressed dumps and standard input are unpacked to;
  /// nil for `TMPDIR`, or `/tmp` where that is not set.
  public var temporaryFolder: String?

  /// Where shallow sizes come from when the file does not have them (JVM).
  public var sizes: Sizes
  /// Which heap of a file with several, from 1; nil for the first.
  public var heap: Int?

  /// Ways to find shallow sizes.
  public enum Sizes: String, Sendable, CaseIterable {
    /// The distances between objects, where these can be trusted; else a formula.
    case measured
    /// The formula of Eclipse MAT.
    case mat
  }

  public init(
    executable: String? = nil, temporaryFolder: String? = nil, sizes: Sizes = .measured, heap: Int? = nil
  ) {
    self.executable = executable
    self.temporaryFolder = temporaryFolder
    self.sizes = sizes
    self.heap = heap
  }
}
