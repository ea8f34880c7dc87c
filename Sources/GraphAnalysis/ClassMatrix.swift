import ReferenceGraph

/// A component drawn by class: how many objects of each, and the references between classes.
public struct ClassMatrix: Sendable {
  /// A class with members in the component.
  public struct Row: Sendable, Hashable {
    /// Index into `graph.classes`.
    public let classIndex: Int
    /// How many members are of the class.
    public let objects: Int
  }

  /// References from one class to another.
  public struct Link: Sendable, Hashable {
    /// The class of the objects that refer: an index into `rows`.
    public let source: Int
    /// The class of what they refer to: an index into `rows`.
    public let target: Int
    /// How many references there are.
    public let references: Int
    /// The name of the field that holds most of them, the first of several.
    public let field: String
    /// How many different fields hold them.
    public let fieldCount: Int
  }

  /// Most objects first.
  public let rows: [Row]
  /// Most references first.
  public let links: [Link]
}
