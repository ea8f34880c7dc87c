import Foundation
import Glibc
import Testing

/// A system that has nothing left, and terminals that nobody reads, while the browser is open.
@Suite struct JourneyForceTests {
  /// A file of one array of nulls that takes no space on the disk, and more memory than there is.
  static func writeHole(_ path: String, elements: UInt32) throws {
    let bytes = arrayDump(elements: elements)
    try Data(bytes).write(to: URL(filePath: path))
    try #require(truncate(path, off_t(bytes.count) + 8 * off_t(elements)) == 0)
  }

  /// A dump of one array of so many elements, up to the first of them; it lies at `arrayAddress`.
  static func arrayDump(elements: UInt32) -> [UInt8] {
    func big<Number: FixedWidthInteger>(_ value: Number) -> [UInt8] {
      withUnsafeBytes(of: value.bigEndian) { Array($0) }
    }
    let root: [UInt8] = [0x05] + big(arrayAddress)
    let item = [0x22] + big(arrayAddress) + big(0 as UInt32) + big(elements) + big(0x100 as UInt64)
    let length = UInt32(root.count + item.count) + 8 * elements
    let header = Array("JAVA PROFILE 1.0.2".utf8) + [0] + big(8 as UInt32) + big(0 as UInt64)
    return header + [0x1c] + big(0 as UInt32) + big(length) + root + item
  }

  static let arrayAddress: UInt64 = 0x1000

  @Test func memoryThatRunsOutWhileLoadingGivesTheTerminalBack() throws {
    let journey = try JourneyFolder(copiesSample: false)
    let dump = journey.path("large.hprof")
    try Self.writeHole(dump, elements: 120_000_000)
    let session = try journey.shell(columns: 160)
    try JourneyFolder.type("(ulimit -v 1200000; exec $REFWALK \(dump)); echo status-$?", in: session)
    let screen = try session.waitFor("status-2")
    let line = screen.split(separator: "\n").first { $0.contains("not enough memory") }
    #expect(line?.hasPrefix("refwalk: \(dump): not enough memory: ") == true, "\(screen)")
    #expect(line?.hasSuffix(" (ulimit -v)") == true, "\(screen)")
    try JourneyFolder.expectUsable(session)
  }

  @Test(.enabled(if: access("/usr/bin/prlimit", X_OK) == 0))
  func memoryThatRunsOutWhileBrowsingGivesTheTerminalBack() throws {
    let journey = try JourneyFolder()
    let session = try journey.shell(columns: 160)
    try JourneyFolder.type("$REFWALK $DUMP --executable $EXECUTABLE; echo status-$?", in: session)
    try session.waitFor("Suspects")
    try session.send("2", "Enter")
    try session.waitFor("ends the cycle")
    // From now on it gets no page more.
    let process = try JourneyFolder.processID(in: session)
    #expect(try CommandRun.bash("prlimit --pid \(process) --as=4096").status == 0)
    for key in ["b", "B", "p", "4", "Enter", "i", "3", "T"] {
      // Until one of them wants some.
      guard try !session.capture().contains("status-") else { break }
      try session.send(key)
      usleep(300_000)
    }
    let screen = try session.waitFor("status-2")
    let line = screen.split(separator: "\n").first { $0.contains("not enough memory") }
    #expect(line?.hasPrefix("refwalk: ") == true && line?.hasSuffix(" (ulimit -v)") == true, "\(screen)")
    try JourneyFolder.expectUsable(session)
  }

  /// With every signal that ends it, the exit code says which.
  @Test(arguments: [(SIGTERM, 143), (SIGHUP, 129)] as [(Int32, Int)])
  func theSignalIsInTheExitCode(_ signal: Int32, _ status: Int) throws {
    let journey = try JourneyFolder()
    let session = try journey.shell()
    try JourneyFolder.type("$REFWALK $DUMP; echo status-$?", in: session)
    try session.waitFor("Suspects")
    #expect(kill(try JourneyFolder.processID(in: session), signal) == 0)
    try session.waitFor("status-\(status)")
    try JourneyFolder.expectUsable(session)
  }

