import ReferenceGraph
import TextSafety

/// A drawing as it grows: each object and each reference in it once.
struct DOTDrawing {
  struct Edge {
    let place: ReferencePlace
    /// Red, as all of a cycle is.
    var isInCycle: Bool
    /// Remarks, a line each.
    var marks: [String] = []
  }

  /// The most references that are drawn for the sake of completeness.
  static let edgeLimit = 2000

  /// Nodes and clusters.
  var lines: [String] = []
  /// Dotted lines from marks to what they are on.
  var links: [String] = []
  var nodes = Set<ObjectID>()
  var roots = Set<Int>()
  private(set) var edges: [Edge] = []
  private var places: [ReferencePlace: Int] = [:]

  mutating func add(_ place: ReferencePlace, isInCycle: Bool) {
    guard places[place] == nil else { return }
    places[place] = edges.count
    edges.append(Edge(place: place, isInCycle: isInCycle))
  }

  /// Puts a remark on a reference that has been added.
  mutating func mark(_ place: ReferencePlace, _ text: String) {
    guard let index = places[place] else { return }
    edges[index].marks.append(text)
  }

  /// Lines of a label as a quoted string: quotes, backslashes and ampersands (which begin HTML entities) escaped.
  static func quoted(_ lines: [String]) -> String {
    let texts = lines.map { line in
      var result = String.UnicodeScalarView()
      for scalar in SafeText.line(line).unicodeScalars {
        switch scalar {
        case "\"", "\\":
          result.append("\\")
          result.append(scalar)
        case "&": result.append(contentsOf: "&amp;".unicodeScalars)
        default: result.append(scalar)
        }
      }
      return String(result)
    }
    return "\"\(texts.joined(separator: "\\n"))\""
  }
}
