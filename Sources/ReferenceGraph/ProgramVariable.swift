/// A variable of a function or module, or what a module exports: what people find in their source.
public struct ProgramVariable: Hashable, Sendable {
  /// The variable's name as the source has it: `bus`, `exports`.
  ///
  /// Text from a dump.
  public var name: String
  /// The file of source that declares it: `/srv/shop/bus.js`; empty where the dump does not say.
  ///
  /// Text from a dump.
  public var file: String
  /// Whose code declares it.
  public var owner: CodeOwner

  /// A variable by its name, the file that declares it and whose code that is.
  public init(name: String, file: String, owner: CodeOwner) {
    self.name = name
    self.file = file
    self.owner = owner
  }
}
