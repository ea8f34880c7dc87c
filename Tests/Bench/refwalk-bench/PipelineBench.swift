import Foundation
import GraphAnalysis
import ReferenceGraph

/// Runs the analyses one after the other and says what each took.
struct PipelineBench {
  private let path: String

  init(_ path: String) { self.path = path }

  func run() {
    let file = GraphFile(path)
    let begin = Self.cpuSeconds()
    var last = begin
    var layout = 0.0
    func lap(_ name: String) {
      var seconds = Self.cpuSeconds() - last
      // The layout of the retention tree for the browser, in two parts, has no counterpart in the reference.
      if name == "order" || name == "layout" {
        layout += seconds
        seconds = layout
      }
      print("\(name.padding(toLength: 16, withPad: " ", startingAt: 0)) \(Self.text(seconds))")
      fflush(nil)
      last = Self.cpuSeconds()
    }
    do {
      let progress = WorkProgress()
      var pages = PageStore()
      let order = try DepthFirstOrder(file.rows, includingUnreached: true, pages: &pages, progress: progress)
      let reached = order.reached
      let components = order.componentCount
      lap("components")
      let referrers = FlatRows.reversed(
        offsets: file.rows.offsets, targets: file.rows.targets, pages: &pages)
      lap("referrers")
      let (tree, paths) = try retentionTree(
        file.rows, order, referrers: referrers, rootTargets: FlatArray(zeroed: 0),
        sizes: file.sizes, largeSizes: [:], pages: &pages, progress: progress, firstStep: 0, lap: lap)
      print("total            \(Self.text(last - begin - layout))")
      checksum(file.rows, tree, paths, reached, components)
      precondition(referrers.targets.count == file.rows.referenceCount)
    } catch {
      exit(1)
    }
  }

  private func checksum(
    _ rows: ReferenceRows, _ tree: DominatorTree, _ paths: ShortestPaths, _ reached: Int, _ components: Int
  ) {
    var hash: UInt64 = 1_469_598_103_934_665_603
    func add(_ value: UInt64) { hash = (hash ^ value) &* 1_099_511_628_211 }
    for index in 0..<rows.rowCount {
      let id = ObjectID(index)
      let isReached = tree.isReachable(id)
      add(isReached ? UInt64(tree.dominator(of: id)?.rawValue ?? 0) : UInt64(UInt32.max))
      add(tree.retainedSize(of: id))
      add(isReached ? UInt64(paths.parent(of: id)?.rawValue ?? 0) : UInt64(UInt32.max))
    }
    add(UInt64(reached))
    add(UInt64(components))
    let digits = String(hash, radix: 16)
    var usage = rusage()
    getrusage(0, &usage)
    print("checksum \(String(repeating: "0", count: 16 - digits.count))\(digits) peak \(usage.ru_maxrss / 1024) MB")
  }

  static func cpuSeconds() -> Double {
    var usage = rusage()
    getrusage(0, &usage)
    let micro = (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1_000_000 + usage.ru_utime.tv_usec
    return Double(micro + usage.ru_stime.tv_usec) / 1e6
  }

  static func text(_ seconds: Double) -> String { String(format: "%.4f", seconds) }
}
