import ArgumentParser
import FoundationEssentials
import Glibc
import ReferenceGraph
import Screen
import Terminal

/// `refwalk tutor`: a walk through the sample dump in the terminal.
struct TutorCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tutor",
    abstract: "Walk through a sample dump in ten steps.",
    discussion: """
      Opens a sample with planted leaks; a bar says what to do next and what it has shown. Marks are not kept.
      """)

  @Option(help: "Colours; auto: when the terminal has them and NO_COLOR is not set.") var color: ColorChoice = .auto
  @Flag(help: "Draw with ASCII characters only.") var ascii = false
  @Option(
    help: ArgumentHelp(
      "Press these keys, names with a space between them ('2 Enter p'), and print the frame.", valueName: "keys"))
  var keys: String?
  @Option(help: ArgumentHelp("The size of the frame that is printed.", valueName: "columnsxrows"))
  var frame: FrameSize?

  func run() throws {
    let folder = try Self.sampleFolder()
    var arguments = ["\(folder)/after.heapdump.gz", "--executable", "\(folder)/go-leaks", "--color", color.rawValue]
    if ascii { arguments.append("--ascii") }
    if let keys { arguments += ["--keys", keys] }
    if let frame { arguments += ["--frame", "\(frame.columns)x\(frame.rows)"] }
    // Nothing is left behind beside the sample, which may be everybody's.
    let temporary = ProcessInfo.processInfo.environment["TMPDIR"] ?? "/tmp"
    var name = "\(temporary)/refwalk-tutor-XXXXXX".systemPath
    guard mkdtemp(&name) != nil else { throw CommandFailure.cannotWrite(temporary, errno) }
    let scratch = String(systemPath: name)
    defer { try? FileManager.default.removeItem(atPath: scratch) }
    var browse = try BrowseCommand.parse(arguments + ["--marks", "\(scratch)/marks"])
    browse.isTutor = true
    try browse.run()
  }

  /// Where the sample is: installed beside the program (`PREFIX/bin`, `PREFIX/share/refwalk`), or in the sources that
  /// the program was built from.
  static func sampleFolder(program: String = ownProgram) throws(CommandFailure) -> String {
    var folder = program.split(separator: "/").dropLast()
    var tried: [String] = []
    for depth in 0..<8 {
      let base = "/" + folder.joined(separator: "/")
      // The program lies in `bin`, one below PREFIX.
      let names = depth == 1 ? ["share/refwalk/go-leaks", "Samples/go-leaks"] : ["Samples/go-leaks"]
      for name in names {
        let sample = "\(base)/\(name)"
        tried.append(sample)
        if access("\(sample)/after.heapdump.gz".systemPath, R_OK) == 0,
          access("\(sample)/go-leaks".systemPath, R_OK) == 0
        {
          return sample
        }
      }
      guard !folder.isEmpty else { break }
      folder.removeLast()
    }
    throw .badArgument("the sample of the tutor is not there (make install puts it into share/refwalk): \(tried[1])")
  }

  /// The path of this program's file.
  static var ownProgram: String {
    var buffer = [UInt8](repeating: 0, count: 4096)
    let length = buffer.withUnsafeMutableBytes { readlink("/proc/self/exe", $0.baseAddress!, $0.count) }
    return String(systemPath: buffer.prefix(max(0, length)))
  }
}
