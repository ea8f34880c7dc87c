/// Whose code a class, a function or a variable belongs to.
public enum CodeOwner: UInt8, Sendable {
  /// The program that was dumped.
  case program
  /// A library that the program brought along.
  case library
  /// The runtime and its standard library: the JDK, Go's standard packages, Node's own scripts.
  case runtime
  /// Nobody's in particular, as an array of bytes, or the dump does not say.
  case unknown
}
