import CTerminalGuard
import FoundationEssentials
import Glibc
import ReferenceGraph

/// Draws pictures with `dot` of Graphviz, where that is installed.
///
/// The graph goes through a pipe and so does the picture: nothing of the heap lies in a temporary folder meanwhile, and
/// `dot` does not outlive this process.
enum Graphviz {
  /// The program; nil when it is not on the PATH.
  static func program(path: String? = ProcessInfo.processInfo.environment["PATH"]) -> String? {
    for folder in (path ?? "/usr/local/bin:/usr/bin:/bin").split(separator: ":") {
      let file = "\(folder)/dot"
      if access(file, X_OK) == 0 { return file }
    }
    return nil
  }

  /// Draws `text`, a graph in the DOT language, into the file at `path`, `-` for standard output.
  ///
  /// The picture appears there when it is whole, and is no more readable than the files in `dumps`, which it was made
  /// from. `format` is a name that `dot -T` knows.
  static func draw(
    _ text: String, format: String, to path: String, readableAs dumps: [String], progress: WorkProgress
  ) throws(CommandFailure) {
    guard let program = program() else {
      throw .picture("pictures are drawn by dot, which is not on the PATH: install graphviz, or export as dot")
    }
    let (picture, errors, status) = try run(program, ["-T\(format)"], input: Array(text.utf8), progress)
    guard status == 0 else {
      let line = errors.split(whereSeparator: \.isNewline).first.map { ": \($0)" } ?? ""
      throw .picture(
        status > 128 ? "dot was ended by signal \(status - 128)\(line)" : "dot failed (\(status))\(line)")
    }
    guard path != "-" else {
      var output = OutputBuffer()
      output.write(bytes: picture)
      try output.finish()
      return
    }
    try OutputFile.write(picture, to: path, readableAs: dumps)
  }

  /// Runs a program without a terminal and waits for its end, looking now and then whether it is still wanted: what it
  /// wrote, the beginning of what it said, and its exit status, or 128 and the number of the signal that ended it.
  private static func run(
    _ program: String, _ arguments: [String], input: [UInt8], _ progress: WorkProgress
  ) throws(CommandFailure) -> (output: [UInt8], errors: String, status: Int32) {
    var words = ([program] + arguments).map { strdup($0) } + [nil]
    defer { for word in words { free(word) } }
    var (standardInput, standardOutput, standardError): (Int32, Int32, Int32) = (-1, -1, -1)
    let process = terminal_guard_start_child(program, &words, &standardInput, &standardOutput, &standardError)
    var ends = [standardInput, standardOutput, standardError]
    guard process >= 0 else { throw .picture("dot could not be started: \(String(cString: strerror(errno)))") }
    defer { for end in ends where end >= 0 { close(end) } }
    // A program that ends early leaves a pipe that nobody reads.
    let piped = signal(SIGPIPE, SIG_IGN)
    defer { signal(SIGPIPE, piped) }
    var (output, errors): ([UInt8], [UInt8]) = ([], [])
    var written = 0
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    func read(_ index: Int, into bytes: inout [UInt8], limit: Int) {
      let count = Glibc.read(ends[index], &buffer, buffer.count)
      if count > 0 { bytes += buffer[..<min(count, max(0, limit - bytes.count))] }
      if count == 0 || count < 0 && errno != EAGAIN && errno != EINTR {
        close(ends[index])
        ends[index] = -1
      }
    }
    while ends[1] >= 0 || ends[2] >= 0 {
      if progress.isCancelled {
        kill(process, SIGKILL)
        wait(process)
        throw .cancelled
      }
      var files = [
        pollfd(fd: ends[0], events: Int16(POLLOUT), revents: 0), pollfd(fd: ends[1], events: Int16(POLLIN), revents: 0),
        pollfd(fd: ends[2], events: Int16(POLLIN), revents: 0),
      ]
      guard poll(&files, 3, 20) > 0 else { continue }
      if files[0].revents != 0 {
        let count = input.withUnsafeBytes { Glibc.write(ends[0], $0.baseAddress! + written, $0.count - written) }
        if count > 0 { written += count }
        if written == input.count || count < 0 && errno != EAGAIN && errno != EINTR {
          close(ends[0])
          ends[0] = -1
        }
      }
      if files[1].revents != 0 { read(1, into: &output, limit: .max) }
      if files[2].revents != 0 { read(2, into: &errors, limit: 4096) }
    }
    return (output, String(decoding: errors, as: UTF8.self), wait(process))
  }

  @discardableResult private static func wait(_ process: pid_t) -> Int32 {
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0 {
      guard errno == EINTR else { return 127 }
    }
    return status & 0x7F == 0 ? status >> 8 & 0xFF : 128 + status & 0x7F
  }
}
