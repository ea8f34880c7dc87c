import Glibc
import GraphAnalysis
import ReferenceGraph
import Testing

@testable import DumpLoading

/// The tests' own files.
enum Fixture {
  static func path(_ name: String) -> String {
    var folder = String(#filePath)
    folder.removeLast("Loading.swift".count)
    return folder + "Fixtures/" + name
  }

  static func bytes(_ name: String) throws -> [UInt8] {
    let descriptor = open(path(name), O_RDONLY)
    try #require(descriptor >= 0)
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: 1 << 16)
    let count = read(descriptor, &bytes, bytes.count)
    try #require(count >= 0 && count < bytes.count)
    return Array(bytes[..<count])
  }

  static func unpacked(_ name: String) throws -> [UInt8] { try unpacked(at: path(name)) }

  /// What a file packed with gzip holds.
  static func unpacked(at path: String) throws -> [UInt8] {
    let descriptor = open(path, O_RDONLY)
    try #require(descriptor >= 0)
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    let reader = InputStreamReader(descriptor: descriptor, progress: WorkProgress())
    _ = try GzipUnpacker().unpack(reader, headerLength: 0) { bytes += $0 }
    return bytes
  }
}

/// A file that is gone with the value.
final class ScratchFile {
  let path: String
  private let descriptor: Int32

  init(_ bytes: [UInt8]) throws {
    var template = Array("/tmp/refwalk-test-XXXXXX".utf8CString)
    descriptor = mkstemp(&template)
    try #require(descriptor >= 0)
    path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    try replace(bytes)
  }

  deinit {
    unlink(path)
    close(descriptor)
  }

  /// Makes `bytes` the contents.
  func replace(_ bytes: [UInt8]) throws {
    try #require(ftruncate(descriptor, 0) == 0)
    var done = 0
    while done < bytes.count {
      let count = bytes.withUnsafeBytes { pwrite(descriptor, $0.baseAddress! + done, bytes.count - done, done) }
      try #require(count > 0)
      done += count
    }
  }
}

/// Loads a dump that lies in memory.
func load(_ bytes: [UInt8], options: LoadOptions = .alone) throws -> Heap {
  let file = try ScratchFile(bytes)
  return try DumpLoading.load(path: file.path, options: options)
}

/// Loads a dump made by a test and analyses it with the policies that it puts first.
func analysis(_ bytes: [UInt8]) throws -> HeapAnalysis {
  let heap = try load(bytes)
  return try HeapAnalysis(heap: heap, options: AnalysisOptions(heap.facts), progress: WorkProgress())
}

/// The error that loading ends with.
func loadError(_ bytes: [UInt8], options: LoadOptions = .alone) -> LoadError? {
  do {
    _ = try load(bytes, options: options)
    return nil
  } catch {
    return error as? LoadError
  }
}

extension Heap {
  /// The object that begins at `address`.
  func object(at address: UInt64) -> ObjectID? { graph.addresses.object(at: address) }
  func address(of object: ObjectID) -> UInt64 { graph.addresses.address(of: object) }

  /// The addresses that `address` refers to, in field order.
  func references(of address: UInt64) -> [UInt64] {
    guard let id = graph.addresses.object(at: address) else { return [] }
    return graph.references(of: id).map { graph.addresses.address(of: graph.target(of: $0)) }
  }

  /// The names of the roots of one kind.
  func rootNames(_ kind: RootKind) -> [String] {
    graph.roots.filter { $0.kind == kind }.map { graph.rootNames[$0.name] }
  }

  /// Objects and bytes that roots whose references are of `kinds` reach, by a plain search.
  ///
  /// With `recorded` only what roots reach that the dump has itself.
  func reachable(
    _ kinds: ReferenceKinds, recorded: Bool = false
  ) -> (objects: Int, bytes: UInt64, seen: [Bool]) {
    var seen = [Bool](repeating: false, count: graph.objectCount + 1)
    var work: [ObjectID] = graph.roots.prefix(recorded ? graph.recordedRootCount : .max)
      .filter { kinds.contains($0.reference) }.map(\.target)
    var objects = 0
    var bytes: UInt64 = 0
    while let id = work.popLast() {
      if seen[id.index] { continue }
      seen[id.index] = true
      objects += 1
      bytes += graph.size(of: id)
      for place in graph.references(of: id) { work.append(graph.target(of: place)) }
    }
    return (objects, bytes, seen)
  }
}

extension LoadOptions {
  /// The dump and nothing else: what lies in the temporary folder is not looked at.
  static let alone = LoadOptions(searchesForExecutable: false)
}
