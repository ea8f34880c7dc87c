import ReferenceGraph

/// Classes that the runtime makes without a name of its own.
enum HPROFHiddenClass {
  /// Whether a class is one that may be unloaded before its loader: `java.lang.invoke.LambdaForm$MH+0x00007f197c010800`,
  /// in older versions `…LambdaForm$MH.1234567`.
  static func isHidden(_ name: String) -> Bool {
    // Byte for byte: it is asked of every class, and names may be long.
    let bytes = name.utf8
    guard let mark = bytes.lastIndex(where: { $0 == 0x2b || $0 == 0x2f || $0 == 0x2e }) else { return false }
    let rest = bytes[bytes.index(after: mark)...]
    let isHexadecimal = rest.starts(with: "0x".utf8)
    let digits = isHexadecimal ? rest.dropFirst(2) : rest
    return !digits.isEmpty
      && digits.allSatisfy { byte in
        0x30...0x39 ~= byte || isHexadecimal && (0x61...0x66 ~= byte || 0x41...0x46 ~= byte)
      }
  }

  /// Whether the JDK makes classes of this name itself: for lambdas, method handles, concatenations of text.
  static func isOfJDK(_ name: String) -> Bool {
    let marks: [StaticString] = [
      "$$Lambda", "LambdaForm$", "$$StringConcat", "$$InjectedInvoker", "$$TypeSwitch", "$Species_",
    ]
    return name.hasPrefix("java.") || name.hasPrefix("jdk.") || name.hasPrefix("sun.")
      || marks.contains { name.utf8Index(of: $0) != nil }
  }
}
