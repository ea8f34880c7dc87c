import DumpLoading
import Foundation

/// Reads the arrays of a V8 heap snapshot and says what that took, in the words of the plain digit loop beside it.
struct SnapshotBench {
  let path: String

  func run() throws {
    var last = PipelineBench.cpuSeconds()
    let arrays = try V8ArrayPass(path: path) { step in
      let now = PipelineBench.cpuSeconds()
      print("\(step.padding(toLength: 16, withPad: " ", startingAt: 0)) \(PipelineBench.text(now - last))")
      last = now
    }
    let digits = String(arrays.checksum, radix: 16)
    let padding = String(repeating: "0", count: 16 - digits.count)
    print("checksum \(padding)\(digits) nodes \(arrays.nodeCount) edges \(arrays.edgeCount)")
  }
}
