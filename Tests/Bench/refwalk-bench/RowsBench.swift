import DumpLoading
import Foundation
import ReferenceGraph

/// Reads a dump into rows and says what that took, without the start of a process and without printing its roots.
struct RowsBench {
  let path: String
  /// The executable that wrote the dump (Go); none for its types not to be read.
  let executable: String?

  func run() throws {
    var options = LoadOptions()
    options.executable = executable
    let begin = PipelineBench.cpuSeconds()
    let heap = try DumpLoading.load(path: path, options: options)
    let seconds = PipelineBench.cpuSeconds() - begin
    print(
      "rows \(PipelineBench.text(seconds)) objects \(heap.graph.objectCount) references \(heap.graph.referenceCount)")
  }
}
