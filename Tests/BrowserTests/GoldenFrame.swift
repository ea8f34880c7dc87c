import Foundation
import Screen
import Testing

/// Compares a frame with `__Frames__/NAME.txt`; `RECORD_FRAMES=1` writes it there.
///
/// The file is the text of the frame, and below it where the cursor is.
func expectFrame(_ frame: Frame, _ name: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
  let cursor = "cursor \(frame.cursor.row),\(frame.cursor.column)\(frame.showsCursor ? " shown" : "")"
  let text = frame.description + "\n--- " + cursor + "\n"
  let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "__Frames__/\(name).txt")
  if ProcessInfo.processInfo.environment["RECORD_FRAMES"] == "1" {
    try Data(text.utf8).write(to: file)
    return
  }
  let expected = try String(decoding: Data(contentsOf: file), as: UTF8.self)
  guard text != expected else { return }
  Issue.record(
    "frame \(name) differs; RECORD_FRAMES=1 records it\nexpected:\n\(expected)\nfound:\n\(text)",
    sourceLocation: sourceLocation)
}
