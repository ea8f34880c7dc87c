/// Marks as the text of a marks file, and back.
///
/// Comments, then a line `refwalk-marks<TAB>1`, then one line a mark with the columns of `columns`, then the lines
/// that are kept as they were: comments of people, and what could not be read.
struct MarksText: Sendable {
  /// The version of the format.
  static let version = 1
  private static let tag = "refwalk-marks"

  /// The columns and what they hold, in order.
  static let columns: [(name: String, meaning: String)] = [
    ("letter", "what people call the mark; it stays while the mark lives"),
    ("verdict", "suspect, expected or unsure"),
    ("title", "the cycle, its classes in the order of its ring"),
    ("note", "any text"),
    ("target", "shape (every cycle of it), cycle, object, root, class, or cut (references of one class and field)"),
    (
      "key", "the key of the shape, the class of an object, the name of a root or class; of a cut five lines, see below"
    ),
    ("address", "of the first object of the ring, or of the object, hexadecimal; - for all else"),
    ("retained", "bytes that it retained, or that the cut would have freed, when it was marked"),
    ("objects", "how many objects it had then"),
    ("root", "the root that held it"),
    ("ring", "addresses of the objects of the ring, hexadecimal, with commas between them; - for none"),
    ("witness", "the ring in words, one line a hop"),
    ("made", "when it was marked, in seconds since 1970"),
    ("changed", "when verdict or note were changed last"),
    ("dump", "the file name of the dump it was marked in"),
  ]

  /// In a file that stands in for one that could not be written: the hash of that one as it was then, `-` when there was
  /// none.
  var standsInFor: String?
  private static let standsInTag = "# Stands in for a file with the hash "
  /// The marks that could be read, by letter.
  var marks: [Mark] = []
  /// Lines that stay as they are, in order, without their ends.
  var kept: [[UInt8]] = []
  /// Those of `kept` that are no comments.
  var unreadable: [UnreadableLine] = []

  init(marks: [Mark]) { self.marks = marks }

  /// Reads the bytes of a marks file; `path` is for errors.
  ///
  /// No bytes at all are a file without marks.
  init(_ bytes: [UInt8], path: String) throws(MarksError) {
    var versionSeen = false
    var found: [Mark] = []
    var number = 0
    for line in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
      number += 1
      var line = line
      if line.last == UInt8(ascii: "\r") { line.removeLast() }
      if line.isEmpty { continue }
      let isComment = line.first == UInt8(ascii: "#")
      guard versionSeen else {
        // Comments above the version are refwalk's own and are written anew.
        if isComment {
          let text = String(decoding: line, as: UTF8.self)
          if text.hasPrefix(Self.standsInTag) { standsInFor = String(text.dropFirst(Self.standsInTag.count)) }
          continue
        }
        versionSeen = try Self.isVersion(line, path: path)
        continue
      }
      if isComment {
        kept.append(Array(line))
        continue
      }
      switch Self.mark(line) {
      case .success(let mark): found.append(mark)
      case .failure(let reason):
        kept.append(Array(line))
        unreadable.append(UnreadableLine(line: number, reason: reason.text))
      }
    }
    if !versionSeen, bytes.contains(where: { $0 != UInt8(ascii: "\n") }) { throw .notMarks(path) }
    marks = Self.joined(found)
  }

  /// The bytes of the file.
  var bytes: [UInt8] {
    var text = """
      # Marks of refwalk: one a line, sorted by letter, tabs between the columns.

      """
    for column in Self.columns {
      text += "#   \(column.name)\(String(repeating: " ", count: 10 - column.name.count))\(column.meaning)\n"
    }
    text += """
      # The key of a cut: key of the shape, inside or entry, class that refers (none: roots), field, class referred to.
      # In a column \\t is a tab, \\n the end of a line, \\\\ a backslash, \\u{1b} any other control character.
      # Lines that refwalk cannot read, and comments below the next line, stay as they are.

      """
    if let standsInFor { text += "\(Self.standsInTag)\(standsInFor)\n" }
    text += "\(Self.tag)\t\(Self.version)\n"
    for mark in marks {
      text += Self.line(mark)
      text += "\n"
    }
    var result = Array(text.utf8)
    for line in kept {
      result += line
      result.append(UInt8(ascii: "\n"))
    }
    return result
  }

  /// Of two lines on one target, both notes stay.
  private static func joined(_ found: [Mark]) -> [Mark] {
    var places: [MarkTarget: Int] = [:]
    var marks: [Mark] = []
    for mark in found {
      if let place = places[mark.target] {
        marks[place] = MarkMerge.merge(base: nil, ours: mark, theirs: marks[place]) ?? mark
      } else {
        places[mark.target] = marks.count
        marks.append(mark)
      }
    }
    return MarkSet(marks).marks
  }

  private static func isVersion(_ line: ArraySlice<UInt8>, path: String) throws(MarksError) -> Bool {
    let parts = line.split(separator: UInt8(ascii: "\t"), omittingEmptySubsequences: false)
    guard parts.count == 2, parts[0].elementsEqual(tag.utf8),
      let number = Int(String(decoding: parts[1], as: UTF8.self))
    else { throw .notMarks(path) }
    if number > version { throw .newerVersion(path, number) }
    guard number == version else { throw .notMarks(path) }
    return true
  }
}
