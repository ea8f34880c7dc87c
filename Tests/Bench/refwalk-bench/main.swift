import Foundation
import GraphAnalysis
import ReferenceGraph

// refwalk-bench GRAPH [STACK-KILOBYTES]: the analyses of a graph file step by step, in a thread with a small stack
// if asked. Prints the CPU seconds of each step, a checksum that the C++ reference prints too, and peak memory.
// refwalk-bench arrays SNAPSHOT: the same for the large arrays of a V8 heap snapshot.
// refwalk-bench rows DUMP [EXECUTABLE]: the CPU seconds from a dump to its rows.
let arguments = CommandLine.arguments
guard arguments.count >= 2 else {
  let usage = "usage: refwalk-bench GRAPH [STACK-KILOBYTES] | arrays SNAPSHOT | rows DUMP [EXECUTABLE]\n"
  FileHandle.standardError.write(Data(usage.utf8))
  exit(2)
}
if arguments.count == 3, arguments[1] == "arrays" {
  try SnapshotBench(path: arguments[2]).run()
  exit(0)
}
if arguments.count >= 3, arguments[1] == "rows" {
  try RowsBench(path: arguments[2], executable: arguments.count > 3 ? arguments[3] : nil).run()
  exit(0)
}
let path = arguments[1]
let stackKilobytes = arguments.count > 2 ? Int(arguments[2]) ?? 512 : 8192
let finished = DispatchSemaphore(value: 0)
let thread = Thread {
  PipelineBench(path).run()
  finished.signal()
}
thread.stackSize = stackKilobytes * 1024
thread.start()
finished.wait()
