import Foundation
import Testing

@testable import refwalk

@Suite struct ExportTargetTests {
  @Test func filesAreNotReplacedUnaskedAndTheDumpNever() throws {
    try TemporaryFolder.with { folder in
      let path = { (name: String) in folder.appending(path: name).path }
      for name in ["app.heapdump", "cycles.txt"] { try Data("x".utf8).write(to: folder.appending(path: name)) }
      try FileManager.default.createSymbolicLink(atPath: path("link"), withDestinationPath: path("app.heapdump"))
      let dump = path("app.heapdump")
      #expect(ExportTarget(path("new.txt"), dump: dump) == .free)
      #expect(ExportTarget("/dev/null", dump: dump) == .free)
      #expect(ExportTarget(path("cycles.txt"), dump: dump) == .exists)
      for name in ["app.heapdump", "link", "./app.heapdump"] {
        #expect(ExportTarget(path(name), dump: dump) == .refused("\(path(name)) is the dump itself"))
      }
      guard case .refused = ExportTarget("-", dump: dump) else {
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
