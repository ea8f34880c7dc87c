import CycleMarks
import GraphAnalysis
import ReferenceGraph
import TextSafety

/// Writes objects as lines of tab-separated values, fast enough for tens of millions.
struct ObjectRows: ~Copyable {
  var output = OutputBuffer()
  private let analysis: HeapAnalysis
  /// By class: its name with a tab before and after.
  private let names: [[UInt8]]

  /// Writes the heading.
  init(_ analysis: HeapAnalysis) {
    self.analysis = analysis
    names = analysis.graph.classes.map { Array("\t\(SafeText.line($0.name))\t".utf8) }
    output.writeHeader(ObjectColumn.self)
  }

  /// All objects, by number.
  mutating func writeAll() {
    let count = UInt32(analysis.graph.objectCount)
    var id: UInt32 = 1
    while id <= count, output.failure == 0 {
      write(ObjectID(id))
      id += 1
    }
  }

  /// These objects, in their order.
  mutating func write(_ ids: [ObjectID]) {
    for id in ids { write(id) }
  }

  @inline(__always) private mutating func write(_ id: ObjectID) {
    let graph = analysis.graph
    let tab = UInt8(ascii: "\t")
    output.write(decimal: UInt64(id.rawValue))
    output.write(byte: tab)
    output.write(addressOf: id, in: graph)
    output.write(bytes: names[Int(graph.classOfObject[id.index])])
    output.write(decimal: graph.size(of: id))
    output.write(byte: tab)
    output.write(decimal: analysis.dominators.retainedSize(of: id))
    output.write(byte: tab)
    let dominator = analysis.dominators.dominator(of: id)
    if let dominator {
      output.write(decimal: UInt64(dominator.rawValue))
    } else {
      output.write(byte: UInt8(ascii: "-"))
    }
    output.write(byte: tab)
    output.write(byte: analysis.isReached(id) ? UInt8(ascii: "1") : UInt8(ascii: "0"))
    output.write(byte: tab)
    if let component = analysis.components.component(of: id) {
      output.write(decimal: UInt64(component.rawValue))
    } else {
      output.write(byte: UInt8(ascii: "-"))
    }
    output.write(byte: UInt8(ascii: "\n"))
  }
}
