/// What refwalk says to its caller when it ends.
enum ExitStatus: Int32, CaseIterable {
  case done = 0
  case findings = 1
  case failed = 2
  case cancelled = 130

  /// For people, as the manual prints it.
  var meaning: String {
    switch self {
    case .done: "Done. A dump that was cut short counts as done, with a warning on standard error."
    case .findings: "Something was found that the command was asked to fail on (--fail-on, --fail-over)."
    case .failed: "Wrong usage, or a file that cannot be read or written; one line on standard error says what."
    case .cancelled: "Interrupted with ^C (128 and the number of the signal; 143 for SIGTERM, 129 for SIGHUP)."
    }
  }
}
