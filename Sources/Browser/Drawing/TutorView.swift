import Screen

extension Model {
  /// The bar of the walk: which step it is, what the last one has shown, and what is to be done.
  func drawTutor(_ canvas: inout Canvas) {
    guard let tutor else { return }
    let height = tutorHeight
    canvas.area = Area(top: rows - 2 - height, left: 0, height: height, width: columns)
    drawRule(
      tutor.isFinished ? "refwalk tutor" : "refwalk tutor: step \(tutor.step + 1) of \(Tutor.stepCount)", 0, &canvas)
    var row = 1
    if height > 3 {
      let column = canvas.put(tutor.step == 0 ? "  " : "✓ ", row, 1, .good)
      canvas.cut(tutor.learnt, row, column, canvas.width - column - 1, .dim)
      row += 1
    }
    for line in wrapped(tutor.instruction, width: columns - 4, limit: 2) {
      canvas.cut(line, row, 3, columns - 4, .heading)
      row += 1
    }
  }
}
