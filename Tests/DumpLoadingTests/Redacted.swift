import Foundation
import Glibc
import GraphAnalysis
import ReferenceGraph
import Testing

@testable import DumpLoading

/// A dump, and what was written of it.
struct Redacted {
  let bytes: [UInt8]
  private let data: Data
  let report: RedactionReport

  /// Redacts a dump that lies in memory.
  init(_ dump: [UInt8], options: LoadOptions = .alone) throws {
    let file = try ScratchFile(dump)
    try self.init(path: file.path, options: options)
  }

  init(path: String, options: LoadOptions = .alone) throws {
    let target = try ScratchFile([])
    let descriptor = open(target.path, O_WRONLY | O_TRUNC)
    try #require(descriptor >= 0)
    defer { close(descriptor) }
    let output = try #require(RedactedFile(descriptor: descriptor, isPacked: false))
    report = try DumpLoading.redact(path: path, options: options, to: output)
    #expect(output.failure == 0)
    data = try Data(contentsOf: URL(filePath: target.path))
    bytes = [UInt8](data)
    #expect(output.count == UInt64(bytes.count))
  }

  /// Whether the bytes have a text in Latin-1, UTF-8 or UTF-16 of either order.
  func contains(_ text: String) -> Bool {
    var forms: [[UInt8]] = [Array(text.utf8)]
    let units = Array(text.utf16)
    if units.allSatisfy({ $0 < 256 }) { forms.append(units.map { UInt8($0) }) }
    forms.append(units.flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] })
    forms.append(units.flatMap { [UInt8($0 >> 8), UInt8($0 & 255)] })
    return forms.contains(where: contains)
  }

  func contains(_ part: [UInt8]) -> Bool { data.range(of: Data(part)) != nil }

  /// Whether the bytes have a number in either order.
  func contains(number: some FixedWidthInteger) -> Bool {
    let bytes = withUnsafeBytes(of: number) { Array($0) }
    return contains(bytes) || contains(Array(bytes.reversed()))
  }

  /// A text that is in no name: letters beyond ASCII tell the encodings apart.
  static let secret = "Pässwort-7731 of Jörg"
  static let number: Int64 = 0x5EC2_E7C0_FFEE_1234
  static let smallNumber: Int32 = 0x5EC2_E7C1
}

/// Checks that two heaps are the same but for what their objects hold.
///
/// With `names` classes have the same names too.
func expectSame(
  _ left: Heap, _ right: Heap, names: Bool = true, sourceLocation: SourceLocation = #_sourceLocation
) {
  func same<Value: Equatable>(_ what: String, _ value: (Heap) -> Value) {
    let (one, other) = (value(left), value(right))
    #expect(one == other, "\(what)", sourceLocation: sourceLocation)
  }
  same("objects") { $0.graph.objectCount }
  same("references") { $0.graph.rows.targets.withBuffer { Array($0) } }
  same("rows") { $0.graph.rows.offsets.withBuffer { Array($0) } }
  same("fields") { $0.graph.fields.withBuffer { Array($0) } }
  same("kinds") { $0.graph.kinds.withBuffer { Array($0) } }
  same("sizes") { $0.graph.sizes.withBuffer { Array($0) } }
  same("roots") { heap in heap.graph.roots.map { "\($0.kind) \($0.target) \($0.reference) \($0.address)" } }
  same("classes") { heap in heap.graph.classes.map { "\(names ? $0.name : "") \($0.flags)" } }
  same("classes of objects") { $0.graph.classOfObject.withBuffer { Array($0) } }
  same("checks") { $0.facts.checks }
  same("cut") { $0.facts.truncation == nil }
  same("outside") { $0.details.outsideObjects.map { "\($0.object) \($0.bytes)" } }
  guard left.graph.objectCount == right.graph.objectCount, let objects = left.graph.objects else { return }
  left.details.prepare()
  right.details.prepare()
  let strings: Set = ["java.lang.String", "(string)", "(concatenated string)", "(sliced string)"]
  var different: [String] = []
  for id in objects {
    let object = ObjectID(id)
    func compare<Value: Equatable>(_ what: String, _ value: (any ObjectDetails) -> Value) {
      let (one, other) = (value(left.details), value(right.details))
      if one != other {
        different.append("\(what) of \(left.graph.objectClass(of: object).name) #\(id): \(one) \(other)")
      }
    }
    compare("owner") { $0.owner(of: object) }
    compare("occupancy") { $0.occupancy(of: object) }
    compare("entries") { $0.entries(of: object, from: 0, limit: 0)?.total }
    compare("size in words") { details in
      details.summary(of: object).flatMap { $0.hasPrefix("(") ? $0 : nil }
    }
    if strings.contains(left.graph.objectClass(of: object).name) {
      compare("text") { $0.text(of: object, limit: 0)?.length ?? -1 }
    }
    if different.count > 20 { break }
  }
  #expect(different.isEmpty, "\(different.prefix(5))", sourceLocation: sourceLocation)
}

/// Checks that two analyses find the same cycles, and the same suspects but for words.
func expectSameFindings(_ left: Heap, _ right: Heap, sourceLocation: SourceLocation = #_sourceLocation) throws {
  func analysis(_ heap: Heap) throws -> HeapAnalysis {
    try HeapAnalysis(heap: heap, options: AnalysisOptions(heap.facts), progress: WorkProgress())
  }
  let (one, other) = (try analysis(left), try analysis(right))
  func cycles(_ analysis: HeapAnalysis) -> [String] {
    analysis.shapes.map { "\($0.heldCount) \($0.components.count) \($0.retained)" }
  }
  #expect(cycles(one) == cycles(other), sourceLocation: sourceLocation)
  func suspects(_ analysis: HeapAnalysis) -> [String] {
    analysis.suspects.map { "\($0.kind) \($0.retained) \($0.object.map { "\($0)" } ?? "-")" }
  }
  #expect(suspects(one) == suspects(other), sourceLocation: sourceLocation)
}
