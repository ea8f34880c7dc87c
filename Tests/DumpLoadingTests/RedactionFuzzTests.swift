import Foundation
import Glibc
import ReferenceGraph
import TestSupport
import Testing

@testable import DumpLoading

/// Damaged dumps end in one line, or in a dump that can be read again.
struct RedactionFuzzTests {
  private static let dumps: [(name: String, bytes: [UInt8])] = {
    var snapshot = V8SnapshotWriter.sample()
    return [
      ("go", GoDumpWriter.everyKind().bytes), ("hprof", HPROFWriter.program().finished()),
      ("v8", snapshot.bytes()),
    ]
  }()

  @Test(arguments: 0..<3) func damagedDumps(_ index: Int) throws {
    let whole = Self.dumps[index].bytes
    let source = try ScratchFile(whole)
    let target = try ScratchFile([])
    var numbers = SeededNumbers(UInt64(7 + index))
    var written = 0
    var readAgain = 0
    for _ in 0..<400 {
      var bytes = whole
      numbers.damage(&bytes, from: 16)
      if numbers.below(8) == 0 { bytes.removeSubrange((16 + numbers.below(bytes.count - 16))...) }
      try source.replace(bytes)
      try target.replace([])
      let descriptor = open(target.path, O_WRONLY | O_TRUNC)
      defer { close(descriptor) }
      let output = try #require(RedactedFile(descriptor: descriptor, isPacked: false))
      do throws(LoadError) {
        _ = try DumpLoading.redact(path: source.path, options: .alone, to: output)
      } catch {
        #expect(!error.description.isEmpty && !error.description.contains("\n"))
        continue
      }
      written += 1
      do throws(LoadError) {
        HeapExercise.run(try DumpLoading.load(path: target.path, options: .alone), limit: 20)
        readAgain += 1
      } catch {
        #expect(!error.description.isEmpty && !error.description.contains("\n"))
      }
    }
    #expect(written > 40)
    // Zeros in the place of what was damaged may say something else.
    #expect(readAgain * 10 >= written * 9, "\(readAgain) of \(written)")
  }
}
