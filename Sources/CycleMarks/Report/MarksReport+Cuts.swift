import GraphAnalysis
import ReferenceGraph

/// The references that were cut in thought, in the several forms.
extension MarksReport {
  /// What would be freed: `without these 2 references 412.0 MiB (67.3 % of what roots reach) in 3 objects would go`.
  func sentence(_ whatIf: WhatIf) -> String {
    let count = whatIf.references.count
    let these = count == 1 ? "this reference" : "these \(Count.text(count)) references"
    guard whatIf.freedObjects > 0 else { return "without \(these) nothing would go: roots reach all of it another way" }
    return "without \(these) \(retained(whatIf.freedBytes)) in \(Count.text(whatIf.freedObjects, "object")) would go"
  }

  /// A line for each reference: `✗ <Session 0x7f10c148> [96 B] .owner --> <SessionCache 0x7f10a8c0> [48 B]`.
  func referenceLines(_ whatIf: WhatIf) -> [String] {
    let lines = whatIf.references.prefix(Self.cutInThoughtLimit).map { place in
      let source = place.source == .root ? "" : object(place.source) + " "
      let companion = analysis.companion(of: place).map { ", " + $0 } ?? ""
      return "✗ \(source)\(edge(place)) --> \(object(analysis.graph.target(of: place)))\(companion)"
    }
    let more = whatIf.references.count - lines.count
    return lines + (more > 0 ? ["and \(Count.text(more)) more"] : [])
  }

  /// The most references cut in thought that are named.
  static let cutInThoughtLimit = 100

  /// The block of the text form; empty when nothing is cut.
  func whatIfLines() -> [String] {
    guard let whatIf else { return [] }
    return ["", "Cuts in thought", "   " + sentence(whatIf)] + referenceLines(whatIf).map { "   " + $0 }
  }

  /// The JSON form: `references [hop]`, at most 100, `referenceCount`, `freedBytes`, `freedObjects`; null when nothing is cut.
  func json(_ whatIf: WhatIf?) -> JSONValue {
    guard let whatIf else { return .null }
    return .object([
      ("references", .array(whatIf.references.prefix(Self.cutInThoughtLimit).map(json))),
      ("referenceCount", .number(whatIf.references.count)), ("freedBytes", .number(whatIf.freedBytes)),
      ("freedObjects", .number(whatIf.freedObjects)),
    ])
  }
}
