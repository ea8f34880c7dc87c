import ReferenceGraph

extension CycleShape {
  /// The shapes of all components, ranked: those that hold most first, those that no root reaches last.
  ///
  /// `shapes` has for each component the index of its signature, and gets the index in the result instead.
  static func ranked(
    signatures: [[ShapeStep]], shapes: borrowing FlatArray<UInt32>, members: borrowing ComponentMembers,
    measures: borrowing ComponentMeasures, context: RetentionContext, details: any ObjectDetails,
    progress: WorkProgress
  ) throws(Cancelled) -> [CycleShape] {
    var starts = [Int](repeating: 0, count: signatures.count + 1)
    for component in 0..<shapes.count { starts[Int(shapes[component]) + 1] += 1 }
    for shape in 0..<signatures.count { starts[shape + 1] += starts[shape] }
    var next = starts
    var byShape = [UInt32](repeating: 0, count: shapes.count)
    for component in 0..<shapes.count {
      byShape[next[Int(shapes[component])]] = UInt32(component)
      next[Int(shapes[component])] += 1
    }
    var made: [(old: Int, shape: CycleShape)] = []
    made.reserveCapacity(signatures.count)
    var weights = ClassWeights(context, details: details)
    for (index, signature) in signatures.enumerated() {
      if index & 0xff == 0 { try progress.check(starts[index]) }
      let components = byShape[starts[index]..<starts[index + 1]]
      let title = Self.title(
        of: signature, classes: try weights.classes(of: signature, components, members, progress))
      made.append((index, CycleShape(signature, title, components, members, measures, context.tree)))
    }
    made.sort { left, right in
      if (left.shape.heldCount > 0) != (right.shape.heldCount > 0) { return left.shape.heldCount > 0 }
      if left.shape.retained != right.shape.retained { return left.shape.retained > right.shape.retained }
      if left.shape.shallow != right.shape.shallow { return left.shape.shallow > right.shape.shallow }
      return left.shape.key < right.shape.key
    }
    var newIndex = [UInt32](repeating: 0, count: signatures.count)
    for (index, entry) in made.enumerated() { newIndex[entry.old] = UInt32(index) }
    for component in 0..<shapes.count { shapes[component] = newIndex[Int(shapes[component])] }
    return made.map(\.shape)
  }

  private init(
    _ signature: [ShapeStep], _ title: String, _ components: ArraySlice<UInt32>,
    _ members: borrowing ComponentMembers, _ measures: borrowing ComponentMeasures, _ tree: DominatorTree
  ) {
    var objects = 0
    var references = 0
    var entries = 0
    var shallow: UInt64 = 0
    var isExact = true
    var heldCount = 0
    var tops: [UInt32] = []
    for component in components {
      objects += Int(members.starts[component + 1] - members.starts[component])
      references += Int(measures.counts[component].references)
      entries += Int(measures.counts[component].entries)
      shallow += measures.sizes[component].shallow
      isExact = isExact && measures.counts[component].isExact
      if measures.nearest[component].object != 0 { heldCount += 1 }
      measures.appendTops(of: Int(component), to: &tops)
    }
    // Subtrees of the retention tree lie apart or inside one another: each is counted once.
    tops.sort()
    var retained: UInt64 = 0
    var end: UInt32 = 0
    for place in tops where place >= end {
      retained += tree.retained[place]
      end = place + tree.counts[place]
    }
    self.init(
      key: Self.key(of: signature), signature: signature, title: title,
      components: Self.ordered(components, measures), objects: objects, references: references, entries: entries,
      shallow: shallow, retained: retained, retainedIsExact: isExact, heldCount: heldCount)
  }

  /// Held components first, by retained size, descending, ties by number.
  private static func ordered(
    _ components: ArraySlice<UInt32>, _ measures: borrowing ComponentMeasures
  ) -> [ComponentID] {
    let limit = UInt64(UInt32.max) - 1
    var keys: [UInt64] = []
    var huge: [(retained: UInt64, component: UInt32)] = []
    keys.reserveCapacity(components.count)
    for component in components {
      let retained = measures.sizes[component].retained
      if retained > limit {
        huge.append((retained, component))
      } else {
        let isHeld = measures.nearest[component].object != 0
        keys.append((isHeld ? limit - retained : UInt64(UInt32.max)) << 32 | UInt64(component))
      }
    }
    huge.sort { $0.retained != $1.retained ? $0.retained > $1.retained : $0.component < $1.component }
    sortKeys(&keys)
    return huge.map { ComponentID(rawValue: $0.component) }
      + keys.map { ComponentID(rawValue: UInt32(truncatingIfNeeded: $0)) }
  }

  /// The hash of the steps one after the other.
  static func key(of signature: [ShapeStep]) -> String {
    let digits = String(signature.reduce(ShapeStep.hashStart) { $1.hash(after: $0) }, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }

  /// A name for people: the classes in the order of the ring where there is one ring only, else a list of them.
  ///
  /// `classes` are all classes of the signature, those first that say most.
  static func title(of signature: [ShapeStep], classes: [String]) -> String {
    guard let first = classes.first else { return "" }
    switch classes.count {
    case 1: return "\(first) → \(first)"
    case 2: return "\(first) ⇄ \(classes[1])"
    case 3...6:
      // One ring: every class refers to one other class.
      var next: [String: Set<String>] = [:]
      for step in signature { next[step.source, default: []].insert(step.target) }
      var ring = [first]
      while let others = next[ring.last!]?.subtracting([ring.last!]), others.count == 1, let other = others.first,
        other != first, ring.count < classes.count
      {
        ring.append(other)
      }
      if ring.count == classes.count, next[ring.last!]?.subtracting([ring.last!]) == [first],
        Set(ring).count == ring.count
      {
        return (ring + [first]).joined(separator: " → ")
      }
      fallthrough
    default: return classes.prefix(3).joined(separator: ", ") + (classes.count > 3 ? ", …" : "")
    }
  }

  /// The named types in it, sorted.
  ///
  /// Empty where no types are known.
  var tellingClasses: [String] {
    Set(signature.map(\.source)).filter { Self.isTelling($0) && $0.first?.isNumber != true }.sorted()
  }

  /// Whether a class is a named type of the program: no array, map, closure or pointer, and not what an engine has for
  /// such, `(object elements)`, `system / Context`.
  static func isTelling(_ name: String) -> Bool {
    guard let first = name.first else { return false }
    return first != "[" && first != "*" && first != "("
      && !["system / ", "map[", "map.", "closure ", "chan ", "func(", "noalg."].contains { name.hasPrefix($0) }
  }
}
