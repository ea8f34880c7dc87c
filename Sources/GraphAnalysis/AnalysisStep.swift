import ReferenceGraph

/// The steps of the analysis that is made when a dump is opened.
public enum AnalysisStep: Int, WorkStep {
  case findCycles, findReferrers, findDominators, findPaths, buildTree
  case measureCycles, groupCycles, countClasses, rankSuspects

  /// What is done in the step, as screens show it: `Find cycles`.
  public var name: String {
    switch self {
    case .findCycles: "Find cycles"
    case .findReferrers: "Find referrers"
    case .findDominators: "Find dominators"
    case .findPaths: "Find shortest paths"
    case .buildTree: "Build retention tree"
    case .measureCycles: "Measure cycles"
    case .groupCycles: "Group cycles by shape"
    case .countClasses: "Count classes"
    case .rankSuspects: "Rank suspects"
    }
  }
}

/// The steps of a report on one cycle.
public enum ReportStep: Int, WorkStep {
  case members, roots, ring, insideCut, entryCut, matrix

  /// What is done in the step, as screens show it: `Find roots`.
  public var name: String {
    switch self {
    case .members: "Gather members"
    case .roots: "Find roots"
    case .ring: "Find shortest ring"
    case .insideCut: "Find cut inside"
    case .entryCut: "Find cut at entry"
    case .matrix: "Count by class"
    }
  }
}

/// The steps of finding what groups of a cycle's references free.
public enum CutGroupStep: Int, WorkStep {
  case drawRegion, group, weigh

  /// What is done in the step, as screens show it: `Weigh cuts`.
  public var name: String {
    switch self {
    case .drawRegion: "Draw what the cycle retains"
    case .group: "Group references"
    case .weigh: "Weigh cuts"
    }
  }
}
