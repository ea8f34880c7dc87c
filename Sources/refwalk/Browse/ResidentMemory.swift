import Glibc

/// The memory that this process has in use.
enum ResidentMemory {
  /// Resident bytes; 0 where the system does not tell.
  ///
  /// Pages of mapped files, which the system takes back when it needs them, are not counted.
  static var bytes: UInt64 {
    guard let file = fopen("/proc/self/statm", "r") else { return 0 }
    defer { fclose(file) }
    var line = [CChar](repeating: 0, count: 128)
    guard fgets(&line, 128, file) != nil else { return 0 }
    let text = String(decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    // Pages in all, those that are resident, and those of them that belong to files.
    let words = text.split(separator: " ")
    guard words.count > 2, let pages = UInt64(words[1]), let ofFiles = UInt64(words[2]), pages >= ofFiles else {
      return 0
    }
    return (pages - ofFiles) * UInt64(sysconf(Int32(_SC_PAGESIZE)))
  }
}
