import ArgumentParser
import ReferenceGraph

extension ObjectName: ExpressibleByArgument {
  public init?(argument: String) { self.init(argument) }
}
