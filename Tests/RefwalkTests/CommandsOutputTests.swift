import Foundation
import Glibc
import ReferenceGraph
import Testing

@testable import refwalk

@Suite struct CommandsOutputTests {
  enum Key: String, DocumentedKey {
    case first, second
    var meaning: String { rawValue }
  }

  /// What `body` writes.
  private func written(_ body: (Int32) throws -> Void) throws -> String {
    try TemporaryFolder.with { folder in
      let file = folder.appending(path: "file")
      let descriptor = open(file.path, O_WRONLY | O_CREAT, 0o600)
      defer { close(descriptor) }
      try body(descriptor)
      return String(decoding: try Data(contentsOf: file), as: UTF8.self)
    }
  }

  @Test func jsonIsEscapedAndInOrder() throws {
    let nasty = "a\"b\\c\n\t\u{1b}[31m\u{202e}é例\u{7f}\u{0}"
    let text = try written { descriptor in
      var json = JSONWriter(OutputBuffer(descriptor: descriptor))
      json.object { json in
        json.pair(Key.second, nasty)
        json.key(Key.first)
        json.list { json in
          json.value(UInt64.max)
          json.value(-5)
          json.null()
          json.value(true)
          json.object(inline: true) { _ in }
        }
      }
      try json.finish()
    }
    #expect(!text.unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" || $0 == "\u{202e}" || $0 == "\u{7f}" })
    #expect(text.contains("18446744073709551615"))
    let object = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    #expect(object["second"] as? String == nasty)
    #expect((object["first"] as? [Any])?.count == 5)
    #expect(text.firstRange(of: "second")!.lowerBound < text.firstRange(of: "first")!.lowerBound)
  }

  @Test func numbersInDigits() throws {
    let numbers: [UInt64] = [
      0, 1, 9, 10, 99, 100, 12345, UInt64(UInt32.max), .max - 1, .max, 10_000_000_000_000_000_000,
    ]
    let text = try written { descriptor in
      var buffer = OutputBuffer(descriptor: descriptor)
      for number in numbers {
        buffer.write(decimal: number)
        buffer.write(byte: 32)
        buffer.write(hexadecimal: number)
        buffer.write(byte: 10)
      }
      try buffer.finish()
    }
    #expect(text == numbers.map { "\($0) 0x\(String($0, radix: 16))\n" }.joined())
  }

  @Test func textsLongerThanTheBufferComeThrough() throws {
    let long = String(repeating: "0123456789", count: 100_000)
    let text = try written { descriptor in
      var buffer = OutputBuffer(descriptor: descriptor)
      buffer.write("a")
      buffer.write(long)
      for _ in 0..<50_000 { buffer.write("0123456789") }
      try buffer.finish()
    }
    #expect(text == "a" + long + String(repeating: "0123456789", count: 50_000))
  }

  @Test func tablesAreAlignedAndSafe() throws {
    let text = try written { descriptor in
      var buffer = OutputBuffer(descriptor: descriptor)
      var table = TextTable([("n", .right), ("name", .left), ("x", .left)])
      table.add(["1", "例え", "a"])
      table.add(["100", "b\u{1b}\nc", ""])
      table.write(to: &buffer)
      try buffer.finish()
    }
    #expect(text == "    n  name  x\n    1  例え  a\n  100  b··c\n")
  }

  @Test func sizesAreRead() {
    let cases: [(String, UInt64?)] = [
      ("0", 0), ("4096", 4096), ("64k", 65536), ("10MiB", 10 << 20), ("10 MB", 10 << 20), ("1.5GiB", 3 << 29),
      ("1b", 1), ("", nil), ("MiB", nil), ("-1", nil), ("1.5", nil), ("1x", nil), ("99999999999999999999", nil),
      ("99999999TiB", nil), ("1..5k", nil),
    ]
    for (text, bytes) in cases { #expect(ByteSize(argument: text)?.bytes == bytes, "\(text)") }
    #expect(FrameSize(argument: "80x24") == FrameSize(columns: 80, rows: 24))
    for text in ["80", "80x", "x24", "0x24", "80x24x1", "99999x1", "-1x2"] { #expect(FrameSize(argument: text) == nil) }
  }

  @Test func progressSaysHowFarItIs() {
    var line = ProgressLine(steps: ["Reading", "Counting"], byteSteps: 1)
    let progress = WorkProgress(steps: ["Reading", "Counting"])
    progress.begin(0, total: 4096)
    #expect(line.text(progress.report, time: 0, columns: 80) == "Reading (1 of 2)  0 B of 4.0 KiB  0 %")
    progress.advance(to: 1024)
    #expect(line.text(progress.report, time: 2, columns: 80) == "Reading (1 of 2)  1.0 KiB of 4.0 KiB  25 %  6 s left")
    progress.begin(1, total: 2000)
    progress.advance(to: 1000)
    #expect(line.text(progress.report, time: 3, columns: 80) == "Counting (2 of 2)  1,000 of 2,000  50 %")
    #expect(line.text(progress.report, time: 3, columns: 12) == "Counting (2…")
  }
}
