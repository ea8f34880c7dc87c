import ReferenceGraph

/// Whose code each class of a dump is, told by its class loader: what the boot and platform loaders loaded is the
/// JDK's, or Android's, all else the program's with what it brought along.
struct HPROFOwners: Sendable {
  /// By class of the table.
  private let classes: [CodeOwner]
  /// By serial number of a loaded class, as stack frames name it.
  private let loaded: [UInt32: CodeOwner]

  init(table: HPROFClassTable, catalog: HPROFCatalog, reader: HPROFObjectReader, isAndroid: Bool) {
    var loaders: [UInt64: Loader] = [:]
    func loader(_ address: UInt64) -> Loader {
      guard address != 0 else { return .boot }
      if let known = loaders[address] { return known }
      var found = Loader.boot
      if let name = reader.className(at: address) { found = Self.runtimeLoaders.contains(name) ? .runtime : .program }
      loaders[address] = found
      return found
    }
    // Where no class has a loader, the dump does not tell what the boot loader loaded.
    let tellsLoaders = table.classes.contains { $0.record >= 0 && loader($0.loader) == .program }
    var owners = [CodeOwner](repeating: .unknown, count: table.classes.count)
    for number in table.classes.indices {
      let known = table.classes[number]
      // An array's class has the loader of the class of its elements. Arrays of numbers and of plain objects are nobody's.
      let element = known.role == .array ? Self.element(known.name) : known.name[...]
      if known.role == .array ? Self.isPlain(element) : known.record < 0 { continue }
      // Of a class without a name in the dump nobody knows.
      if element.utf8.contains(0x20) { continue }
      switch loader(known.loader) {
      case .program: owners[number] = .program
      case .runtime: owners[number] = .runtime
      case .boot:
        // What a command line put behind the JDK's own classes has packages of its own.
        let isRuntime = isAndroid && tellsLoaders || Self.isOfRuntime(element, isAndroid: isAndroid)
        owners[number] = isRuntime ? .runtime : .program
      }
    }
    classes = owners
    loaded = Dictionary(
      catalog.loaded.compactMap { loaded in
        let number = table.index(of: loaded.address)
        return number >= 0 ? (loaded.serial, owners[number]) : nil
      }, uniquingKeysWith: { first, _ in first })
  }

  private enum Loader {
    case boot
    case runtime
    case program
  }

  /// Of a class of the table; of one that it does not have nobody knows.
  subscript(number: Int) -> CodeOwner { classes.indices.contains(number) ? classes[number] : .unknown }

  /// Of the class that a stack frame names by the serial number of its loading.
  func owner(ofSerial serial: UInt32) -> CodeOwner { loaded[serial] ?? .unknown }

  /// What is in an array of arrays in the end: `java.lang.String` of `java.lang.String[][]`.
  private static func element(_ name: String) -> Substring {
    var element = name[...]
    while element.hasSuffix("[]") { element = element.dropLast(2) }
    return element
  }

  private static func isPlain(_ name: Substring) -> Bool { name == "java.lang.Object" || isPrimitive(name) }

  private static func isPrimitive(_ name: Substring) -> Bool { name.utf8.count <= 7 && primitives.contains(name) }

  private static let primitives: Set<Substring> = [
    "boolean", "char", "float", "double", "byte", "short", "int", "long",
  ]

  /// Class loaders of the runtime's own, beside the boot loader, which is no object.
  private static let runtimeLoaders: Set<String> = [
    "jdk.internal.loader.ClassLoaders$PlatformClassLoader", "jdk.internal.loader.ClassLoaders$BootClassLoader",
    "sun.misc.Launcher$ExtClassLoader", "java.lang.BootClassLoader", "jdk.internal.reflect.DelegatingClassLoader",
    "sun.reflect.DelegatingClassLoader",
  ]

  private static let packages = [
    "java.", "javax.", "jdk.", "sun.", "com.sun.", "org.xml.sax.", "org.w3c.dom.", "org.ietf.jgss.", "org.jcp.xml.",
    "org.omg.", "netscape.javascript.", "apple.", "com.apple.", "oracle.", "com.oracle.", "com.azul.", "com.ibm.",
    "org.graalvm.",
  ]
  private static let androidPackages = [
    "android.", "com.android.", "dalvik.", "libcore.", "org.apache.harmony.", "org.apache.http.", "org.json.",
    "org.xmlpull.", "org.ccil.cowan.", "gov.nist.",
  ]

  private static func isOfRuntime(_ name: Substring, isAndroid: Bool) -> Bool {
    packages.contains { name.hasPrefix($0) } || isAndroid && androidPackages.contains { name.hasPrefix($0) }
      || isPrimitive(name)
  }
}
