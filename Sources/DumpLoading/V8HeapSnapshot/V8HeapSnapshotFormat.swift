import ReferenceGraph

/// Heap snapshots of V8, and what other engines write in their form.
enum V8HeapSnapshotFormat: DumpFormat {
  static let isText = true
  static let policies = [V8Policies.devtools, V8Policies.strict, V8Policies.application]

  /// Whether this is JSON with members: which, only the whole text tells, since their order is free.
  static func matches(_ header: UnsafeRawBufferPointer) -> Bool {
    var text = header[...]
    if text.starts(with: [0xef, 0xbb, 0xbf]) { text = text.dropFirst(3) }
    func skip(_ byte: Character) -> Bool {
      text = text.drop { $0 <= 0x20 }
      guard text.first == byte.asciiValue else { return false }
      text = text.dropFirst()
      return true
    }
    return skip("{") && skip("\"")
  }

  /// Whether there are only blanks so far, or a bracket.
  static func mayMatch(_ start: UnsafeRawBufferPointer) -> Bool {
    guard let first = start.first else { return false }
    return first <= 0x20 || first == UInt8(ascii: "{") || first == 0xef
  }

  static func load(_ input: InputSource, options: LoadOptions, progress: WorkProgress) throws(LoadError) -> Heap {
    try V8HeapSnapshotLoader(input: input, progress: progress).load()
  }

  static func redact(
    _ input: InputSource, options: LoadOptions, to output: RedactedFile, progress: WorkProgress
  ) throws(LoadError) -> RedactionReport {
    try V8Redaction.redact(input, to: output, progress)
  }
}
