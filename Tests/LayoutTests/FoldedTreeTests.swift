import Testing

@testable import Layout

/// A tree whose nodes are paths; node `[a, b]` has a number of children that follows from the path.
private struct Numbers: TreeSource {
  let width: Int
  func childCount(of node: [Int]) -> Int { node.count >= 4 ? 0 : (node.reduce(7, +) * 5) % width }
  func child(of node: [Int], at index: Int) -> [Int] { node + [index] }
}

/// The same tree, walked as a whole.
private struct Reference {
  let source: Numbers
  var open: Set<[Int]> = [[]]

  var rows: [[Int]] {
    var rows: [[Int]] = []
    func walk(_ node: [Int]) {
      rows.append(node)
      guard open.contains(node) else { return }
      for index in 0..<source.childCount(of: node) { walk(node + [index]) }
    }
    walk([])
    return rows
  }
}

@Suite struct FoldedTreeTests {
  @Test(arguments: 1...12) func behavesAsATreeThatIsWalkedAsAWhole(seed: Int) {
    let source = Numbers(width: 6)
    var tree = FoldedTree<[Int]>(root: [], childCount: source.childCount(of: []))
    var reference = Reference(source: source)
    var state = UInt64(seed)
    func random(_ limit: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % max(1, limit)
    }
    for _ in 0..<200 {
      let rows = reference.rows
      #expect(tree.rowCount == rows.count)
      for (index, node) in rows.enumerated() {
        let row = tree.row(at: index, source: source)
        #expect(row.node == node)
        #expect(row.depth == node.count)
        #expect(row.isOpen == reference.open.contains(node))
        #expect(row.lastFlags.count == node.count)
        #expect(
          row.lastFlags.last ?? true
            == (node.isEmpty || node.last! == source.childCount(of: Array(node.dropLast())) - 1))
        let parent = rows.firstIndex(of: Array(node.dropLast()))
        #expect(tree.parentRow(of: index) == (node.isEmpty ? nil : parent))
        if let last = node.last {
          let sibling = rows.firstIndex(of: node.dropLast() + [last + 1])
          #expect(tree.siblingRow(of: index, offset: 1) == sibling)
        }
      }
      let index = random(rows.count)
      let node = rows[index]
      if reference.open.contains(node) {
        tree.close(index)
        if !node.isEmpty { reference.open = reference.open.filter { !$0.starts(with: node) } }
      } else {
        tree.open(index, source: source)
        if source.childCount(of: node) > 0 { reference.open.insert(node) }
      }
    }
  }

  @Test func findsRowsAmongMillionsOfChildren() {
    struct Wide: TreeSource {
      func childCount(of node: Int) -> Int { node % 1000 == 0 ? 3_000_000 : 0 }
      func child(of node: Int, at index: Int) -> Int { index }
    }
    let source = Wide()
    var tree = FoldedTree<Int>(root: 0, childCount: 3_000_000)
    tree.open(2_000_001, source: source)
    #expect(tree.rowCount == 6_000_001)
    #expect(tree.row(at: 2_000_001, source: source).node == 2_000_000)
    #expect(tree.row(at: 5_000_001, source: source).node == 2_999_999)
    #expect(tree.row(at: 5_000_002, source: source).node == 2_000_001)
    #expect(tree.parentRow(of: 4_000_000) == 2_000_001)
  }
}
