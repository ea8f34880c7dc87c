/// Classes that the runtime makes without a name of its own.
enum HPROFHiddenClass {
  /// Whether a class is one that may be unloaded before its loader: `java.lang.invoke.LambdaForm$MH+0x00007f197c010800`,
  /// in older versions `…LambdaForm$MH.1234567`.
  static func isHidden(_ name: String) -> Bool {
    guard let mark = name.lastIndex(where: { "+/.".contains($0) }) else { return false }
    let rest = name[name.index(after: mark)...]
    let digits = rest.hasPrefix("0x") ? rest.dropFirst(2) : rest
    return !digits.isEmpty && digits.allSatisfy { $0.isHexDigit }
      && (rest.hasPrefix("0x") || digits.allSatisfy(\.isNumber))
  }

  /// Whether the JDK makes classes of this name itself: for lambdas, method handles, concatenations of text.
  static func isOfJDK(_ name: String) -> Bool {
    let marks = ["$$Lambda", "LambdaForm$", "$$StringConcat", "$$InjectedInvoker", "$$TypeSwitch", "$Species_"]
    return name.hasPrefix("java.") || name.hasPrefix("jdk.") || name.hasPrefix("sun.")
      || marks.contains { name.contains($0) }
  }
}
