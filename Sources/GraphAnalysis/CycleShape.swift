import ReferenceGraph

/// One kind of reference inside a component: from objects of a class, through a field, to objects of a class.
///
/// Names that last from dump to dump: see `lastingName`.
public struct ShapeStep: Hashable, Comparable, Sendable {
  /// The name of the class that refers.
  public let source: String
  /// The field's name; `[]` for every element of an array; empty where the dump knows none.
  public let field: String
  /// The name of the class that is referred to.
  public let target: String

  /// A reference by the names of the two classes and of the field.
  public init(source: String, field: String, target: String) {
    self.source = source
    self.field = field
    self.target = target
  }

  /// The name of a class without what is another in the next run of the program: numbers and addresses of the classes
  /// that a JVM makes for lambdas and method handles.
  ///
  /// `Report$$Lambda` of `Report$$Lambda$2+0x00007f6301003658`, `LambdaForm$DMH` of
  /// `LambdaForm$DMH+0x00007f6301010800`.
  public static func lastingName(_ name: String) -> String {
    // Byte for byte: names may be long, and this is asked of every reference's class.
    let end: String.Index
    if let lambda = name.utf8Index(of: "$$Lambda") {
      end = name.utf8.index(lambda, offsetBy: 8)
    } else if let address = name.utf8Index(of: "+0x") {
      end = address
    } else {
      return name
    }
    guard end < name.endIndex else { return name }
    // An array's brackets stay.
    var brackets = name.endIndex
    while name[end..<brackets].hasSuffix("[]") { brackets = name.index(brackets, offsetBy: -2) }
    return String(name[..<end] + name[brackets...])
  }

  static let hashStart: UInt64 = 0xcbf2_9ce4_8422_2325

  /// FNV-1a of 64 bits (Fowler, Noll and Vo) over the names, with separators that no name is likely to have.
  ///
  /// `start` is the hash of what stands before it.
  func hash(after start: UInt64 = hashStart) -> UInt64 {
    var hash = start
    for (separator, text) in [source, field, target].enumerated() {
      for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
      hash = (hash ^ UInt64(separator)) &* 0x100_0000_01b3
    }
    return hash
  }

  /// Orders by the names of source, field and target, in that order.
  public static func < (left: ShapeStep, right: ShapeStep) -> Bool {
    (left.source, left.field, left.target) < (right.source, right.field, right.target)
  }
}

/// All components with the same steps between classes: what people see as one leak that happened many times.
public struct CycleShape: Sendable {
  /// 16 hex digits that depend on nothing but the names in `signature`: the same from dump to dump.
  public let key: String
  /// Sorted, each step once.
  public let signature: [ShapeStep]
  /// `Session ⇄ Handler`, `A → B → C → A`, `A, B, C, …`.
  ///
  /// Text from the dump: not safe for a terminal as it is.
  public let title: String
  /// Held ones first, by retained size, descending; ties by number.
  public let components: [ComponentID]
  /// How many objects are members of its components.
  public let objects: Int
  /// How many references there are inside of them.
  public let references: Int
  /// How many references lead into them.
  public let entries: Int
  /// Bytes of all members.
  public let shallow: UInt64
  /// Bytes retained by its components together: what several of them retain is counted once, so this can be less
  /// than the sum over the components (a held cycle below another of the same shape).
  public let retained: UInt64
  /// Whether `retained` is exact; otherwise it is at least that.
  public let retainedIsExact: Bool
  /// How many of its components a root reaches.
  public let heldCount: Int

  /// The number of components.
  public var count: Int { components.count }
}
