import Glibc
import ReferenceGraph
import Synchronization
import Testing

@testable import CycleMarks

@Suite struct MarksFileTests {
  let folder = TemporaryFolder()
  var dump: String { folder.file("app.heapdump") }

  @Test func besideTheDump() throws {
    var file = MarksFile(dump: dump, environment: [:])
    #expect(file.path == dump + ".marks")
    #expect(file.notice == nil)
    #expect(try file.load() == [])
    try file.save([])
    #expect(folder.names == [])
    try file.save([sampleMark(0x100, note: "α\tβ")])
    #expect(folder.names == ["app.heapdump.marks"])
    var again = MarksFile(dump: dump, environment: [:])
    #expect(try again.load() == [sampleMark(0x100, note: "α\tβ")])
    #expect(MarksFile(dump: "-", environment: [:]).path == "refwalk-stdin.marks")
    #expect(MarksFile(dump: dump, explicit: folder.file("mine"), environment: [:]).path == folder.file("mine"))
  }

  @Test func wholeAtAnyMoment() async throws {
    let path = dump
    let done = Atomic<Bool>(false)
    let reader = Task.detached {
      var least = 0
      var reads = 0
      repeat {
        guard let found = try FileAccess.read(path + ".marks") else { continue }
        let read = try MarksText(found.bytes, path: "x")
        #expect(read.unreadable == [] && read.marks.count >= least)
        least = read.marks.count
        reads += 1
      } while !done.load(ordering: .relaxed)
      return reads
    }
    var file = MarksFile(dump: dump, environment: [:])
    var set = MarkSet(try file.load())
    for number in 1...200 {
      set.set(sampleMark(UInt64(number) << 8, note: String(repeating: "long ", count: 100)))
      set.adopt(try file.save(set.marks))
    }
    done.store(true, ordering: .relaxed)
    #expect(try await reader.value > 0)
    #expect(folder.names == ["app.heapdump.marks"])
  }

  @Test func leftOverTemporaryFile() throws {
    folder.write("half a", to: ".app.heapdump.marks.tmp")
    var file = MarksFile(dump: dump, environment: [:])
    try file.save([sampleMark(0x100)])
    #expect(folder.names == ["app.heapdump.marks"])
    #expect(try file.load().count == 1)
  }

  @Test func blockedTemporaryName() throws {
    mkdir(folder.file(".app.heapdump.marks.tmp"), 0o700)
    var file = MarksFile(dump: dump, environment: [:])
    try file.save([sampleMark(0x100)])
    #expect(folder.names == [".app.heapdump.marks.tmp", "app.heapdump.marks"])
  }

  /// Marks go elsewhere while their file cannot be written, and come home when it can: all of them, and none twice.
  @Test func marksMadeElsewhereComeHome() throws {
    let environment = ["XDG_STATE_HOME": folder.file("state")]
    var first = MarksFile(dump: dump, environment: environment)
    _ = try first.load()
    try first.save([sampleMark(0x100), sampleMark(0x200)])
    chmod(dump + ".marks", 0o444)
    var second = MarksFile(dump: dump, environment: environment)
    #expect(second.path.hasPrefix(folder.file("state")) && second.notice != nil)
    #expect(try second.load().count == 2)
    // One is taken away, another added.
    try second.save([sampleMark(0x200), sampleMark(0x300)])
    let elsewhere = second.path
    chmod(dump + ".marks", 0o644)
    var third = MarksFile(dump: dump, environment: environment)
    let marks = try third.load()
    #expect(third.path == dump + ".marks" && third.hasTakenIn && third.takenInCount == 1)
    #expect(Set(marks.map(\.target)) == Set([sampleMark(0x200), sampleMark(0x300)].map(\.target)))
    try third.save(marks)
    #expect(access(elsewhere, F_OK) != 0 && !third.hasTakenIn)
    var fourth = MarksFile(dump: dump, environment: environment)
    #expect(try fourth.load().count == 2 && fourth.takenInCount == 0)
  }

