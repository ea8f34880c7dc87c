import Testing

@testable import Layout

@Suite struct TreemapTests {
  private static let sizes = [(80, 19), (120, 35), (71, 35), (160, 45), (60, 5), (20, 6), (9, 3), (3, 3), (1, 1)]

  private func weights(_ kind: Int) -> (weights: [Double], rest: Double) {
    switch kind {
    case 0: ([74, 12, 4.8, 1.4, 1, 0.8, 0.7, 0.6], 0)
    case 1: (Array(repeating: 1, count: 256), 1_000_000)
    case 2: ([1], 0)
    case 3: ([1e12] + Array(repeating: 1, count: 100), 0)
    case 4: ((0..<200).map { 1 / Double($0 + 1) }, 3)
    default: ([], 5)
    }
  }

  /// The cells cover the whole area, each place once, and are as many as the weights or end with the rest.
  @Test(arguments: 0..<6) func cellsTileTheArea(kind: Int) {
    let (weights, rest) = weights(kind)
    for (width, height) in Self.sizes {
      let map = Treemap(weights: weights, rest: rest, width: width, height: height)
      guard width > 9, height > 2 else {
        #expect(map.cells.isEmpty)
        continue
      }
      var covered = Array(repeating: 0, count: (width - 1) * (height - 1))
      for cell in map.cells {
        #expect(cell.left <= cell.right && cell.top <= cell.bottom)
        for row in cell.top..<cell.bottom {
          for column in cell.left..<cell.right { covered[row * (width - 1) + column] += 1 }
        }
      }
      #expect(covered.allSatisfy { $0 == 1 }, "\(kind) \(width)×\(height)")
      #expect(map.cells.enumerated().allSatisfy { $0.offset == $0.element.index })
      #expect(map.cells.dropLast().allSatisfy { !$0.isRest })
      if map.cells.last?.isRest != true { #expect(map.cells.count == weights.count) }
      let lines = map.borders()
      #expect(lines.count == height && lines.allSatisfy { $0.unicodeScalars.count == width })
      #expect(lines[0].first == "┌" && lines[height - 1].last == "┘")
    }
  }

  /// Many that are all small do not vanish in one cell.
  @Test func ofManySmallSomeAreShown() {
    let map = Treemap(weights: Array(repeating: 1, count: 256), rest: 1_000_000, width: 80, height: 19)
    #expect(map.cells.count > 15)
    #expect(map.cells.last?.isRest == true)
  }

  /// Areas are as weights are, but for what rounding to characters does.
  @Test func areasAreAsWeights() {
    let map = Treemap(weights: [6, 6, 4, 3, 2, 2, 1], rest: 0, width: 121, height: 49)
    let areas = map.cells.map { Double(($0.right - $0.left) * ($0.bottom - $0.top)) }
    #expect(areas.count == 7 && areas.reduce(0, +) == 120 * 48)
    for (area, weight) in zip(areas, [6.0, 6, 4, 3, 2, 2, 1]) { #expect(abs(area / (240 * weight) - 1) < 0.1) }
  }

  /// From every cell, steps to the right end at the right edge, and every cell can be come to.
  @Test(arguments: [0, 4]) func walking(kind: Int) {
    let (weights, rest) = weights(kind)
    let map = Treemap(weights: weights, rest: rest, width: 80, height: 19)
    for start in map.cells.indices {
      var position = start
      var steps = 0
      while let next = map.neighbour(of: position, .right) {
        #expect(map.cells[next].left == map.cells[position].right)
        position = next
        steps += 1
        #expect(steps < 80)
      }
      #expect(map.cells[position].right == 79)
    }
    var found: Set<Int> = [0]
    var pending = [0]
    while let position = pending.popLast() {
      for direction in [Treemap.Direction.up, .down, .left, .right] {
        if let next = map.neighbour(of: position, direction), found.insert(next).inserted { pending.append(next) }
      }
    }
    #expect(found.count == map.cells.count)
    #expect(map.neighbour(of: map.cells.count, .up) == nil)
    let first = map.cells[0]
    #expect(map.position(row: first.top, column: first.left) == 0 && map.position(row: 99, column: 0) == nil)
  }

  @Test func shortNames() {
    #expect(shortClassName("java.util.HashMap$Node[]") == "HashMap$Node[]")
    #expect(shortClassName("static sun.launcher.LauncherHelper.app") == "static LauncherHelper.app")
    #expect(shortClassName("java.lang.Class com.shop.Cart @7f10") == "Class Cart @7f10")
    #expect(shortClassName("main.Session") == "main.Session")
    #expect(shortClassName("gopkg.in/yaml.v3.Node") == "yaml.v3.Node")
    #expect(shortClassName("map[string]example.com/a/b.Type") == "map[string]b.Type")
    #expect(shortClassName("Thread \"a.b.Name\"") == "Thread \"a.b.Name\"")
    #expect(shortClassName("node.js.internal") == "node.js.internal")
    #expect(shortClassName("system / Context") == "system / Context")
    #expect(shortClassName("...") == "...")
  }
}
