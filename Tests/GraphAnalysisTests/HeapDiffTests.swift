import GraphAnalysis
import ReferenceGraph
import Testing

@Suite struct HeapDiffTests {
  /// A heap of rings, each held by a root of its own unless it is garbage.
  private struct Rings {
    var builder = ReferenceGraphBuilder()

    /// Adds `count` rings through objects of these classes, each object of `size` bytes.
    mutating func add(_ names: [String], count: Int = 1, size: UInt64 = 16, isHeld: Bool = true) {
      for _ in 0..<count {
        let members = names.map { builder.add(ObjectClass(name: $0), size: size) }
        for (index, member) in members.enumerated() {
          builder.refer(member, to: members[(index + 1) % members.count], field: 0)
        }
        if isHeld { builder.addRoot(members[0], name: "root") }
      }
    }

    func analysis() throws -> HeapAnalysis { try .of(builder.build()) }
  }

  private func diff(_ before: Rings, _ after: Rings) throws -> HeapDiff {
    HeapDiff(before: HeapDigest(try before.analysis()), after: try after.analysis())
  }

  /// `grown ↻ A ⇄ B 1→3`: what a row says, and cycles or objects before and after.
  private func words(_ row: HeapDiff.Row) -> String {
    if case .shape = row.subject {
      return "\(row.state) ↻ \(row.title) \(row.before.cycles)→\(row.after.cycles)"
    }
    return "\(row.state) \(row.title) \(row.before.objects)→\(row.after.objects)"
  }

