/// The tabs of the first line: the screens that a number key leads to.
public enum Tab: Int, Sendable, CaseIterable {
  case overview = 1
  case cycles, retention, classes, marks, diff

  /// The number of its key.
  public var number: Int { rawValue }

  /// Its name on screen: `Overview`.
  public var title: String {
    switch self {
    case .overview: "Overview"
    case .cycles: "Cycles"
    case .retention: "Retention"
    case .classes: "Classes"
    case .marks: "Marks"
    case .diff: "Diff"
    }
  }

  /// The place that it leads to.
  public var place: Place {
    switch self {
    case .overview: .overview
    case .cycles: .cycles
    case .retention: .retention(.root)
    case .classes: .classes
    case .marks: .marks
    case .diff: .diff
    }
  }
}
