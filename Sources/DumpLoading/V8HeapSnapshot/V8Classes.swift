import ReferenceGraph

/// Sorts the nodes of a snapshot into classes, as Chrome DevTools groups them: by the name of the constructor, and
/// where several constructors have one name also by the place of theirs.
///
/// Helper nodes of the engine, which DevTools puts all under `(system)` and `(array)`, keep the engine's names for
/// them.
struct V8Classes {
  private(set) var classes: [ObjectClass] = []
  /// Whether the nodes are those of JavaScriptCore, which has other names for what belongs to the engine.
  let isOfJavaScriptCore: Bool
  private var numbers: [ObjectClass: UInt32] = [:]
  private var byName: [UInt64: UInt32] = [:]
  private var fixed = [UInt32?](repeating: nil, count: 256)
  private var lastKey: UInt64 = .max
  private var lastNumber: UInt32 = 0

  init(isOfJavaScriptCore: Bool = false) { self.isOfJavaScriptCore = isOfJavaScriptCore }

  /// Constructors by the class of their name and their place.
  struct Constructor: Hashable {
    let classNumber: UInt32
    let location: V8Location
  }
  private var constructors: [Constructor] = []
  private var constructorNumbers: [Constructor: UInt32] = [:]
  private static let firstConstructor: UInt32 = 1 << 31

  /// Whether `number` stands for a constructor, until `final` tells its class.
  static func isConstructor(_ number: UInt32) -> Bool { number >= firstConstructor }

  /// The class of a node by its type and the index of its name.
  @inline(__always)
  mutating func number(type: UInt8, name: UInt32, _ strings: V8Strings) -> UInt32 {
    if let known = fixed[Int(type)] { return known }
    let key = UInt64(type) << 32 | UInt64(name)
    if key == lastKey { return lastNumber }
    lastNumber = slowNumber(V8NodeType(rawValue: type) ?? .other, name, strings, key)
    lastKey = key
    return lastNumber
  }

  private mutating func slowNumber(_ type: V8NodeType, _ name: UInt32, _ strings: V8Strings, _ key: UInt64) -> UInt32 {
    if let known = byName[key] { return known }
    if let className = type.className, !(isOfJavaScriptCore && type == .code) {
      let number = self.number(of: ObjectClass(name: className, flags: Self.flags(type, className)))
      fixed[Int(type.rawValue)] = number
      return number
    }
    let text = strings.text(of: Int(name), limit: 256) ?? ""
    let objectClass: ObjectClass
    if isOfJavaScriptCore, let own = V8JavaScriptCore.objectClass(type, text) {
      objectClass = own
    } else {
      let className = Self.className(type, Self.withoutEmptyOrigin(text))
      objectClass = ObjectClass(name: className, flags: Self.flags(type, className))
    }
    let number = self.number(of: objectClass)
    byName[key] = number
    return number
  }

  /// `global` for `global / `: with a debugger attached, the global object is followed by its origin, which a program
  /// of Node.js does not have.
  static func withoutEmptyOrigin(_ text: String) -> String { text.hasSuffix(" / ") ? String(text.dropLast(3)) : text }

  private static func className(_ type: V8NodeType, _ text: String) -> String {
    if text.isEmpty {
      switch type {
      case .hidden: return "(system)"
      case .array: return "(array)"
      case .synthetic: return "(root)"
      default: return "(anonymous)"
      }
    }
    // `<div id="a">` and `Detached <div id="a">` are both of the class of their tag.
    let detached = "Detached "
    let tag = text.hasPrefix(detached) ? text.dropFirst(detached.count) : text[...]
    if tag.hasPrefix("<"), let space = tag.firstIndex(of: " ") { return text[..<space] + ">" }
    // Newer versions number the scope of each context: `system / Context / scope @1234`.
    if text.hasPrefix("system / Context"), let number = text.lastIndex(of: "@"),
      text[number...].dropFirst().allSatisfy(\.isNumber)
    {
      return String(text[..<number].reversed().drop { $0 == " " }.reversed())
    }
    return text
  }