  @Test func whatBecameOfShapesAndClasses() throws {
    var before = Rings()
    before.add(["Cache", "Session"], count: 2)
    before.add(["Gone", "Left"], count: 3)
    before.add(["Less", "Fewer"], count: 5)
    before.add(["Same", "Still"], count: 7)
    var after = Rings()
    after.add(["Same", "Still"], count: 7)
    after.add(["Bus", "Listener"], count: 4, size: 100)
    after.add(["Less", "Fewer"], count: 1)
    after.add(["Cache", "Session"], count: 9)
    let diff = try diff(before, after)
    #expect(
      diff.rows.map(words) == [
        "new ↻ Bus ⇄ Listener 0→4", "new Bus 0→4", "new Listener 0→4",
        "grown ↻ Cache ⇄ Session 2→9", "grown Cache 2→9", "grown Session 2→9",
        "gone Left 3→0", "shrunk Fewer 5→1",
        "gone Gone 3→0", "gone ↻ Gone ⇄ Left 3→0",
        "shrunk Less 5→1", "shrunk ↻ Fewer ⇄ Less 5→1",
      ])
    #expect(diff.rows.map(\.retainedGrowth) == [800, 800, 400, 224, 224, 112, -48, -64, -96, -96, -128, -128])
    #expect(diff.rows.map(\.objectGrowth) == [8, 4, 4, 14, 7, 7, -3, -4, -3, -6, -4, -8])
    #expect(diff.sameShapes == 1 && diff.sameClasses == 2)
  }

  /// A row leads to the shape and to the class of the later dump.
  @Test func whereItIs() throws {
    var (before, after) = (Rings(), Rings())
    before.add(["Gone", "Left"])
    before.add(["Dropped", "Kept"])
    after.add(["Other", "One"], count: 3)
    after.add(["Bus", "Listener"], count: 4)
    after.add(["Dropped", "Kept"], isHeld: false)
    let analysis = try after.analysis()
    let diff = HeapDiff(before: HeapDigest(try before.analysis()), after: analysis)
    for row in diff.rows {
      switch row.subject {
      case .shape(let key):
        #expect(row.index.map { analysis.shapes[$0].key } == (row.title.contains("Gone") ? nil : key))
      case .type(let name):
        #expect(row.index.map { analysis.graph.classes[$0].name } == (row.state == .gone ? nil : name))
      }
    }
    #expect(diff.rows.count { $0.state == .gone } == 6)
  }

  /// What no root holds is not compared: neither cycles that have become garbage, nor garbage beside held cycles.
  @Test func garbageDoesNotCount() throws {
    var (before, after) = (Rings(), Rings())
    before.add(["A", "B"], count: 3)
    before.add(["A", "B"], count: 4, isHeld: false)
    before.add(["C", "D"])
    after.add(["A", "B"], count: 3)
    after.add(["C", "D"], isHeld: false)
    after.add(["E", "F"], isHeld: false)
    let diff = try diff(before, after)
    #expect(diff.rows.map(words) == ["gone D 1→0", "gone C 1→0", "gone ↻ C ⇄ D 1→0"])
    #expect(diff.sameShapes == 1 && diff.sameClasses == 2)
  }

  /// Classes that a JVM makes for lambdas have another number in each run.
  @Test func lambdasThatMove() throws {
    func heap(_ numbers: [String], _ array: String) -> Rings {
      var rings = Rings()
      for number in numbers { rings.add(["Report$$Lambda$\(number)", "Report"]) }
      rings.add([array, "LambdaForm$DMH+0x\(numbers[0])"])
      return rings
    }
    let before = heap(["14+0x00007f6301003658", "2/0x800"], "Report$$Lambda$7+0x1[]")
    let after = heap(["2+0x00007f63010aa000", "99/0x77"], "Report$$Lambda$1+0x2[]")
    let same = try diff(before, after)
    #expect(same.rows.isEmpty)
    #expect(same.sameShapes == 2 && same.sameClasses == 4)
    // Those of one name are counted together.
    let more = try diff(before, heap(["1", "2", "3"], "Report$$Lambda[]"))
    #expect(
      more.rows.map(words) == [
        "grown ↻ Report ⇄ Report$$Lambda 2→3", "grown Report$$Lambda 2→3", "grown Report 2→3",
      ])
  }

  /// A shape that is gone and one that is new are one when nothing else goes through the same types.
  @Test func shapesThatHaveChanged() throws {
    func heap(_ maps: [[String]], count: Int) -> Rings {
      var rings = Rings()
      for map in maps { rings.add(["Cache"] + map + ["Session"], count: count) }
      return rings
    }
    let few = heap([["map.group[string]*Session"]], count: 1)
    let many = heap([["[]*map.table[string]*Session", "map.table[string]*Session"]], count: 3)
    let grown = try diff(few, many)
    let row = try #require(grown.rows.first { if case .shape = $0.subject { true } else { false } })
    #expect(row.state == .grown && row.before.cycles == 1 && row.after.cycles == 3)
    #expect(row.earlierKey == (try few.analysis().shapes[0].key))
    #expect(row.subject == .shape(try many.analysis().shapes[0].key) && row.index == 0)
    // With two of them nobody knows which is which.
    let two = heap([["[]*map.table[string]*Session"], ["map.table[string]*Session"]], count: 1)
    for diff in [try diff(few, two), try diff(two, few)] {
      let states = diff.rows.filter { if case .shape = $0.subject { true } else { false } }.map(\.state)
      #expect(states.count == 3 && Set(states) == [.new, .gone])
      #expect(diff.rows.allSatisfy { $0.earlierKey == nil })
    }
    // Sizes say nothing.
    var (small, large) = (Rings(), Rings())
    small.add(["16 B", "[]*int"])
    large.add(["16 B", "map[int]*int"])
    #expect(try diff(small, large).rows.allSatisfy { $0.state == .new || $0.state == .gone })
  }

  /// A cycle of many classes that has taken in others: half of its references are what they were.
  @Test func largeCyclesThatHaveGrown() throws {
    func heap(_ names: [String], sideways: [String] = [], apart: [String] = []) -> Rings {
      var rings = Rings()
      let members = names.map { rings.builder.add($0) }
      for (index, member) in members.enumerated() {
        rings.builder.refer(member, to: members[(index + 1) % members.count], field: 0)
      }
      for name in sideways {
        // Its own small cycle on the way.
        let side = rings.builder.add(name)
        rings.builder.refer(members[0], to: side, field: 1)
        rings.builder.refer(side, to: side, field: 2)
        rings.builder.refer(side, to: members[0], field: 3)
      }
      rings.builder.addRoot(members[0], name: "root")
      for name in apart {
        let side = rings.builder.add(name)
        rings.builder.refer(side, to: side, field: 2)
        rings.builder.addRoot(side, name: "root")
      }
      return rings
    }
    func states(_ diff: HeapDiff) -> [HeapDiff.State] {
      diff.rows.filter { if case .shape = $0.subject { true } else { false } }.map(\.state)
    }
    let small = heap(["A", "B", "C", "D", "E", "F"])
    let large = heap(["A", "B", "C", "D", "E", "F"], sideways: ["Late"])
    let grown = try diff(small, large)
    let shrunk = try diff(large, small)
    #expect(states(grown) == [.grown] && states(shrunk) == [.shrunk])
    let key = try small.analysis().shapes[0].key
    #expect(grown.rows.contains { $0.earlierKey == key })
    // Less than half in common is another cycle.
    let other = heap(["A", "B", "C", "X", "Y", "Z"])
    let unlike = try diff(small, other)
    #expect(Set(states(unlike)) == [.new, .gone])
    // What was part of the large one and hangs apart now was there.
    let apart = try diff(large, heap(["A", "B", "C", "D", "E", "F"], apart: ["Late"]))
    let row = try #require(apart.rows.first { $0.title == "Late → Late" })
    let largeKey = try large.analysis().shapes[0].key
    #expect(row.state == .new && row.largerKey == largeKey && row.earlierKey == nil)
    let apartFromAll = try diff(small, heap(["A", "B"]))
    #expect(apartFromAll.rows.allSatisfy { $0.largerKey == nil })
  }

  @Test func aHeapIsAsItIs() throws {
    for seed in 0..<50 {
      let analysis = try HeapAnalysis.of(randomGraph(UInt64(seed)))
      let diff = HeapDiff(before: HeapDigest(analysis), after: analysis)
      #expect(diff.rows.isEmpty && diff.sameClasses == Set(analysis.histogram.rows.map { name($0, analysis) }).count)
      #expect(diff.sameShapes == analysis.shapes.count { $0.heldCount > 0 })
    }
  }

  private func name(_ row: ClassHistogram.ClassRow, _ analysis: HeapAnalysis) -> String {
    analysis.graph.classes[row.classIndex].name
  }

  /// Every figure of pairs of random heaps is that of the two histograms and lists of shapes, and the way back is the
  /// way there with other signs.
  @Test(arguments: 0..<8) func figuresMatch(block: Int) throws {
    for number in 0..<100 {
      let seed = UInt64(block * 100 + number)
      let (one, other) = (try HeapAnalysis.of(randomGraph(seed)), try HeapAnalysis.of(randomGraph(seed + 1000)))
      let diff = HeapDiff(before: HeapDigest(one), after: other)
      let classes = diff.rows.filter { if case .type = $0.subject { true } else { false } }
      let shapes = diff.rows.filter { if case .shape = $0.subject { true } else { false } }
      // The sums of all rows are the differences of the heaps.
      #expect(classes.reduce(0) { $0 + $1.objectGrowth } == other.reachableObjects - one.reachableObjects)
      #expect(shapes.reduce(0) { $0 + $1.after.cycles - $1.before.cycles } == other.heldCycles - one.heldCycles)
      func held(_ analysis: HeapAnalysis) -> [String: CycleShape] {
        Dictionary(uniqueKeysWithValues: analysis.shapes.filter { $0.heldCount > 0 }.map { ($0.key, $0) })
      }
      func counted(_ analysis: HeapAnalysis) -> [String: ClassHistogram.ClassRow] {
        Dictionary(uniqueKeysWithValues: analysis.histogram.rows.map { (name($0, analysis), $0) })
      }
      #expect(classes.count + diff.sameClasses == Set(counted(one).keys).union(counted(other).keys).count)
      let changed = shapes.count { $0.earlierKey != nil }
      let all = Set(held(one).keys).union(held(other).keys).count
      // What is another shape, and otherwise as it was, is counted once.
      #expect(shapes.count + diff.sameShapes <= all - changed)
      for row in diff.rows {
        for (analysis, amount, earlierKey) in [(one, row.before, row.earlierKey), (other, row.after, nil)] {
          switch row.subject {
          case .type(let key):
            let found = counted(analysis)[key]
            #expect(amount.objects == found?.objects ?? 0 && amount.retained == found?.retained ?? 0)
          case .shape(let key):
            let found = held(analysis)[earlierKey ?? key]
            let members = found?.components.filter { analysis.components[$0].isHeld } ?? []
            #expect(amount.cycles == members.count && amount.retained == found?.retained ?? 0)
            #expect(amount.objects == members.reduce(0) { $0 + analysis.components[$1].objects })
          }
        }
        let isThere = (row.before != .init(), row.after != .init())
        #expect(isThere == (row.state != .new, row.state != .gone), "seed \(seed)")
      }
      for (row, next) in zip(diff.rows, diff.rows.dropFirst()) { #expect(row.retainedGrowth >= next.retainedGrowth) }
      let back = HeapDiff(before: HeapDigest(other), after: one)
      #expect(back.sameShapes == diff.sameShapes && back.sameClasses == diff.sameClasses)
      let states: [HeapDiff.State: HeapDiff.State] = [.new: .gone, .gone: .new, .grown: .shrunk, .shrunk: .grown]
      func former(_ row: HeapDiff.Row) -> HeapDiff.Subject { row.earlierKey.map { .shape($0) } ?? row.subject }
      let rows = Dictionary(uniqueKeysWithValues: diff.rows.map { (former($0), $0) })
      #expect(rows.count == back.rows.count)
      for row in back.rows {
        let there = rows[row.subject]
        #expect(there?.before == row.after && there?.after == row.before && there?.state == states[row.state])
      }
    }
  }
}
