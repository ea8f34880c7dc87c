import Foundation
import GraphAnalysis
import ReferenceGraph

// refwalk-bench GRAPH [STACK-KILOBYTES]: the analyses of a graph file step by step, in a thread with a small stack
// if asked. Prints the CPU seconds of each step, a checksum that the C++ reference prints too, and peak memory.
let arguments = CommandLine.arguments
guard arguments.count >= 2 else {
  FileHandle.standardError.write(Data("usage: refwalk-bench GRAPH [STACK-KILOBYTES]\n".utf8))
  exit(2)
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
