import Testing

@testable import DumpLoading

/// Files that people take for a dump, or that were one: called by name.
@Suite struct OtherFilesTests {
  private func words(_ bytes: [UInt8]) -> String { loadError(bytes)?.description ?? "opens" }
  private func words(_ text: String) -> String { words(Array(text.utf8)) }

  /// A header of tar with its checksum, of the form with or without a magic number.
  private func tar(_ name: String, magic: String) -> [UInt8] {
    var header = [UInt8](repeating: 0, count: 512)
    func put(_ text: String, at place: Int) {
      for (index, byte) in text.utf8.enumerated() { header[place + index] = byte }
    }
    put(name, at: 0)
    put("0000644\0", at: 100)
    put("00000001750\0", at: 124)
    put("        ", at: 148)
    put(magic, at: 257)
    let sum = header.reduce(0) { $0 + Int($1) }
    let digits = String(sum, radix: 8)
    put(String(repeating: "0", count: 6 - digits.count) + digits + "\0 ", at: 148)
    return header + [UInt8](repeating: 7, count: 1000)
  }

  @Test(arguments: ["ustar\0", "ustar  ", ""]) func archivesOfTar(magic: String) {
    let expected = "not a heap dump but an archive of tar (its first file is app/heap.hprof); unpack it first: tar -xf"
    #expect(words(tar("app/heap.hprof", magic: magic)) == expected)
  }

  @Test(arguments: ["<!DOCTYPE html><html>", "\n <HTML lang=\"en\">", "\u{feff}<html>"]) func pagesOfHTML(page: String)
  {
    #expect(words(page) == "not a heap dump but a page of HTML, which a server sent instead of the dump")
  }

  @Test func answersOfServers() {
    #expect(
      words(
        "{\"timestamp\":\"2026-01-01T00:00:00Z\",\"status\":404,\"error\":\"Not Found\",\"path\":\"/actuator/heapdump\"}"
      )
        == "not a heap dump but a server's answer that it has none: 404, Not Found, /actuator/heapdump")
    #expect(
      words("{ \"status\": 401, \"title\": \"Unauthorized\", \"detail\": \"no token\" }")
        == "not a heap dump but a server's answer that it has none: 401, Unauthorized, no token")
    #expect(words("{\"error\":{\"message\":\"busy\"}}").hasSuffix("a server's answer that it has none: busy"))
    #expect(words("{\"name\":\"refwalk\"}") == "cannot be read: the JSON has no member \"snapshot\"")
  }

  @Test func snapshotsOfJavaScriptCoreInItsOwnForm() {
    let text =
      "{\"version\":3,\"type\":\"Inspector\",\"nodes\":[0,0,0,0],\"nodeClassNames\":[\"<root>\"],\"edges\":[],\"edgeTypes\":[]}"
    #expect(
      words(text)
        == "not a heap dump but a heap snapshot of JavaScriptCore (Bun, Safari) in its own form, which refwalk does not "
        + "read; in Bun take Bun.generateHeapSnapshot(\"v8\") or writeHeapSnapshot of node:v8")
  }

  // MARK: Dumps that were taken for text

  private var dumps: [[UInt8]] {
    get throws { [try Fixture.unpacked("small-after.heapdump.gz"), try Fixture.unpacked("jvm-25-compact.hprof.gz")] }
  }

  @Test func translatedLineEnds() throws {
    for dump in try dumps {
      let translated = dump.flatMap { $0 == 0x0a ? [0x0d, 0x0a] : [$0] }
      #expect(words(translated).hasPrefix("cannot be read: its line ends were translated on the way"))
    }
  }

  @Test func bytesWrittenAsUTF8() throws {
    for dump in try dumps {
      let encoded = dump.prefix(400_000).flatMap { $0 < 0x80 ? [$0] : [0xc2 + ($0 >> 6 & 1), 0x80 | $0 & 0x3f] }
      #expect(words(encoded).contains("`iconv -f UTF-8 -t ISO-8859-1` may give the old bytes back"))
      let replaced = Array(String(decoding: dump.prefix(400_000), as: UTF8.self).utf8)
      #expect(words(replaced).contains("bytes above 127 became ef bf bd: they are lost"))
    }
  }

  @Test func dumpsAsTheyShouldBe() throws {
    for dump in try dumps { #expect(dump.withUnsafeBytes { TextMode.damage($0) } == nil) }
    for dump in [GoDumpWriter.everyKind().bytes, HPROFWriter.program().finished()] {
      #expect(dump.withUnsafeBytes { TextMode.damage($0) } == nil)
    }
  }
}
