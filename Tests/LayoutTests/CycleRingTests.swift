import Testing

@testable import Layout

@Suite struct CycleRingTests {
  /// Draws the pieces in a grid of characters; a place drawn twice by pieces of two steps is an error.
  private func draw(_ ring: CycleRing) -> [String] {
    var grid = [[Character]](repeating: Array(repeating: " ", count: ring.width + 40), count: ring.height + 1)
    for piece in ring.pieces {
      for (offset, character) in piece.text.enumerated() {
        #expect(piece.row < ring.height, "piece below the ring: \(piece)")
        let old = grid[piece.row][piece.column + offset]
        let isLine = "│─└┘▲▼▶◀".contains(old) || old == " " || character == " "
        #expect(isLine || old == character, "\(piece) over \(old)")
        grid[piece.row][piece.column + offset] = character
      }
    }
    return grid.map { String(String($0).reversed().drop { $0 == " " }.reversed()) }
  }

  private func ring(_ count: Int) -> CycleRing {
    let steps = (0..<count).map { CycleRing.Step(title: "T\($0)", detail: "48 B", field: ".f\($0)") }
    return CycleRing(steps, width: 60)
  }

  @Test(arguments: 1...9) func allBoxesAndFieldsAreThere(count: Int) {
    let text = draw(ring(count)).joined(separator: "\n")
    for step in 0..<count {
      #expect(text.contains(" \(step + 1) T\(step)"))
      #expect(text.contains(".f\(step)"))
    }
    #expect(text.filter { $0 == "┌" }.count == count)
    #expect(text.filter { "▲▼▶◀".contains($0) }.count == count)
  }

  @Test func aRingOfThree() {
    #expect(
      draw(ring(3)).joined(separator: "\n") == """
        ┌─────────────────────┐ .f0         ┌─────────────────────┐
        │ 1 T0                │────────────▶│ 2 T1                │
        │   48 B              │             │   48 B              │
        └─────────────────────┘             └─────────────────────┘
               ▲                                   │ .f1
               │                                   ▼
               │                            ┌─────────────────────┐
               └─── .f2 ────────────────────│ 3 T2                │
                                            │   48 B              │
                                            └─────────────────────┘

        """)
  }
}
