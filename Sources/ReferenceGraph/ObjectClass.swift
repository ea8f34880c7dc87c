/// What kind of thing an object is: a class, a Go type, or, where no type is known, a size.
public struct ObjectClass: Hashable, Sendable {
  /// What a class is beside its name.
  public struct Flags: OptionSet, Hashable, Sendable {
    /// A bit for each flag.
    public let rawValue: UInt32
    /// Flags from their bits.
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// The runtime's own: left out by the application policy.
    public static let runtime = Flags(rawValue: 1)
    /// Elements of one kind: in shapes every index is the same field.
    public static let array = Flags(rawValue: 2)
    /// The name was made up from the size: the dump says no type.
    public static let untyped = Flags(rawValue: 4)
    /// Objects of it hold no references.
    public static let pointerFree = Flags(rawValue: 8)
    /// A class object, class loader, prototype, map: metadata of the runtime's types.
    public static let metadata = Flags(rawValue: 16)
    /// What loads classes, and keeps all that it loaded (JVM).
    public static let classLoader = Flags(rawValue: 32)
    /// Where references wait that were cleared, and where objects with a finalizer are listed (JVM).
    public static let referenceQueue = Flags(rawValue: 64)
    /// What keeps an object until its finalizer has run, one object for each (JVM).
    public static let finalizer = Flags(rawValue: 128)
    /// What cleans up after an object, by an action that it keeps (JVM).
    public static let cleaner = Flags(rawValue: 65536)
    /// Threads (JVM).
    public static let thread = Flags(rawValue: 8192)
    /// A group of roots that the dump names: `(Stack roots)`.
    public static let rootGroup = Flags(rawValue: 256)
    /// Part of a document's tree that hangs in no document.
    public static let detached = Flags(rawValue: 512)
    /// The variables of a function that closures keep.
    public static let context = Flags(rawValue: 1024)
    /// Functions.
    public static let function = Flags(rawValue: 2048)
    /// Timers of the runtime.
    public static let timer = Flags(rawValue: 4096)
    /// Global objects of pages and workers: what programs keep in global variables hangs in one.
    public static let globalObject = Flags(rawValue: 16384)
    /// The engine's own records of functions and objects: a cycle of nothing else is nobody's leak.
    public static let engine = Flags(rawValue: 32768)
    /// The table in which an object's properties or elements lie.
    ///
    /// The dump lists them twice: as references of the object and as slots of the table.
    public static let backingStore = Flags(rawValue: 131072)
  }

  /// The class's name as people write it in the language: `main.Session`, `java.util.HashMap`.
  ///
  /// Text from a dump: not safe for a terminal as it is.
  public let name: String
  /// What else is known of the class.
  public let flags: Flags

  /// A class by its name, as it comes from the dump.
  public init(name: String, flags: Flags = []) {
    self.name = name
    self.flags = flags
  }
}
