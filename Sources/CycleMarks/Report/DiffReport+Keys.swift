/// The keys of the JSON form and the columns of the table, which stay from version to version, and what they mean.
extension DiffReport {
  /// The keys of the whole.
  public enum Key: String, CaseIterable, Sendable {
    case before, after, policies, growth, rows, omitted, same

    /// A phrase, without a full stop at the end.
    public var meaning: String {
      switch self {
      case .before: "the earlier dump"
      case .after: "the later one"
      case .policies: "the policies in force, by name"
      case .growth: "how much more roots reach in the later dump; negative when it is less"
      case .rows: "the shapes of held cycles and the classes that are not as they were, most growth first"
      case .omitted: "rows that were left out by a limit"
      case .same: "how many are as they were"
      }
    }
  }

  /// The keys of `before` and `after`.
  public enum DumpKey: String, CaseIterable, Sendable {
    case path, format, objects, bytes

    /// A phrase, without a full stop at the end.
    public var meaning: String {
      switch self {
      case .path: "the file; - for standard input"
      case .format: "the format of the dump"
      case .objects: "objects that roots reach"
      case .bytes: "bytes of them"
      }
    }
  }

  /// The keys of `policies`.
  public enum PolicyKey: String, CaseIterable, Sendable {
    case retaining, cycles

    /// A phrase, without a full stop at the end.
    public var meaning: String {
      switch self {
      case .retaining: "for what is kept alive"
      case .cycles: "for cycles"
      }
    }
  }

  /// The keys of one of `rows`.
  public enum RowKey: String, CaseIterable, Sendable {
    case subject, key, earlierKey, largerKey, title, state, verdict, mark, before, after, growth, hold, words

    /// A phrase, without a full stop at the end.
    public var meaning: String {
      switch self {
      case .subject: "shape or class"
      case .key: "what it is matched by: the key of the shape, or the name of the class without what changes every run"
      case .earlierKey:
        "the key of the shape in the earlier dump where it was another: a map that has grown, a field in use"
      case .largerKey:
        "of a shape that is new or gone the key of one in the other dump that has all its references and more, else null"
      case .title: "the classes on the way round, or the name of the class"
      case .state: "grown, new, shrunk or gone"
      case .verdict: "suspect, expected or unsure when the shape is marked, else null"
      case .mark: "the letter of that mark, else null"
      case .before: "how much there was in the earlier dump"
      case .after: "how much there is in the later one"
      case .growth: "after less before"
      case .hold:
        "what holds it in the later dump, of a shape the cycle that retains most: held (a root), unrecorded, garbage or "
          + "notKnown; null when nothing of it is left"
      case .words: "what is said of that where roots do not hold all of it, else null"
      }
    }
  }

  /// The keys of `before` and `after` of a row.
  public enum AmountKey: String, CaseIterable, Sendable {
    case cycles, objects, retained, isExact

    /// A phrase, without a full stop at the end.
    public var meaning: String {
      switch self {
      case .cycles: "held cycles of the shape; 0 for a class"
      case .objects: "their members, or the reachable objects of the class"
      case .retained: "bytes that they retain together"
      case .isExact: "whether that is exact; otherwise it is at least that"
      }
    }
  }

  /// The keys of `growth`, of a row and of the whole.
  public enum GrowthKey: String, CaseIterable, Sendable {
    case retained, objects

    /// A phrase, without a full stop at the end.
    public var meaning: String {
      switch self {
      case .retained: "bytes"
      case .objects: "objects"
      }
    }
  }

  /// The keys of `same`.
  public enum SameKey: String, CaseIterable, Sendable {
    case shapes, classes

    /// A phrase, without a full stop at the end.
    public var meaning: String {
      switch self {
      case .shapes: "shapes of held cycles"
      case .classes: "classes"
      }
    }
  }

  /// The columns of the table, in their order.
  public enum Column: String, CaseIterable, Sendable {
    case subject, key, state, retainedGrowth, objectGrowth, cyclesBefore, cyclesAfter, objectsBefore, objectsAfter
    case retainedBefore, retainedAfter, isExact, mark, verdict, title, hold

    /// A phrase, without a full stop at the end.
    public var meaning: String {
      switch self {
      case .subject: "shape or class"
      case .key: RowKey.key.meaning
      case .state: RowKey.state.meaning
      case .retainedGrowth: "bytes that are retained more than before"
      case .objectGrowth: "objects that there are more than before"
      case .cyclesBefore, .cyclesAfter: "held cycles of the shape; 0 for a class"
      case .objectsBefore, .objectsAfter: AmountKey.objects.meaning
      case .retainedBefore, .retainedAfter: AmountKey.retained.meaning
      case .isExact: "1 when both are exact, 0 when one is a lower bound"
      case .mark: "the letter of the mark on the shape; - when there is none"
      case .verdict: "suspect, expected or unsure; - when there is no mark"
      case .title: RowKey.title.meaning
      case .hold: RowKey.hold.meaning
      }
    }
  }
}
