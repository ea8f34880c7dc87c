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
  /// Whether a call of a function has it: otherwise it is a module's and lives as long as that.
  public var isLocal: Bool
  /// Whether it is what a method was called on, `this`: that says nothing.
  public var isReceiver: Bool

  /// A variable by its name, the file that declares it and whose code that is.
  public init(name: String, file: String, owner: CodeOwner, isLocal: Bool = false, isReceiver: Bool = false) {
    self.name = name
    self.file = file
    self.owner = owner
    self.isLocal = isLocal
    self.isReceiver = isReceiver
  }
}
