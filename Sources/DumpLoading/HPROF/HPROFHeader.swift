/// The first bytes of a dump: its version, the size of object ids, and when it was written.
struct HPROFHeader {
  /// `1.0.2`.
  let version: String
  /// Bytes of an object id, 4 or 8.
  let identifierSize: Int
  /// Milliseconds since 1970.
  let time: UInt64
  /// Where the first record begins.
  let end: Int

  /// How every version begins.
  static let magic = "JAVA PROFILE 1."

  init(_ bytes: UnsafeRawBufferPointer) throws(LoadError) {
    let prefix = bytes.prefix(32)
    guard let length = prefix.firstIndex(of: 0) else {
      guard bytes.count > 32 else { throw .endsTooEarly(record: "header", offset: UInt64(bytes.count)) }
      throw .malformed(record: "header", offset: 0, problem: "its version has no end")
    }
    let text = String(decoding: prefix[..<length], as: UTF8.self)
    version = String(text.dropFirst("JAVA PROFILE ".count))
    guard ["1.0", "1.0.1", "1.0.2", "1.0.3"].contains(version) else {
      throw .unsupported("HPROF version \"\(version)\" is not known, 1.0.1 to 1.0.3 are")
    }
    var cursor = ByteCursor(bytes, at: length + 1)
    do throws(ReadProblem) {
      identifierSize = Int(try cursor.u4())
      time = try cursor.u8()
    } catch {
      throw .endsTooEarly(record: "header", offset: UInt64(bytes.count))
    }
    guard identifierSize == 4 || identifierSize == 8 else {
      throw .malformed(
        record: "header", offset: UInt64(length + 1), problem: "object ids of \(grouped(identifierSize)) bytes")
    }
    end = cursor.position
  }
}
