import Foundation
import Testing

@testable import refwalk

@Suite struct ExportTargetTests {
  @Test func filesAreNotReplacedUnaskedAndTheDumpNever() throws {
    try TemporaryFolder.with { folder in
      let path = { (name: String) in folder.appending(path: name).path }
      for name in ["app.heapdump", "cycles.txt"] { try Data("x".utf8).write(to: folder.appending(path: name)) }
      try FileManager.default.createSymbolicLink(atPath: path("link"), withDestinationPath: path("app.heapdump"))
      let dump = ProtectedFiles(
        dump: path("app.heapdump"), marks: [path("app.heapdump.marks")], others: [path("app")])
      #expect(ExportTarget(path("new.txt"), protected: dump) == .free)
      #expect(ExportTarget("/dev/null", protected: dump) == .free)
      #expect(ExportTarget(path("cycles.txt"), protected: dump) == .exists)
      for name in ["app.heapdump", "link", "./app.heapdump"] {
        #expect(ExportTarget(path(name), protected: dump) == .refused("\(path(name)) is the dump itself"))
      }
      // Not there yet, and by another way to the same folder.
      for name in ["app.heapdump.marks", "./app.heapdump.marks"] {
        #expect(ExportTarget(path(name), protected: dump) == .refused("\(path(name)) is the file of the marks"))
      }
      try FileManager.default.createSymbolicLink(atPath: path("later"), withDestinationPath: "app")
      #expect(ExportTarget(path("later"), protected: dump) == .refused("\(path("later")) is the executable"))
      guard case .refused = ExportTarget("-", protected: dump) else {
        Issue.record("a terminal is written to")
        return
      }
    }
  }

  @Test func pathsAreCompletedAsFarAsTheyAreSure() throws {
    try TemporaryFolder.with { folder in
      for name in ["marks-a.txt", "marks-b.txt", ".hidden"] {
        try Data().write(to: folder.appending(path: name))
      }
      try FileManager.default.createDirectory(at: folder.appending(path: "notes"), withIntermediateDirectories: false)
      let path = folder.path
      #expect(ExportTarget.completed(path + "/m") == path + "/marks-")
      #expect(ExportTarget.completed(path + "/marks-a") == path + "/marks-a.txt")
      #expect(ExportTarget.completed(path + "/no") == path + "/notes/")
      #expect(ExportTarget.completed(path + "/.h") == path + "/.hidden")
      #expect(ExportTarget.completed(path + "/nothing") == path + "/nothing")
      #expect(ExportTarget.completed(path + "/") == path + "/")
      #expect(ExportTarget.completed("/no/such/folder/x") == "/no/such/folder/x")
    }
  }
}
