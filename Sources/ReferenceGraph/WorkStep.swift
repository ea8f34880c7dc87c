/// The steps of some long work, in their order, counted from 0 on.
public protocol WorkStep: RawRepresentable<Int>, CaseIterable, Sendable {
  /// What is done in the step, as screens show it: `Find cycles`.
  var name: String { get }
}

extension WorkStep {
  /// The names of all steps, in their order: the `steps` of a `WorkProgress`.
  public static var names: [String] { allCases.map(\.name) }
}

extension WorkProgress {
  /// Begins `step`, which takes `total` units of its own (bytes, objects).
  ///
  /// Where these steps come after others, `firstStep` is the index of the first of them in `steps`.
  public func begin(_ step: some WorkStep, from firstStep: Int = 0, total: UInt64) {
    begin(firstStep + step.rawValue, total: total)
  }
}
