/// Texts in JSON that are no heap snapshot, told by the names of their members.
enum FamiliarJSON {
  /// What JSON without a member `snapshot` is, and what to do about it; nil when nothing is known of it.
  static func name(_ members: V8Members, _ file: MappedFile) -> String? {
    func has(_ name: String) -> Bool { members.unknown.contains(name) }
    if has("nodeClassNames") {
      return
        "a heap snapshot of JavaScriptCore (Bun, Safari) in its own form, which refwalk does not read; in Bun take "
        + "Bun.generateHeapSnapshot(\"v8\") or writeHeapSnapshot of node:v8"
    }
    if has("head") || has("timeDeltas") { return "a profile of V8, which counts samples; take a heap snapshot" }
    if has("traceEvents") { return "a trace of Chrome; take a heap snapshot" }
    return file.count <= 1 << 16 ? answer(file) : nil
  }

  /// What a server says when it has no dump to give: the error of Spring's actuator, or one like it.
  private static func answer(_ file: MappedFile) -> String? {
    var scanner = V8JSONScanner(file.bytes, at: file.bytes.starts(with: [0xef, 0xbb, 0xbf]) ? 3 : 0)
    guard let value = try? scanner.value() else { return nil }
    func text(_ name: String) -> String? { value[name].flatMap { $0.text ?? $0.number.map(String.init) } }
    let status = text("status") ?? text("statusCode") ?? text("code")
    let error = text("error") ?? value["error"]?["message"]?.text ?? text("title")
    let isStatus = status.flatMap { Int($0) }.map { (400...599).contains($0) } ?? false
    guard isStatus || error != nil else { return nil }
    var words: [String] = []
    for word in [status, error, text("message") ?? text("detail"), text("path") ?? text("instance")] {
      if let word, !word.isEmpty, !words.contains(word) { words.append(String(word.prefix(100))) }
    }
    return "a server's answer that it has none: \(words.joined(separator: ", "))"
  }
}
