import GraphAnalysis
import ReferenceGraph

extension Mark {
  /// The most hops of a ring that a mark keeps.
  public static let ringLimit = 100

  /// A mark on every cycle of a shape, made at `time` (seconds since 1970).
  ///
  /// Its ring is that of the shape's first component, which `report` is on.
  public init(
    shape number: Int, report: CycleReport, in analysis: HeapAnalysis, verdict: Verdict = .suspect, note: String = "",
    at time: Int
  ) {
    self.init(
      shape: number, witness: report.witness, root: Self.root(of: report.path, in: analysis), in: analysis,
      verdict: verdict, note: note, at: time)
  }

  /// The same, where the ring of the shape's first component and the name of its root are known already.
  public init(
    shape number: Int, witness: CycleWitness, root: String, in analysis: HeapAnalysis, verdict: Verdict = .suspect,
    note: String = "", at time: Int
  ) {
    let shape = analysis.shapes[number]
    self.init(
      target: .shape(shape.key), verdict: verdict, note: note, title: shape.title,
      witness: Self.lines(of: witness, in: analysis), ring: Self.addresses(of: witness, in: analysis),
      objects: shape.objects, retained: shape.retained, root: root, made: time,
      dump: analysis.heap.facts.fileName)
  }

  /// A mark on one cycle.
  public init(
    cycle report: CycleReport, in analysis: HeapAnalysis, verdict: Verdict = .suspect, note: String = "", at time: Int
  ) {
    let shape = analysis.shapes[report.component.shape]
    let first = report.witness.steps.first?.object ?? report.component.nearest ?? .root
    self.init(
      target: .cycle(shape: shape.key, first: analysis.graph.addresses.address(of: first)), verdict: verdict,
      note: note, title: shape.title, witness: Self.lines(of: report.witness, in: analysis),
      ring: Self.addresses(of: report.witness, in: analysis), objects: report.component.objects,
      retained: report.component.retained, root: Self.root(of: report.path, in: analysis), made: time,
      dump: analysis.heap.facts.fileName)
  }

  /// A mark on one object.
  public init(
    object id: ObjectID, in analysis: HeapAnalysis, verdict: Verdict = .suspect, note: String = "", at time: Int
  ) {
    let name = analysis.graph.objectClass(of: id).name
    let address = analysis.graph.addresses.address(of: id)
    self.init(
      target: .object(address: address, className: name), verdict: verdict, note: note,
      title: name + Self.membership(of: id, in: analysis), ring: [address],
      objects: 1, retained: analysis.dominators.retainedSize(of: id),
      root: Self.root(of: analysis.path(to: id), in: analysis), made: time, dump: analysis.heap.facts.fileName)
  }

  /// A mark on a root by its name; what it refers to is what the root that `index` stands for, in `graph.roots`, refers
  /// to.
  public init(
    root index: Int, in analysis: HeapAnalysis, verdict: Verdict = .suspect, note: String = "", at time: Int
  ) {
    let name = analysis.graph.nameOfRoot(index)
    let object = analysis.graph.roots[index].target
    self.init(
      target: .root(name: name), verdict: verdict, note: note,
      title: name + Self.membership(of: object, in: analysis),
      ring: [analysis.graph.addresses.address(of: object)], objects: 1,
      retained: analysis.dominators.retainedSize(of: object), root: name, made: time,
      dump: analysis.heap.facts.fileName)
  }

  /// A mark on all objects of the class with this index in `graph.classes`.
  public init(
    classIndex index: Int, in analysis: HeapAnalysis, verdict: Verdict = .suspect, note: String = "", at time: Int
  ) {
    let name = analysis.graph.classes[index].name
    let row = analysis.histogram.row(ofClass: index)
    self.init(
      target: .objects(className: name), verdict: verdict, note: note, title: "all of \(name)",
      objects: row?.objects ?? 0, retained: row?.retained ?? 0, root: "", made: time,
      dump: analysis.heap.facts.fileName)
  }

  /// A mark on references of a cycle that are to be cut together.
  ///
  /// `retained` is what they free.
  public init(
    cut group: CutGroup, of report: CycleReport, in analysis: HeapAnalysis, verdict: Verdict = .suspect,
    note: String = "", at time: Int
  ) {
    let shape = analysis.shapes[report.component.shape]
    self.init(
      target: .cut(shape: shape.key, group: group.id), verdict: verdict, note: note,
      title: "\(Count.text(group.references.count)) × \(group.id.title), in \(shape.title)",
      witness: Self.lines(of: report.witness, in: analysis), ring: Self.addresses(of: report.witness, in: analysis),
      objects: report.component.objects, retained: group.freedBytes, root: Self.root(of: report.path, in: analysis),
      made: time, dump: analysis.heap.facts.fileName)
  }

  /// Which cycle an object is in: `, in SessionCache ⇄ Session`; empty where it is in none, or that is not known yet.
  private static func membership(of id: ObjectID, in analysis: HeapAnalysis) -> String {
    guard let component = analysis.components.component(of: id) else { return "" }
    return ", in " + analysis.shapes[analysis.components[component].shape].title
  }

  /// The ring that was marked, to find it in a later dump.
  var notedRing: NotedRing {
    NotedRing(hops: Array(witness.prefix(Self.ringLimit)), isWhole: witness.count <= Self.ringLimit)
  }

  private static func lines(of witness: CycleWitness, in analysis: HeapAnalysis) -> [String] {
    // Keys of collections are contents of the dump: they do not go into a file.
    let heap = analysis.naming(entries: false).heap
    var lines = witness.steps.prefix(ringLimit).map { step in
      let field = heap.fieldName(of: step.reference)
      return analysis.graph.objectClass(of: step.object).name + (field.isEmpty ? "" : " " + field)
    }
    let more = witness.steps.count - lines.count
    if more > 0 { lines.append("and \(Count.text(more)) more") }
    return lines
  }

  private static func addresses(of witness: CycleWitness, in analysis: HeapAnalysis) -> [UInt64] {
    witness.steps.prefix(ringLimit).map { analysis.graph.addresses.address(of: $0.object) }
  }

  private static func root(of path: [ReferencePlace], in analysis: HeapAnalysis) -> String {
    guard let first = path.first, first.source == .root else { return "" }
    if let name = analysis.holderName(of: path), !name.isEmpty { return name }
    return analysis.graph.nameOfRoot(Int(first.index))
  }
}
