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

  /// The tab it belongs to; nil for places that any tab leads to.
  public var tab: Tab? {
    switch self {
    case .overview: .overview
    case .cycles, .shape, .cycle, .links, .cut: .cycles
    case .retention, .treemap: .retention
    case .classes, .instances: .classes
    case .marks: .marks
    case .diff: .diff
    case .paths, .object, .found: nil
    }
  }

  /// The screen that shows the place on a pane: but for its tab nothing else is asked of a place itself.
  func scene(in model: Model, _ pane: Pane) -> any Scene {
    switch self {
    case .overview: OverviewScene(model: model, pane: pane)
    case .cycles: CyclesScene(model: model, pane: pane)
    case .shape(let shape): ShapeScene(model: model, pane: pane, shape: shape)
    case .cycle(let id): CycleScene(model: model, pane: pane, id: id)
    case .links(let links): LinksScene(model: model, pane: pane, links: links)
    case .cut(let cut): CutScene(model: model, pane: pane, cut: cut)
    case .retention(let root): RetentionScene(model: model, pane: pane, root: root)
    case .treemap(let node, let from): TreemapScene(model: model, pane: pane, node: node, from: from)
    case .paths(let goal): PathsScene(model: model, pane: pane, goal: goal)
    case .object(let id): ObjectScene(model: model, pane: pane, id: id)
    case .classes: ClassesScene(model: model, pane: pane)
    case .instances(let index): InstancesScene(model: model, pane: pane, classIndex: index)
    case .found(let query): FoundScene(model: model, pane: pane, query: query)
    case .marks: MarksScene(model: model, pane: pane)
    case .diff: DiffScene(model: model, pane: pane)
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
