/// How a runtime's library keeps objects, in words: what a field of a thread or of a class on the way to an object
/// means, and what to do about it.
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
}
