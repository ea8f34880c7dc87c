import ArgumentParser
import ReferenceGraph

/// An object as people name it: `@c000123400`, `0xc000123400`, `@6171` where the dump numbers its objects, or `#17` by
/// refwalk's number.
enum ObjectName: ExpressibleByArgument, CustomStringConvertible {
  case address(UInt64)
  /// What may be a number of the dump's own, or an address in hexadecimal digits.
  case decimal(UInt64, address: UInt64)
  case number(UInt32)

  init?(argument: String) {
    if argument.hasPrefix("#") {
      guard let number = UInt32(argument.dropFirst()), number > 0 else { return nil }
      self = .number(number)
      return
    }
    var digits = argument[...]
    if digits.hasPrefix("@") { digits = digits.dropFirst() }
    if digits.hasPrefix("0x") || digits.hasPrefix("0X") {
      digits = digits.dropFirst(2)
    } else if digits.count == argument.count {
      return nil
    }
    guard let address = UInt64(digits, radix: 16), digits.first != "+" else { return nil }
    if let decimal = UInt64(digits), argument.first == "@", digits.count == argument.count - 1 {
      self = .decimal(decimal, address: address)
    } else {
      self = .address(address)
    }
  }

  var description: String {
    switch self {
    case .address(let address): "0x" + String(address, radix: 16)
    case .decimal(let number, _): "@\(number)"
    case .number(let number): "#\(number)"
    }
  }

  /// The object of that name, for an address also one that the address lies inside of.
  func object(in graph: ReferenceGraph) -> ObjectID? {
    switch self {
    case .number(let number):
      return Int(number) <= graph.objectCount ? ObjectID(number) : nil
    case .decimal(let number, let address):
      return graph.addresses.isNumbered
        ? graph.addresses.object(at: number) : ObjectName.address(address).object(in: graph)
    case .address(let address):
      if graph.addresses.isNumbered { return graph.addresses.object(at: address) }
      guard let found = graph.addresses.object(atOrBelow: address) else { return nil }
      return address - found.start < max(1, graph.size(of: found.id)) ? found.id : nil
    }
  }
}
