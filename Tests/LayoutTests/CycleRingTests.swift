import Testing

@testable import Layout

@Suite struct CycleRingTests {
  /// Draws the pieces in a grid of characters; a place drawn twice by pieces of two steps is an error.
  private func draw(_ ring: CycleRing) -> [String] {
    var grid = [[Character]](repeating: Array(repeating: " ", count: ring.width), count: ring.height + 1)
    for piece in ring.pieces {
      #expect(piece.row < ring.height, "piece below the ring: \(piece)")
      #expect(piece.column + piece.width <= ring.width, "piece beside the ring: \(piece)")
      for (offset, character) in piece.text.prefix(piece.width).enumerated() {
        let old = grid[piece.row][piece.column + offset]
        let isLine = "│─└┘▲▼▶◀".contains(old) || old == " " || character == " "
        #expect(isLine || old == character, "\(piece) over \(old)")
        grid[piece.row][piece.column + offset] = character
      }
    }
    return grid.map { String(String($0).reversed().drop { $0 == " " }.reversed()) }
  }

  private func ring(_ count: Int, field: String = ".f", width: Int = 60) -> CycleRing {
    let steps = (0..<count).map { number in
      let name = "\(field)\(number)"
      return CycleRing.Step(
        title: "T\(number)", titleWidth: 2, address: "@\(number)0", detail: "48 B", field: name,
        fieldWidth: name.count)
    }
    return CycleRing(steps, width: width)
  }

  @Test(arguments: 1...9) func allBoxesAndFieldsAreThere(count: Int) {
    let text = draw(ring(count)).joined(separator: "\n")
    for step in 0..<count {
      #expect(text.contains(" \(step + 1) T\(step)"))
      #expect(text.contains("@\(step)0│"))
      #expect(text.contains(".f\(step)"))
    }
    #expect(text.filter { $0 == "┌" }.count == count)
    #expect(text.filter { "▲▼▶◀".contains($0) }.count == count)
  }

  @Test func aRingOfThree() {
    #expect(
      draw(ring(3)).joined(separator: "\n") == """
        ┌─────────────────────┐ .f0         ┌─────────────────────┐
        │ 1 T0             @00│────────────▶│ 2 T1             @10│
        │   48 B              │             │   48 B              │
        └─────────────────────┘             └─────────────────────┘
               ▲                                   │ .f1
               │                                   ▼
               │                            ┌─────────────────────┐
               └─── .f2 ────────────────────│ 3 T2             @20│
                                            │   48 B              │
                                            └─────────────────────┘

        """)
  }

  @Test(arguments: 1...9) func longNamesHaveRoomWhereThereIsSome(count: Int) {
    let text = draw(ring(count, field: ".documentsByTitle", width: 80)).joined(separator: "\n")
    for step in 0..<count { #expect(text.contains(".documentsByTitle\(step)")) }
  }

  @Test(arguments: 1...9, [10, 55, 60, 74, 154]) func nothingLeavesTheRing(count: Int, width: Int) {
    let ring = ring(count, field: String(repeating: "f", count: 500), width: width)
    _ = draw(ring)
    #expect(ring.width <= max(width, 55))
  }
}
