import GraphAnalysis
import Layout
import ReferenceGraph

/// Where one is: the one value from which everything on a pane is drawn.
public enum Place: Hashable, Sendable {
  case overview
  /// The shapes of cycles.
  case cycles
  /// The cycles of one shape, an index into `HeapAnalysis.shapes`.
  case shape(Int)
  case cycle(ComponentID)
  /// The references behind a cell of a cycle's matrix.
  case links(ClassLinks)
  /// The references of one cut of a cycle.
  case cut(CutPlace)
  /// The retention tree below an object; below the virtual root it is the whole tree.
  case retention(ObjectID)
  /// The retention tree below a node as areas, from one of its children on.
  case treemap(RetentionNode, from: Int)
  case paths(PathGoal)
  case object(ObjectID)
  case classes
  /// The objects of one class, an index into `ReferenceGraph.classes`.
  case instances(Int)
  /// What a search of the whole heap found.
  case found(HeapQuery)
  case marks
  /// What has changed since an earlier dump.
  case diff

  /// The view it belongs to: the number of its key, or nil for places that any view leads to.
  public var view: Int? {
    switch self {
    case .overview: 1
    case .cycles, .shape, .cycle, .links, .cut: 2
    case .retention, .treemap: 3
    case .classes, .instances: 4
    case .marks: 5
    case .diff: 6
    case .paths, .object, .found: nil
    }
  }
}

/// What ways from roots lead to.
public enum PathGoal: Hashable, Sendable {
  case object(ObjectID)
  /// All objects of a class, an index into `ReferenceGraph.classes`: their ways are merged.
  case instances(Int)
  /// The objects that are one row below another in the retention tree, by the name of that row.
  case group(below: ObjectID, name: String)
}

/// What the inspector lists of an object.
public enum ObjectTab: Int, Sendable, CaseIterable {
  case fields, referrers, dominated, strings, allocation

  /// The tab's name on screen: `Fields`.
  public var title: String {
    switch self {
    case .fields: "Fields"
    case .referrers: "Referrers"
    case .dominated: "Dominated"
    case .strings: "Strings"
    case .allocation: "Allocation"
    }
  }
}

/// How a cycle is drawn.
public enum CycleDrawing: Int, Sendable, CaseIterable {
  /// Boxes with arrows where there is room for all of them, else the list.
  case ring
  /// Class by class.
  case matrix
  /// One line a step.
  case list
}

/// What rows are sorted by.
public enum SortColumn: String, Sendable, CaseIterable {
  case retained, count, objects, shallow, entries, name, address, state

  /// As the status line says it.
  public var title: String { self == .retained || self == .shallow ? "\(rawValue) size" : rawValue }
}
