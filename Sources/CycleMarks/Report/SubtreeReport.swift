import GraphAnalysis
import ReferenceGraph

/// What one object keeps alive: the part of the retention tree below it whose nodes retain a least size, small
/// children by class, the others counted.
///
/// As in a `MarksReport`, what strings hold is never in it, and control characters are `·`.
public struct SubtreeReport: Sendable {
  /// What a node stands for.
  enum Content: Sendable {
    case object(ObjectID)
    /// Children of one class, each smaller than the least size: index into `ReferenceGraph.classes`, and how many.
    case group(classIndex: Int, count: Int)
    /// All further children.
    case rest(count: Int)
  }

  struct Node: Sendable {
    let content: Content
    /// The index of the node above it; -1 for the first.
    let parent: Int
    let retained: UInt64
    var children: [Int] = []
  }

  /// More nodes than this are not drawn: the least size grows until they fit.
  public static let limit = 400
  /// Groups below one object, at most.
  private static let groupLimit = 12

  let analysis: HeapAnalysis
  let nodes: [Node]
  /// The least size in force, in bytes; larger than what was asked for where there was too much.
  public let minimum: UInt64

  /// Gathers the subtree below `top`, which a root has to reach; the virtual root gives the whole tree.
  ///
  /// Objects that retain less than `minimum` bytes are not shown one by one. Throws `Cancelled` when `progress` says
  /// so.
  public init(
    below top: ObjectID, analysis: HeapAnalysis, minimum: UInt64, progress: WorkProgress = WorkProgress()
  ) throws(Cancelled) {
    // Keys of collections are contents of the dump.
    self.analysis = analysis.naming(entries: false)
    var minimum = max(1, minimum)
    var nodes: [Node] = []
    while true {
      if let found = try Self.objects(below: top, analysis, minimum: minimum, progress) {
        nodes = found
        break
      }
      minimum = minimum.multipliedReportingOverflow(by: 2).overflow ? .max : minimum * 2
    }
    try Self.addSmall(to: &nodes, analysis, minimum: minimum, progress)
    for index in nodes.indices {
      // What is no single thing comes last, whatever its size.
      func key(_ child: Int) -> (UInt64, UInt64, Int) {
        if case .rest = nodes[child].content { return (1, 0, child) }
        return (0, .max - nodes[child].retained, child)
      }
      nodes[index].children = nodes[index].children.sorted { key($0) < key($1) }
    }
    self.nodes = nodes
    self.minimum = minimum
  }

  /// How many objects, groups and counts are in it.
  public var nodeCount: Int { nodes.count }

  /// The objects that retain `minimum`, breadth first; nil when there are too many.
  private static func objects(
    below top: ObjectID, _ analysis: HeapAnalysis, minimum: UInt64, _ progress: WorkProgress
  ) throws(Cancelled) -> [Node]? {
    let tree = analysis.dominators
    var nodes = [Node(content: .object(top), parent: -1, retained: tree.retainedSize(of: top))]
    var next = 0
    while next < nodes.count {
      if progress.isCancelled { throw Cancelled() }
      guard case .object(let id) = nodes[next].content else { break }
      var first = 0
      search: while true {
        let children = tree.children(of: id, first..<first + 64)
        for child in children {
          let size = tree.retainedSize(of: child)
          if size < minimum { break search }
          nodes[next].children.append(nodes.count)
          nodes.append(Node(content: .object(child), parent: next, retained: size))
          if nodes.count > limit { return nil }
        }
        if children.count < 64 { break }
        first += 64
      }
      next += 1
    }
    return nodes
  }

  /// Adds the children that are too small, by class where a class has enough of them.
  private static func addSmall(
    to nodes: inout [Node], _ analysis: HeapAnalysis, minimum: UInt64, _ progress: WorkProgress
  ) throws(Cancelled) {
    let tree = analysis.dominators
    let objects = nodes.count
    progress.begin(0, total: UInt64(objects))
    for index in 0..<objects {
      progress.advance(to: UInt64(index))
      guard case .object(let id) = nodes[index].content else { continue }
      let count = tree.childCount(of: id)
      var counts: [UInt32: (count: Int, retained: UInt64)] = [:]
      var first = nodes[index].children.count
      while first < count {
        if progress.isCancelled { throw Cancelled() }
        for child in tree.children(of: id, first..<first + 4096) {
          counts[analysis.graph.classOfObject[child.index], default: (0, 0)].count += 1
          counts[analysis.graph.classOfObject[child.index]]!.retained += tree.retainedSize(of: child)
        }
        first += 4096
      }
      let sorted = counts.sorted { ($0.value.retained, $1.key) > ($1.value.retained, $0.key) }
      var rest: (count: Int, retained: UInt64) = (0, 0)
      for (position, (number, sum)) in sorted.enumerated() {
        if position < groupLimit, sum.count > 1, sum.retained >= minimum {
          nodes[index].children.append(nodes.count)
          nodes.append(
            Node(
              content: .group(classIndex: Int(number), count: sum.count), parent: index, retained: sum.retained))
        } else {
          rest.count += sum.count
          rest.retained += sum.retained
        }
      }
      if rest.count > 0 {
        nodes[index].children.append(nodes.count)
        nodes.append(Node(content: .rest(count: rest.count), parent: index, retained: rest.retained))
      }
    }
  }

  /// The whole report, with a line end at the end.
  public func render(_ format: MarksReport.Format) -> String {
    switch format {
    case .text: text()
    case .markdown: markdown()
    case .json: json()
    case .dot: dot()
    case .html: html()
    }
  }
}
