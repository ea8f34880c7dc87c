import ReferenceGraph

/// How many slots of an object's groups or buckets have an entry, added up, so that each entry is found by its number.
struct GoFullSlots {
  let object: ObjectID
  /// Groups or buckets.
  let number: Int
  /// Lines in front of every `step`th group, and of all.
  private var lines: [Int] = []

  private static let step = 64

  /// Counts the entries of `number` groups or buckets of `object`; `linesOf` says how many lines each has.
  init(of object: ObjectID, number: Int, linesOf: (Int) -> Int) {
    self.object = object
    self.number = number
    lines.reserveCapacity(number / Self.step + 2)
    var sum = 0
    for index in 0..<number {
      if index % Self.step == 0 { lines.append(sum) }
      sum += linesOf(index)
    }
    lines.append(sum)
  }

  var total: Int { lines[lines.count - 1] }

  /// The group or bucket that has line `line`, and how many lines lie in front of it.
  func place(of line: Int, linesOf: (Int) -> Int) -> (index: Int, before: Int)? {
    guard line >= 0, line < total else { return nil }
    let known = (0..<lines.count - 1).bisection(where: { lines[$0] > line }) - 1
    var index = known * Self.step
    var before = lines[known]
    while index < number {
      let next = before + linesOf(index)
      if line < next { return (index, before) }
      before = next
      index += 1
    }
    return nil
  }
}
