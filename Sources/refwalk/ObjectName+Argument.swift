import ArgumentParser
import ReferenceGraph

extension ObjectName: ExpressibleByArgument {
  /// The object that an argument names; nil, which the parser refuses, when it names none.
  public init?(argument: String) { self.init(argument) }
}
