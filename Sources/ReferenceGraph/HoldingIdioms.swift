/// How a runtime and its library keep objects, by names and in words: what a field of a thread or of a class on the way
/// to an object means, where emitters of events have their listeners, and what to do about it.
///
/// A format whose runtime has no such fields leaves all of it empty.
public struct HoldingIdioms: Sendable {
  /// What a field says of an object that it leads to.
  public struct Field: Sendable {
    /// A phrase: `a ThreadLocal of a thread that lives on holds it: nobody called remove()`.
    public var words: String
    /// Whether a static field before it on the way says nothing any more.
    public var hidesStatic: Bool
    /// Whether it says nothing where a registry is on the way too.
    public var yields: Bool

    /// A field that says `words` of what it leads to.
    public init(_ words: String, hidesStatic: Bool = false, yields: Bool = false) {
      (self.words, self.hidesStatic, self.yields) = (words, hidesStatic, yields)
    }
  }

  /// What a queue says, or a list, of what lies in it.
  public struct List: Sendable {
    /// Of an object that it leads to, a phrase.
    public var leads: String
    /// Of a part of the list itself, a phrase; empty where there is nothing to say.
    public var isPart: String

    /// A list that says nothing where no words are given.
    public init(leads: String = "", isPart: String = "") { (self.leads, self.isPart) = (leads, isPart) }
  }

  /// Where emitters of events keep their listeners.
  public struct Emitters: Sendable {
    /// The fields that lead to a list of them, `.listeners`: names that programs give such fields too.
    public var lists: Set<String> = [".listeners", ".eventListeners"]
    /// Those of `lists` that lead to a table: a property for each event, which leads to a function or an array of them.
    public var tables: Set<String> = []
    /// Properties of such a table that are no events.
    public var noEvents: Set<String> = []
    /// More than so many listeners of one event are many.
    public var usual = 10

    /// Lists of listeners by the names that programs give them.
    public init() {}
  }

  /// Class loaders of one class that loaded classes of one name: `10 class loaders …, and 10 of them loaded a class X: …`.
  public struct Loaders: Sendable {
    /// What is said of how many they are: `class loaders of one class are kept`.
    public var kept = "loaders of one class are kept"
    /// What is said of those that loaded the same, before the name: `of them loaded a class`.
    public var loaded = "of them loaded"
    /// What that shows, a phrase.
    public var means = "code that was loaded again and not let go"
    /// What each of them keeps, a phrase.
    public var keeps = "each keeps all that it loaded"
    /// What stands in names of classes before a number that each loader has of its own: `$$Lambda`.
    public var numbered: String?

    /// Words that are true of every runtime.
    public init() {}
  }

  /// Where emitters keep their listeners.
  public var emitters = Emitters()
  /// What is said of class loaders that are kept.
  public var loaders = Loaders()
  /// Variables that the runtime gives the functions of every module: they say nothing of the program.
  public var moduleVariables: Set<String> = []
  /// How the places of the runtime's own code begin: `node:`.
  public var ownPlaces: [String] = []
  /// What the names of stacks have in them that wait for something: `[chan `.
  public var blockedStates: [String] = []
  /// What such a stack is called: `a blocked goroutine`.
  public var blocked = "a blocked thread"
  /// By name, `.threadLocals`: fields of threads and of class objects.
  public var fields: [String: Field] = [:]
  /// Those of `fields` by which a thread keeps variables of its own.
  public var threadVariables: Set<String> = []
  /// What such a variable is called: `ThreadLocal`.
  public var threadVariable = ""
  /// Until when such a variable holds: `remove() or the thread's end`.
  public var threadVariableEnd = ""
  /// The class of the table that those lead to, and of its parts; empty where there is none.
  public var threadVariableTable = ""
  /// Static fields, `java.sql.DriverManager.registeredDrivers`, where programs register things and forget to take them
  /// out, with what lets them go.
  public var registries: [String: String] = [:]
  /// The static field that leads to the objects whose finalizer is to run, as a field is named.
  public var finalizerQueue = ""
  /// What it means that this field leads to an object, a phrase.
  public var waitsForFinalizer = ""
  /// What classes with the flag `referenceQueue` say.
  public var referenceQueue = List()
  /// What classes with the flag `finalizer` say.
  public var finalizers = List()
  /// What classes with the flag `cleaner` say.
  public var cleaners = List()
  /// What the names of the runtime's own class loaders begin with: there is one of each, or one for each reflective call.
  public var ownLoaders: [String] = []

  /// Idioms of a runtime that has none.
  public init() {}

  /// Whether a class of class loaders is the runtime's own.
  public func isOwnLoader(_ name: String) -> Bool { ownLoaders.contains { name.hasPrefix($0) } }

  /// Whether code at a place, as `ObjectDetails.location` has it, is the runtime's own.
  public func isOwnPlace(_ place: String) -> Bool { ownPlaces.contains { place.hasPrefix($0) } }
}