  /// A terminal whose other end takes nothing: a window that hangs, a connection that is lost.
  @Test(arguments: [[], ["summary"]]) func aSignalEndsItThoughNobodyReadsTheTerminal(command: [String]) throws {
    try TemporaryFolder.with { folder in
      var (terminal, own): (Int32, Int32) = (-1, -1)
      var size = winsize(ws_row: 200, ws_col: 300, ws_xpixel: 0, ws_ypixel: 0)
      try #require(openpty(&terminal, &own, nil, nil, &size) == 0)
      defer { close(terminal) }
      let dump = folder.appending(path: "large.hprof").path
      try Self.writeHole(dump, elements: 40_000_000)
      let process = try Self.start(command + [command.isEmpty ? CommandRun.after : dump], terminal: own)
      close(own)
      // Nothing is read: what it draws fills the terminal, and it waits. Keys make it draw.
      for _ in 0..<40 {
        usleep(50_000)
        _ = write(terminal, "134?", 4)
      }
      #expect(kill(process, SIGTERM) == 0)
      var status: Int32 = 0
      let end = ContinuousClock.now + .seconds(20)
      var ended = waitpid(process, &status, WNOHANG)
      while ended == 0, ContinuousClock.now < end {
        usleep(20_000)
        ended = waitpid(process, &status, WNOHANG)
      }
      if ended == 0 {
        kill(process, SIGKILL)
        waitpid(process, &status, 0)
      }
      #expect(ended == process, "it goes on")
      let code = status & 0x7f == 0 ? status >> 8 & 0xff : 128 + status & 0x7f
      #expect(code == 143)
    }
  }

  private static func start(_ arguments: [String], terminal: Int32) throws -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    for descriptor in 0...2 as ClosedRange<Int32> {
      posix_spawn_file_actions_adddup2(&actions, terminal, descriptor)
    }
    posix_spawn_file_actions_addclose(&actions, terminal)
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var nothing = sigset_t()
    sigemptyset(&nothing)
    posix_spawnattr_setsigmask(&attributes, &nothing)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
    let environment = ProcessInfo.processInfo.environment.merging([
      "TERM": "xterm-256color", "LC_ALL": "C.UTF-8", "XDG_STATE_HOME": "/dev/null", "SWIFT_BACKTRACE": "enable=no",
    ]) { $1 }
    var words = ([CommandRun.program] + arguments).map { strdup($0) } + [nil]
    var variables = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
    defer { for word in words + variables { free(word) } }
    var process = pid_t()
    let code = posix_spawn(&process, CommandRun.program, &actions, &attributes, &words, &variables)
    guard code == 0 else { throw POSIXError(.init(rawValue: code) ?? .EIO) }
    return process
  }

  /// No process and no thread more: the browser says so, commands do without.
  @Test(.enabled(if: geteuid() == 0 && access("/usr/bin/setpriv", X_OK) == 0))
  func withoutThreads() throws {
    let journey = try JourneyFolder()
    let session = try journey.shell(columns: 160)
    // Where everybody may read it. Copied by another process: what this one writes to cannot be run meanwhile.
    let program = journey.path("program")
    let copied = try CommandRun.bash(
      "cp \"$REFWALK\" '\(program)' && chmod 755 '\(program)' '\(journey.dump)' '\(journey.folder.path)'")
    #expect(copied.status == 0, "\(copied.errors)")
    // A user that nobody is, so that nothing else of theirs counts.
    let alone = "setpriv --reuid=64999 --regid=64999 --clear-groups bash -c 'ulimit -u 1; exec \"$@\"' -"
    try JourneyFolder.type(
      "PATH=/usr/bin:/bin HOME=/nonexistent \(alone) \(program) $DUMP; echo status-$?", in: session)
    let screen = try session.waitFor("status-2")
    #expect(
      screen.contains("refwalk: no thread can be made for the browser: Resource temporarily unavailable"), "\(screen)")
    try JourneyFolder.expectUsable(session)
    for command in ["summary", "cycles", "objects"] {
      let run = try CommandRun.bash("exec \(alone) \(program) \(command) \(journey.dump)")
      #expect(run.status == 0 && !run.output.isEmpty, "\(command): \(run.errors)")
    }
  }

  /// What a killed process has left beside the marks is gone after the next start, and only that.
  @Test func leftoversOfTheKilledAreCleared() throws {
    let journey = try JourneyFolder()
    let files = FileManager.default
    // A process that has been and is gone.
    let gone = try CommandRun.bash("echo $$").output.trimmingCharacters(in: .newlines)
    for name in [
      ".app.heapdump.gz.marks.tmp", ".app.heapdump.gz.marks.\(gone).1a2b.tmp", ".refwalk-\(gone)-abc", ".mine.tmp",
    ] {
      try Data("half".utf8).write(to: URL(filePath: journey.path(name)))
    }
    let session = try journey.browser()
    try session.send("Space")
    try session.waitFor("5 Marks 1")
    try session.send("x")
    try session.waitFor("xport")
    try session.send("Escape", "Q")
    try JourneyFolder.expectUsable(session)
    let run = try CommandRun.refwalk("export", journey.dump, "-o", journey.path("report.txt"))
    #expect(run.status == 0, "\(run.errors)")
    let left = try files.contentsOfDirectory(atPath: journey.folder.path).sorted()
    #expect(left.filter { $0.hasPrefix(".") } == [".mine.tmp"], "\(left)")
    #expect(left.contains("app.heapdump.gz.marks") && left.contains("report.txt"))
  }
}
