import ReferenceGraph

extension V8HeapSnapshotDetails {
  /// The text of a string, a symbol's description, a pattern.
  ///
  /// Concatenated strings are put together from their parts; of a sliced string the text it is part of is shown, as a
  /// snapshot does not say which part. V8 itself cuts texts after 1,024 characters.
  func text(of object: ObjectID, limit: Int) -> (text: String, length: Int)? {
    guard object != .root, object.index <= graph.objectCount, let node = node(object) else { return nil }
    switch node.type {
    case .string, .concatenated, .sliced: break
    case .symbol:
      guard let name = follow(object, ["name"]), self.node(name)?.type == .string else { return nil }
      return text(of: name, limit: limit)
    case .regexp: return plain(node, limit: limit)
    default: return nil
    }
    var text = ""
    var length = 0
    var isFull = false
    var steps = 0
    // Left parts first. Parts may be shared, so that a text can be far longer than its parts.
    var work = [object]
    while let part = work.popLast(), steps < 10_000 {
      steps += 1
      guard let node = self.node(part) else { continue }
      switch node.type {
      case .concatenated:
        if let second = follow(part, ["second"]) { work.append(second) }
        if let first = follow(part, ["first"]) { work.append(first) }
      case .sliced: if let parent = follow(part, ["parent"]) { work.append(parent) }
      case .string:
        guard let piece = plain(node, limit: isFull ? 0 : limit - text.utf8.count) else { continue }
        if !isFull { text += piece.text }
        length += piece.length
        if text.utf8.count >= limit || piece.text.utf8.count < piece.length { isFull = true }
      default: continue
      }
    }
    return (text, length)
  }

  private func plain(_ node: V8Node, limit: Int) -> (text: String, length: Int)? {
    guard let range = strings.range(of: node.name) else { return nil }
    let text = V8Text.decode(source.file.bytes, range, limit: .max)
    return (
      limit < text.utf8.count ? V8Text.decode(source.file.bytes, range, limit: max(0, limit)) : text, text.utf8.count
    )
  }
}
