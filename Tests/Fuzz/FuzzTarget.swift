import DumpLoading
import Glibc

/// One input of libFuzzer's: opened like a file, everything asked of it.
///
/// What is no dump must end in an error.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOneInput(_ data: UnsafePointer<UInt8>?, _ size: Int) -> CInt {
  guard let data else { return -1 }
  let input = UnsafeBufferPointer(start: data, count: size)
  let contents = executable.map { $0.changed(by: input) } ?? Array(input)
  guard ftruncate(scratch.descriptor, 0) == 0,
    contents.withUnsafeBytes({ pwrite(scratch.descriptor, $0.baseAddress, $0.count, 0) }) == contents.count
  else { return -1 }
  do {
    if let executable {
      let options = LoadOptions(executable: scratch.path)
      HeapExercise.run(try DumpLoading.load(path: executable.dump, options: options), limit: 400)
    } else {
      HeapExercise.run(try DumpLoading.load(path: scratch.path, options: scratch.options), limit: 400)
      if let output = RedactedFile(descriptor: nowhere, isPacked: false) {
        _ = try DumpLoading.redact(path: scratch.path, options: scratch.options, to: output)
      }
    }
    return 0
  } catch {
    precondition(!error.description.isEmpty && !error.description.contains("\n"), "an error of several lines")
    // Not worth keeping in the corpus when even the format was not told.
    if case .unknownFormat = error { return -1 }
    if case .otherFile = error { return -1 }
    return 0
  }
}

/// Where redacted dumps go.
private let nowhere = open("/dev/null", O_WRONLY)

/// An executable that wrote a dump: inputs say what is changed in it.
///
/// Nil when inputs are dumps.
private let executable = FuzzedExecutable()

private struct FuzzedExecutable {
  private let bytes: [UInt8]
  /// Where the sections lie; the whole file first.
  private let sections: [Range<Int>]
  /// The dump that it is opened with.
  let dump: String

  init?() {
    guard let path = getenv("FUZZ_EXECUTABLE"), let dump = getenv("FUZZ_DUMP") else { return nil }
    self.dump = String(cString: dump)
    let descriptor = open(path, O_RDONLY)
    let size = Int(lseek(descriptor, 0, SEEK_END))
    precondition(descriptor >= 0 && size > 64, "no executable")
    let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
      count = pread(descriptor, buffer.baseAddress, size, 0)
    }
    close(descriptor)
    func word(_ offset: Int) -> Int { (0..<8).reduce(0) { $0 | Int(bytes[offset + $1]) << (8 * $1) } }
    let count = Int(bytes[0x3c]) | Int(bytes[0x3d]) << 8
    sections =
      [0..<size] + [word(0x28)..<size, 0..<64]
      + (1..<count).map { word(word(0x28) + 64 * $0 + 24) }.enumerated().map { index, start in
        start..<min(size, start + max(8, word(word(0x28) + 64 * (index + 1) + 32)))
      }.filter { !$0.isEmpty }
    self.bytes = bytes
  }

  /// The executable with changes: a section, where in it (4 bytes), how many bytes, and the bytes.
  func changed(by input: UnsafeBufferPointer<UInt8>) -> [UInt8] {
    var result = bytes
    var next = 0
    while input.count - next >= 7 {
      let section = sections[Int(input[next]) % sections.count]
      let place = (1..<5).reduce(0) { $0 | Int(input[next + $1]) << (8 * ($1 - 1)) } % section.count
      let count = 1 + Int(input[next + 5]) % 16
      next += 6
      for index in 0..<count where next < input.count && section.lowerBound + place + index < result.count {
        result[section.lowerBound + place + index] = input[next]
        next += 1
      }
    }
    return result
  }
}

/// The file that every input is written to; it has no name any more.
private let scratch: (descriptor: Int32, path: String, options: LoadOptions) = {
  var template = Array("/dev/shm/refwalk-fuzz-XXXXXX".utf8CString)
  let descriptor = mkstemp(&template)
  precondition(descriptor >= 0, "no scratch file in /dev/shm")
  unlink(template)
  return (descriptor, "/proc/self/fd/\(descriptor)", LoadOptions(searchesForExecutable: false))
}()
