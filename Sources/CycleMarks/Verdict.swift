/// What a person thinks of a cycle or an object.
public enum Verdict: String, CaseIterable, Hashable, Sendable {
  /// Should not be alive.
  case suspect
  /// To be looked at again.
  case unsure
  /// Is meant to live this long.
  case expected

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

  /// The verdict so many places further in their order, and round at its ends.
  public func moved(by step: Int) -> Verdict {
    let all = Self.allCases
    let index = all.firstIndex(of: self)! + step % all.count + all.count
    return all[index % all.count]
  }
}
