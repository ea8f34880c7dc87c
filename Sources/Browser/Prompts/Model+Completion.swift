import Layout
import ReferenceGraph
import Screen

/// What Tab adds to a text that is typed.
extension Model {
  /// Names with more characters are not looked at, and no more names than this.
  private static let nameLimit = 400
  private static let namesAtOnce = 100_000

  /// Adds to `field` what all class names go on with that begin like it, in full or without their packages; says so
  /// when there is nothing to add.
  mutating func complete(_ field: inout TextField) {
    let typed = field.text
    guard !typed.isEmpty, let classes = analysis?.graph.classes else {
      message = Message(text: "⇥ completes the name of a class: type how it begins", isError: false)
      return
    }
    let folded = typed.lowercased()
    var common: String?
    var count = 0
    for index in 0..<min(classes.count, Self.namesAtOnce) {
      let full = classes[index].name
      guard full.utf8.count <= Self.nameLimit else { continue }
      let short = shortClassName(full)
      // Rows are filtered by the name in full, which has the short one in it only where no brackets lie between.
      guard let name = [full, short].first(where: { $0.lowercased().hasPrefix(folded) && full.contains($0) }) else {
        continue
      }
      count += 1
      common = common.map { String(zip($0, name).prefix { $0 == $1 }.map(\.0)) } ?? name
    }
    guard let common else {
      message = Message(text: "no class has a name that begins with “\(typed)”", isError: false)
      return
    }
    if common.count > typed.count { field = TextField(common) }
    message = Message(
      text: "\(Count.text(count, "class begins", "classes begin")) with “\(field.text)”", isError: false)
  }
}
