import Foundation
import TestSupport
import Testing

@testable import DumpLoading

/// A short, always equal pass of what the fuzz target does at length: the files of its corpus, and damaged copies.
struct FuzzCorpusTests {
  /// Path from the repository's root.
  private static func files() -> [String] {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("Fuzz/Corpus")
    let names = FileManager.default.enumerator(atPath: folder.path)?.allObjects as? [String] ?? []
    return names.map { folder.appendingPathComponent($0).path }.filter {
      var isFolder: ObjCBool = false
      // Those for executables are changes, and no dumps.
      return FileManager.default.fileExists(atPath: $0, isDirectory: &isFolder) && !isFolder.boolValue
        && !$0.contains("/executable/")
    }.sorted()
  }

  @Test func thereIsACorpus() { #expect(Self.files().count >= 4) }

  @Test(arguments: files())
  func corpusAndDamagedCopies(_ path: String) throws {
    let whole = Array(try Data(contentsOf: URL(fileURLWithPath: path)))
    let file = try ScratchFile(whole)
    HeapExercise.run(try DumpLoading.load(path: file.path, options: .alone), limit: 100)
    var numbers = SeededNumbers(1)
    func random(_ limit: Int) -> Int { numbers.below(limit) }
    let pieces = ["0", "9", "4294967296", "99999999999999999999", ",", "[", "]", "\"", "\\u", "\\ud83d", "-1", "null"]
    var opened = 0
    for _ in 0..<120 {
      var bytes = whole
      for _ in 0...random(5) {
        let place = random(bytes.count)
        switch random(6) {
        case 0: bytes[place] = UInt8(random(256))
        case 1: bytes[place] ^= UInt8(1 << random(8))
        case 2: bytes.remove(at: place)
        case 3: bytes.insert(contentsOf: pieces[random(pieces.count)].utf8, at: place)
        case 4: bytes.insert(contentsOf: bytes[place..<min(bytes.count, place + random(64))], at: random(bytes.count))
        default: if random(20) == 0 { bytes.removeSubrange(place...) }
        }
        if bytes.isEmpty { break }
      }
      try file.replace(bytes)
      do {
        HeapExercise.run(try DumpLoading.load(path: file.path, options: .alone), limit: 20)
        opened += 1
      } catch {
        #expect(!error.description.isEmpty && !error.description.contains("\n"))
      }
    }
    #expect(opened > 5)
  }
}
