/// What a person thinks of a cycle or an object.
public enum Verdict: String, CaseIterable, Hashable, Sendable {
  /// Should not be alive.
  case suspect
  /// Is meant to live this long.
  case expected
  /// To be looked at again.
  case unsure

  /// One cell wide: tells the verdicts apart where there is no colour.
  public var symbol: String {
    switch self {
    case .suspect: "●"
    case .expected: "✓"
    case .unsure: "?"
    }
  }

  /// As screens, files and exports write it.
  public var name: String { rawValue }

  /// The verdict that Tab goes on to: suspect, unsure, expected, and round.
  public var next: Verdict {
    switch self {
    case .suspect: .unsure
    case .unsure: .expected
    case .expected: .suspect
    }
  }
}
