import ReferenceGraph

/// Sorts components into shapes.
///
/// Every component is reduced to a fingerprint of 128 bits: the sum of two hashes of its distinct steps (class,
/// field, class), which does not depend on the order they are met in. Names are read for one component of each
/// fingerprint only; then fingerprints whose names come out the same are put together.
struct ShapeGrouping {
  private struct Fingerprint: Hashable {
    var low: UInt64
    var high: UInt64
  }

  private let context: RetentionContext
  private let details: any ObjectDetails
  /// By class: whether every reference of its objects counts as one field.
  private let isArray: [Bool]
  private let hasArrays: Bool

  init(_ context: RetentionContext, details: any ObjectDetails) {
    self.context = context
    self.details = details
    isArray = context.graph.classes.map { $0.flags.contains(.array) }
    hasArrays = isArray.contains(true)
  }

  /// The signatures found; `shapes` gets, by component, the index of its own.
  func group(
    _ members: borrowing ComponentMembers, into shapes: borrowing FlatArray<UInt32>, progress: WorkProgress
  ) throws(Cancelled) -> [[ShapeStep]] {
    var known: [Fingerprint: UInt32] = [:]
    var examples: [Int] = []
    var steps = StepSet()
    for component in 0..<members.count {
      if component & 0xfff == 0 { try progress.check(component) }
      let print = fingerprint(members, component, &steps)
      if let shape = known[print] {
        shapes[component] = shape
      } else {
        shapes[component] = UInt32(examples.count)
        known[print] = UInt32(examples.count)
        examples.append(component)
      }
    }
    var signatures: [[ShapeStep]] = []
    var numbers: [[ShapeStep]: UInt32] = [:]
    var numberOfExample: [UInt32] = []
    for (index, component) in examples.enumerated() {
      if index & 0xff == 0 { try progress.check(members.count) }
      let signature = signature(of: members.members, members.starts, component, members.set)
      let number = numbers[signature] ?? UInt32(signatures.count)
      if Int(number) == signatures.count {
        signatures.append(signature)
        numbers[signature] = number
      }
      numberOfExample.append(number)
    }
    for component in 0..<members.count { shapes[component] = numberOfExample[Int(shapes[component])] }
    return signatures
  }

  /// Classes and field of the reference at `index`: what a step is told apart by inside one dump.
  @inline(__always) private func field(_ index: Int, sourceClass: UInt32) -> UInt32 {
    if hasArrays && isArray[Int(sourceClass)] { return .max }
    return context.graph.fields.count == 0 ? 0 : context.graph.fields[index]
  }

  private func fingerprint(
    _ members: borrowing ComponentMembers, _ component: Int, _ steps: inout StepSet
  ) -> Fingerprint {
    let graph = context.graph
    var result = Fingerprint(low: 0, high: 0)
    steps.removeAll()
    for slot in members.starts[component]..<members.starts[component + 1] {
      let source = members.members[slot]
      let sourceClass = graph.classOfObject[source]
      for k in graph.rows.range(of: ObjectID(source)) {
        let target = graph.rows.targets[k]
        guard members.set.component(of: target) == UInt32(component), context.joins(k, from: source) else { continue }
        let classes = UInt64(sourceClass) << 32 | UInt64(graph.classOfObject[target])
        let step = mixed(classes) ^ mixed(UInt64(field(k, sourceClass: sourceClass)) &+ 0x5851_F42D_4C95_7F2D)
        guard steps.insert(step) else { continue }
        result.low &+= mixed(step)
        result.high &+= mixed(step ^ 0xD1B5_4A32_D192_ED03)
      }
    }
    return result
  }

  private func signature(
    of objects: borrowing FlatArray<UInt32>, _ starts: borrowing FlatArray<UInt32>, _ component: Int,
    _ set: borrowing MemberSet
  ) -> [ShapeStep] {
    struct Numbered: Hashable {
      var source: UInt32
      var field: UInt32
      var target: UInt32
    }
    let graph = context.graph
    var seen: Set<Numbered> = []
    var steps: Set<ShapeStep> = []
    for slot in starts[component]..<starts[component + 1] {
      let source = objects[slot]
      let sourceClass = graph.classOfObject[source]
      for k in graph.rows.range(of: ObjectID(source)) {
        let target = graph.rows.targets[k]
        guard set.component(of: target) == UInt32(component), context.joins(k, from: source) else { continue }
        let numbered = Numbered(
          source: sourceClass, field: field(k, sourceClass: sourceClass), target: graph.classOfObject[target])
        guard seen.insert(numbered).inserted else { continue }
        steps.insert(context.step(of: ReferencePlace(source: ObjectID(source), index: k), details: details))
      }
    }
    return steps.sorted()
  }
}

extension RetentionContext {
  /// The reference as a step between classes: names, no numbers.
  func step(of reference: ReferencePlace, details: any ObjectDetails) -> ShapeStep {
    let source = graph.objectClass(of: reference.source)
    return ShapeStep(
      source: ShapeStep.lastingName(source.name), field: fieldName(of: reference, details: details),
      target: ShapeStep.lastingName(graph.objectClass(of: graph.target(of: reference)).name))
  }

  /// The name of the field a reference is stored in: `[]` for the elements of an array.
  func fieldName(of reference: ReferencePlace, details: any ObjectDetails) -> String {
    if graph.objectClass(of: reference.source).flags.contains(.array) { return "[]" }
    if graph.fields.count == 0 { return "" }
    return details.fieldName(graph.fields[reference.index], of: reference.source)
  }
}