  /// The file at home has changed since: nothing of either is lost.
  @Test func bothPlacesAreJoined() throws {
    let environment = ["XDG_STATE_HOME": folder.file("state")]
    var first = MarksFile(dump: dump, environment: environment)
    try first.save([sampleMark(0x100)])
    chmod(dump + ".marks", 0o444)
    var second = MarksFile(dump: dump, environment: environment)
    _ = try second.load()
    try second.save([sampleMark(0x100), sampleMark(0x200)])
    chmod(dump + ".marks", 0o644)
    // Somebody without that state folder marks here.
    var other = MarksFile(dump: dump, environment: ["XDG_STATE_HOME": folder.file("other")])
    try other.save(other.load() + [sampleMark(0x300)])
    var third = MarksFile(dump: dump, environment: environment)
    #expect(try third.load().count == 3)
  }

  @Test func marksAreNoMoreReadableThanTheDump() throws {
    folder.write("dump", to: "app.heapdump")
    chmod(dump, 0o600)
    var file = MarksFile(dump: dump, environment: [:])
    try file.save([sampleMark(0x100)])
    var status = stat()
    #expect(stat(file.path, &status) == 0 && status.st_mode & 0o777 == 0o600)
  }

  @Test func leftOverFilesOfTheDeadAreTakenAway() throws {
    let state = ["XDG_STATE_HOME": folder.path]
    mkdir(folder.file("refwalk"), 0o700)
    let elsewhere = try #require(MarksPlace(dump: dump, explicit: nil, environment: state).others.first)
    let aside = String(elsewhere.dropFirst(folder.path.count + 1))
    folder.write("x", to: ".app.heapdump.marks.\(Int32.max).1f.tmp")
    folder.write("x", to: ".app.heapdump.marks.\(getpid()).1f.tmp")
    folder.write("x", to: ".app.heapdump.marks.tmp")
    folder.write("x", to: ".app.heapdump.marks.notes.1f.tmp")
    folder.write("x", to: "app.heapdump.marks.tmp")
    folder.write("x", to: "refwalk/.\(aside.dropFirst(8)).\(Int32.max).1f.tmp")
    // Killed between the moment at which it was put aside and the one at which it was to go.
    folder.write(MarksText(marks: [sampleMark(0x300)]).bytes, to: "\(aside).\(Int32.max).1f.tmp")
    do {
      // Somebody writes.
      let lock = FolderLock(folder.path, patience: 0)
      let isHeld = lock.isHeld
      #expect(isHeld)
      MarksFile(dump: dump, environment: state).clearLeftovers()
      #expect(folder.names.contains(".app.heapdump.marks.tmp"))
    }
    var file = MarksFile(dump: dump, environment: state)
    file.clearLeftovers()
    #expect(
      folder.names == [
        ".app.heapdump.marks.\(getpid()).1f.tmp", ".app.heapdump.marks.notes.1f.tmp", "app.heapdump.marks.tmp",
        "refwalk",
      ])
    #expect(access(elsewhere, F_OK) == 0)
    try file.save(file.load())
    #expect(try file.load().map(\.target) == [sampleMark(0x300).target])
    #expect(access(elsewhere, F_OK) != 0)
  }

  @Test func aFileOfSomebodyElseIsNotReplacedWithoutAWord() throws {
    folder.write(MarksText(marks: []).bytes, to: "app.heapdump.marks")
    let path = dump + ".marks"
    #expect(MarksPlace.otherOwner(path, than: geteuid() &+ 1) == geteuid())
    #expect(MarksPlace.otherOwner(path, than: geteuid()) == nil)
    #expect(MarksPlace.otherOwner(folder.file("none"), than: geteuid() &+ 1) == nil)
  }

  @Test func permissionsStay() throws {
    var file = MarksFile(dump: dump, environment: [:])
    try file.save([sampleMark(0x100)])
    chmod(file.path, 0o640)
    try file.save([sampleMark(0x200)])
    var status = stat()
    stat(file.path, &status)
    #expect(status.st_mode & 0o7777 == 0o640)
  }

  @Test func linksAreFollowed() throws {
    mkdir(folder.file("real"), 0o700)
    symlink("real/one.marks", folder.file("two"))
    symlink("two", folder.file("app.heapdump.marks"))
    var file = MarksFile(dump: dump, environment: [:])
    for address: UInt64 in [0x100, 0x200] { try file.save([sampleMark(address)]) }
    #expect(folder.names == ["app.heapdump.marks", "real", "two"])
    #expect(folder.text("real/one.marks").contains("refwalk-marks\t1"))
    #expect(try file.load().map(\.target) == [sampleMark(0x200).target])
  }

  @Test func twoWriters() throws {
    var one = MarksFile(dump: dump, environment: [:])
    var two = MarksFile(dump: dump, environment: [:])
    var ours = MarkSet(try one.load())
    var theirs = MarkSet(try two.load())
    ours.set(sampleMark(0x100))
    ours.adopt(try one.save(ours.marks))
    theirs.set(sampleMark(0x200, note: "theirs"))
    theirs.adopt(try two.save(theirs.marks))
    #expect(theirs.count == 2)
    #expect(theirs.mark(for: sampleMark(0x100).target)?.letter.text == "a")
    #expect(theirs.mark(for: sampleMark(0x200).target)?.letter.text == "b")
    #expect(one.changedOnDisk && !two.changedOnDisk)
    ours.adopt(try one.load(ours: ours.marks))
    #expect(!one.changedOnDisk)
    #expect(ours.marks == theirs.marks)
    // One removes what the other has not touched.
    ours.remove(sampleMark(0x200).target)
    ours.adopt(try one.save(ours.marks))
    theirs.set(sampleMark(0x100, verdict: .expected, at: 1_700_000_001))
    theirs.adopt(try two.save(theirs.marks))
    #expect(theirs.marks.map(\.verdict) == [.expected])
  }

  /// Also where the lock is not waited for.
  @Test(arguments: [2000, 0]) func manyWritersAtOnce(patience: Int) async throws {
    let path = dump
    try await withThrowingTaskGroup(of: Void.self) { group in
      for writer in 0..<4 {
        group.addTask {
          var file = MarksFile(dump: path, environment: [:])
          file.lockPatience = patience
          var set = MarkSet(try file.load())
          for number in 1...25 {
            set.set(sampleMark(UInt64(writer * 1000 + number) << 8))
            set.adopt(try file.save(set.marks))
          }
        }
      }
      try await group.waitForAll()
    }
    var file = MarksFile(dump: dump, environment: [:])
    let marks = try file.load()
    #expect(marks.count == 100)
    #expect(Set(marks.map(\.letter)).count == 100)
    #expect(folder.names == ["app.heapdump.marks"])
  }

  @Test func withoutTheLock() throws {
    // Somebody sits on the folder: the marks are written all the same.
    let holder = FolderLock(folder.path, patience: 0)
    let isHeld = holder.isHeld
    #expect(isHeld)
    let waiter = FolderLock(folder.path, patience: 0)
    let waits = !waiter.isHeld
    #expect(waits)
    for canExchange in [true, false] {
      func replace(_ byte: UInt8, _ expected: (bytes: [UInt8], stamp: FileStamp)?, isLocked: Bool = false) throws
        -> FileAccess.Replacement
      {
        try FileAccess.replace(dump, with: [byte], expected: expected, isLocked: isLocked, canExchange: canExchange)
      }
      unlink(dump)
      guard case .done(let stamp) = try replace(1, nil) else {
        Issue.record("not written")
        return
      }
      // And not over what came in between.
      #expect(try replace(2, nil) == .changed)
      // Nor under the lock over what somebody wrote who did not wait for it.
      #expect(try replace(3, nil, isLocked: true) == .changed)
      #expect(folder.read("app.heapdump") == [1])
      guard case .done = try replace(4, ([1], stamp)) else {
        Issue.record("not replaced")
        return
      }
      #expect(folder.read("app.heapdump") == [4])
      #expect(try replace(5, ([1], stamp)) == .changed)
      // One that looks the same and is not, as when a file is written in the same moment: what is replaced is seen.
      let now = try #require(FileStamp(path: dump))
      let written = try replace(6, ([9], now))
      #expect(canExchange ? written == .overwrote([4]) : written != .changed)
      #expect(folder.read("app.heapdump") == [6])
      unlink(dump)
      #expect(try replace(7, ([6], now)) == .changed)
    }
    #expect(folder.names == [])
  }

  @Test func folderThatCannotBeWritten() throws {
    // Nobody, not even root, can write into a folder that is a file.
    folder.write("", to: "file")
    let state = folder.file("state")
    var file = MarksFile(dump: folder.file("file/x.hprof"), environment: ["XDG_STATE_HOME": state])
    let notice = try #require(file.notice)
    #expect(
      notice.hasPrefix(folder.file("file/x.hprof.marks") + ": Not a directory; marks go to \(state)/refwalk/x.hprof-"))
    #expect(try file.load() == [])
    try file.save([sampleMark(0x100)])
    #expect(file.path.hasPrefix(state + "/refwalk/x.hprof-"))
    var again = MarksFile(dump: folder.file("file/x.hprof"), environment: ["XDG_STATE_HOME": state])
    #expect(again.path == file.path)
    #expect(try again.load().count == 1)
    let other = MarksFile(dump: folder.file("file/y/x.hprof"), environment: ["XDG_STATE_HOME": state])
    #expect(other.path != file.path)
    var status = stat()
    stat(state + "/refwalk", &status)
    #expect(status.st_mode & 0o777 == 0o700)
  }

  @Test func stateFolders() {
    folder.write("", to: "file")
    func path(_ environment: [String: String]) -> String {
      MarksFile(dump: folder.file("file/x"), environment: environment).path
    }
    let home = folder.path
    #expect(path(["XDG_STATE_HOME": "relative", "HOME": home]).hasPrefix(home + "/.local/state/refwalk/x-"))
    #expect(path(["XDG_STATE_HOME": folder.file("file"), "HOME": home]).hasPrefix(home + "/.local/state/refwalk/x-"))
    #expect(path(["TMPDIR": home]).hasPrefix("\(home)/refwalk-\(getuid())/x-"))
  }

  @Test func folderThatGoesAway() throws {
    mkdir(folder.file("gone"), 0o700)
    var file = MarksFile(dump: folder.file("gone/x"), environment: ["XDG_STATE_HOME": folder.path])
    #expect(file.notice == nil)
    var set = MarkSet(try file.load())
    rmdir(folder.file("gone"))
    set.set(sampleMark(0x100))
    set.adopt(try file.save(set.marks))
    #expect(file.notice?.contains("No such file or directory; marks go to \(folder.path)/refwalk/x-") == true)
    #expect(try file.load() == set.marks)
  }

  @Test func marksBesideAReadOnlyDumpAreRead() throws {
    // A name so long that `.marks` and a temporary file do not fit: what is there is read, what is new goes elsewhere.
    let name = String(repeating: "n", count: 245) + ".marks"
    folder.write(MarksText(marks: [sampleMark(0x100)]).bytes, to: name)
    let state = ["XDG_STATE_HOME": folder.path]
    var file = MarksFile(dump: folder.file("x"), explicit: folder.file(name), environment: state)
    #expect(file.notice != nil)
    var set = MarkSet(try file.load())
    #expect(set.count == 1)
    set.set(sampleMark(0x200))
    set.adopt(try file.save(set.marks))
    var again = MarksFile(dump: folder.file("x"), explicit: folder.file(name), environment: state)
    #expect(try again.load().count == 2)
  }

  @Test func marksOfAnEarlierDumpAreTheFirstOnes() throws {
    let earlier = folder.file("earlier.heapdump")
    var before = MarksFile(dump: earlier, environment: [:])
    try before.save([sampleMark(0x100, note: "seen before")])
    // A file that is named holds what it holds, and standard input is never the same.
    var named = MarksFile(dump: dump, earlier: earlier, explicit: folder.file("mine"), environment: [:])
    #expect(try named.load() == [] && !named.areOfEarlier)
    var piped = MarksFile(dump: dump, earlier: "-", environment: [:])
    #expect(try piped.load() == [] && !piped.areOfEarlier)
    var file = MarksFile(dump: dump, earlier: earlier, environment: [:])
    var set = MarkSet(try file.load(ours: []))
    #expect(try set.marks == before.load() && file.areOfEarlier && file.source == before.path)
    #expect(folder.names == ["earlier.heapdump.marks"], "to look at them writes nothing")
    set.adopt(try file.save(set.marks))
    #expect(!file.areOfEarlier && set.count == 1)
    // From now on they are this dump's own, also when all are gone.
    set.remove(set.marks[0].target)
    try file.save(set.marks)
    var again = MarksFile(dump: dump, earlier: earlier, environment: [:])
    #expect(try again.load() == [] && !again.areOfEarlier)
    #expect(try before.load().count == 1)
    // Taken away while refwalk runs, they do not turn into others.
    unlink(file.path)
    set.set(sampleMark(0x200))
    #expect(try file.load(ours: set.marks) == set.marks)
  }

  @Test func marksOfAnEarlierDumpThatCannotBeRead() throws {
    folder.write("no marks at all", to: "earlier.marks")
    var file = MarksFile(dump: dump, earlier: folder.file("earlier"), environment: [:])
    let error = #expect(throws: MarksError.self) { try file.load() }
    #expect("\(error!)".contains(folder.file("earlier.marks")))
    try file.save([sampleMark(0x100)])
    #expect(try file.load().count == 1)
  }

  @Test func takenAwayFile() throws {
    var file = MarksFile(dump: dump, environment: [:])
    var set = MarkSet(try file.load())
    set.set(sampleMark(0x100))
    set.adopt(try file.save(set.marks))
    unlink(file.path)
    #expect(!file.changedOnDisk)
    set.set(sampleMark(0x200))
    #expect(try file.save(set.marks).count == 2)
    #expect(try file.load().count == 2)
  }

  @Test func unreadableLinesStayInTheFile() throws {
    var file = MarksFile(dump: dump, environment: [:])
    try file.save([sampleMark(0x100)])
    folder.write(
      folder.read("app.heapdump.marks") + Array("what is this\n# a comment\n".utf8), to: "app.heapdump.marks")
    var set = MarkSet(try file.load(ours: [sampleMark(0x100)]))
    #expect(file.unreadable.count == 1)
    set.set(sampleMark(0x200))
    try file.save(set.marks)
    #expect(folder.text("app.heapdump.marks").hasSuffix("\nwhat is this\n# a comment\n"))
  }

  @Test func otherThingsInThePlace() throws {
    folder.write("JAVA PROFILE 1.0.2", to: "other")
    var file = MarksFile(dump: dump, explicit: folder.file("other"), environment: [:])
    #expect(throws: MarksError.notMarks(folder.file("other"))) { try file.load() }
    #expect(throws: MarksError.notMarks(folder.file("other"))) { try file.save([sampleMark(0x100)]) }
    #expect(folder.text("other") == "JAVA PROFILE 1.0.2")
    mkfifo(folder.file("pipe"), 0o600)
    file = MarksFile(dump: dump, explicit: folder.file("pipe"), environment: [:])
    #expect(throws: MarksError.notAFile(folder.file("pipe"))) { try file.load() }
    file = MarksFile(dump: dump, explicit: folder.path, environment: [:])
    #expect(throws: MarksError.notAFile(folder.path)) { try file.save([sampleMark(0x100)]) }
    truncate(folder.file("other"), FileAccess.sizeLimit + 1)
    file = MarksFile(dump: dump, explicit: folder.file("other"), environment: [:])
    #expect(throws: MarksError.tooLarge(folder.file("other"), FileAccess.sizeLimit + 1)) { try file.load() }
  }
}