  private static func flags(_ type: V8NodeType, _ name: String) -> ObjectClass.Flags {
    var flags: ObjectClass.Flags = []
    switch type {
    case .code, .shape: flags = .metadata
    case .synthetic: flags = [.runtime, .rootGroup]
    case .array where name == "(object properties)" || name == "(object elements)": flags = [.array, .backingStore]
    case .array: flags = .array
    case .closure: flags = .function
    case .string, .number, .symbol, .bigint: flags = .pointerFree
    case .native where name.hasPrefix("Detached "): flags = .detached
    case .object where name == "Array": flags = .array
    case .object where name == "Timeout" || name == "Immediate": flags = .timer
    case .object where isGlobalObject(name): flags = .globalObject
    default: break
    }
    if name.hasPrefix("system / NativeContext") {
      flags.formUnion([.runtime, .engine, .context])
    } else if name == "system / Context" || name.hasPrefix("system / Context / ") {
      flags.insert(.context)
    } else if name.hasPrefix("system / ") || name == "(array)" {
      flags.insert(.engine)
      // A global object's table has a cell for each of its properties.
      if name == "system / PropertyCell" { flags.insert(.backingStore) }
    }
    return flags
  }

  /// Whether this is what V8 calls a global object of a page or a worker: `Window / https://example.org`, in newer
  /// versions `Window [JSGlobalObject] / https://example.org`; `Window (prototype)` is none.
  private static func isGlobalObject(_ name: String) -> Bool {
    guard let word = name.split(separator: " ", maxSplits: 1).first else { return false }
    guard word == "Window" || word.hasSuffix("GlobalScope") else { return false }
    let rest = name.dropFirst(word.count)
    return rest.isEmpty || rest.hasPrefix(" / ") || rest.hasPrefix(" [JSGlobalObject]") || rest.hasPrefix(" (global")
  }

  /// Tells the classes of global objects, which may have any name.
  ///
  /// Those of a name that other objects have too get a class of their own.
  mutating func flagGlobalObjects(_ nodes: [UInt32], _ classOfObject: borrowing FlatArray<UInt32>) {
    for node in nodes {
      let number = Int(classOfObject[node])
      let known = classes[number]
      if known.flags.contains(.globalObject) { continue }
      if known.name == "Object" || known.name.hasPrefix("{") {
        classOfObject[node] = self.number(of: ObjectClass(name: "Object (global)", flags: .globalObject))
      } else {
        let flagged = ObjectClass(name: known.name, flags: known.flags.union(.globalObject))
        numbers[known] = nil
        numbers[flagged] = UInt32(number)
        classes[number] = flagged
      }
    }
  }

  /// The class of the same nodes when they hang in no document.
  mutating func detached(_ number: UInt32) -> UInt32 {
    let known = classes[Int(number)]
    if known.flags.contains(.detached) { return number }
    return self.number(of: ObjectClass(name: "Detached " + known.name, flags: known.flags.union(.detached)))
  }

  /// The class, for the time being, of objects of `classNumber` whose constructor stands at `location`.
  mutating func number(constructor classNumber: UInt32, at location: V8Location) -> UInt32 {
    let constructor = Constructor(classNumber: classNumber, location: location)
    if let known = constructorNumbers[constructor] { return known }
    let number = Self.firstConstructor + UInt32(constructors.count)
    constructors.append(constructor)
    constructorNumbers[constructor] = number
    return number
  }

  /// Makes classes of the constructors whose name others have too; the rest are the classes of their names.
  ///
  /// Afterwards `final` tells them.
  mutating func resolveConstructors(_ scriptName: (UInt64) -> String?) {
    var sharing: [UInt32: Int] = [:]
    for constructor in constructors { sharing[constructor.classNumber, default: 0] += 1 }
    resolved = constructors.map { constructor in
      guard sharing[constructor.classNumber, default: 0] > 1 else { return constructor.classNumber }
      let known = classes[Int(constructor.classNumber)]
      let location = constructor.location
      let file = scriptName(location.script)?.split(separator: "/").last.map(String.init)
      let place = "\(file ?? "script \(location.script)"):\(location.line &+ 1):\(location.column &+ 1)"
      return number(of: ObjectClass(name: "\(known.name) (\(place))", flags: known.flags))
    }
    constructors = []
    constructorNumbers = [:]
  }
  private var resolved: [UInt32] = []

  /// The class that `number` stands for.
  @inline(__always) func final(_ number: UInt32) -> UInt32 {
    number < Self.firstConstructor ? number : resolved[Int(number - Self.firstConstructor)]
  }

  /// The class of this name without flags: new, unless some object is of it.
  mutating func number(named name: String) -> UInt32 { number(of: ObjectClass(name: name)) }

  private mutating func number(of objectClass: ObjectClass) -> UInt32 {
    if let known = numbers[objectClass] { return known }
    let number = UInt32(classes.count)
    classes.append(objectClass)
    numbers[objectClass] = number
    return number
  }
}
