import GraphAnalysis
import ReferenceGraph

extension PathTree {
  /// The ways to many objects: of each its preferred path, a shortest one, merged into one tree with those first that most
  /// lead through.
  ///
  /// Objects of one class below one step are one step, so that the tree does not grow with the objects; so are those that go
  /// on below one another, a list or a tree of nodes. Each object on a way is looked at once.
  /// - Throws: `Cancelled` when `progress` says so.
  public init(toAll objects: [ObjectID], analysis: HeapAnalysis, progress: WorkProgress = WorkProgress())
    throws(Cancelled)
  {
    self.init(target: .root)
    var merging = MergedSteps(analysis)
    progress.begin(0, total: UInt64(objects.count))
    for (number, object) in objects.enumerated() {
      if number & 0xff == 0 {
        progress.advance(to: UInt64(number))
        if progress.isCancelled { throw Cancelled() }
      }
      if try !merging.add(object, progress) { unreachable += 1 }
    }
    adopt(merging.steps, isCapped: merging.isCapped)
  }
}

/// A step of merged ways: objects of one class that are reached alike.
struct MergedStep {
  let parent: Int
  let classIndex: UInt32
  /// The first of the objects, and the reference that leads to it.
  let first: ObjectID
  let place: ReferencePlace
  /// The group of roots that refer to the objects, if they are alike.
  let rootGroup: Int?
  var objects = 1
  /// How many of the objects that are asked for are among them, and how many ways lead through them.
  var targets = 0
  var paths = 0
  /// Whether all are reached through the same field.
  var hasOneField = true
}

/// Puts the objects on ways into steps.
private struct MergedSteps: ~Copyable {
  private(set) var steps: [MergedStep] = []
  private(set) var isCapped = false
  private let analysis: HeapAnalysis
  /// By object the number of its step and one.
  private let stepOfObject: FlatArray<UInt32>
  private var numbers: [Key: Int] = [:]
  private var insides: [Link: Bool] = [:]

  /// What steps are told apart by: of those that roots refer to also by the root's name, or its group.
  private struct Key: Hashable {
    let parent: Int
    let classIndex: UInt32
    let root: UInt32
  }

  private struct Link: Hashable {
    let source: UInt32
    let target: UInt32
    let field: UInt32
  }

  /// So many steps back an object's class is looked for: chains go through a few classes in turn.
  private static let turn = 6
  private static let stepLimit = 20_000
  /// In rows of so many references the one to an object is looked for each time.
  private static let rowLimit = 64

  init(_ analysis: HeapAnalysis) {
    self.analysis = analysis
    stepOfObject = FlatArray(zeroed: analysis.graph.objectCount + 1)
  }

  /// Adds the way to an object; false when no root reaches it.
  mutating func add(_ target: ObjectID, _ progress: WorkProgress) throws(Cancelled) -> Bool {
    guard analysis.paths.distance(of: target) != nil, target != .root else { return false }
    var way: [ObjectID] = []
    var next = target
    while next != .root, stepOfObject[next.index] == 0 {
      way.append(next)
      if way.count & 0xffff == 0, progress.isCancelled { throw Cancelled() }
      guard let parent = analysis.paths.parent(of: next) else { return false }
      next = parent
    }
    var (above, step) = (next, next == .root ? -1 : Int(stepOfObject[next.index]) - 1)
    for object in way.reversed() {
      step = self.step(of: object, from: above, below: step, isTarget: object == target)
      stepOfObject[object.index] = UInt32(step + 1)
      above = object
    }
    // A target that was on the way to another stands where that came to it.
    steps[step].targets += 1
    return true
  }

  private mutating func step(of object: ObjectID, from above: ObjectID, below parent: Int, isTarget: Bool) -> Int {
    let graph = analysis.graph
    let classIndex = graph.classOfObject[object.index]
    if above == .root { return rootStep(object, classIndex) }
    let row = graph.rows.range(of: above)
    let source = graph.classOfObject[above.index]
    let place = row.count <= Self.rowLimit ? graph.firstReference(from: above, to: object) : nil
    let isArray = graph.classes[Int(source)].flags.contains(.array)
    let field = place.flatMap { isArray || graph.fields.count == 0 ? nil : graph.fields[$0.index] }
    let link = Link(source: source, target: classIndex, field: field ?? .max)
    let isInside: Bool
    if let known = insides[link] {
      isInside = known
    } else {
      isInside = (place ?? graph.firstReference(from: above, to: object)).map { analysis.heap.isInside($0) } ?? false
      if insides.count < 1 << 16 { insides[link] = isInside }
    }
    if isInside, !isTarget { return parent }
    if let number = numbers[Key(parent: parent, classIndex: classIndex, root: 0)] ?? inTurn(classIndex, parent) {
      steps[number].objects += 1
      if steps[number].hasOneField {
        let first = steps[number].place
        steps[number].hasOneField =
          field != nil && graph.classOfObject[first.source.index] == source && graph.fields[first.index] == field
      }
      return number
    }
    guard steps.count < Self.stepLimit,
      let found = place ?? graph.firstReference(from: above, to: object)
    else {
      isCapped = true
      return parent
    }
    return enter(
      MergedStep(parent: parent, classIndex: classIndex, first: object, place: found, rootGroup: nil), root: 0)
  }

  /// The step of this class among the last few, for a chain to go on in.
  private func inTurn(_ classIndex: UInt32, _ parent: Int) -> Int? {
    var step = parent
    for _ in 0..<Self.turn where step >= 0 {
      // What a root refers to stands by itself.
      if steps[step].parent < 0 { return nil }
      if steps[step].classIndex == classIndex { return step }
      step = steps[step].parent
    }
    return nil
  }

  private mutating func rootStep(_ object: ObjectID, _ classIndex: UInt32) -> Int {
    let roots = analysis.roots(directlyHolding: object)
    let index = roots.first ?? 0
    let group = analysis.rootGroups.group(of: object)
    let name = group.map { UInt32(clamping: $0) | 1 << 31 } ?? UInt32(analysis.graph.roots[index].name.rawValue)
    if let number = numbers[Key(parent: -1, classIndex: classIndex, root: name)] {
      steps[number].objects += 1
      return number
    }
    return enter(
      MergedStep(
        parent: -1, classIndex: classIndex, first: object, place: ReferencePlace(source: .root, index: index),
        rootGroup: group), root: name)
  }

  private mutating func enter(_ step: MergedStep, root: UInt32) -> Int {
    numbers[Key(parent: step.parent, classIndex: step.classIndex, root: root)] = steps.count
    steps.append(step)
    return steps.count - 1
  }
}
