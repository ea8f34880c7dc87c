import ReferenceGraph

/// The stacks of allocations that a snapshot has when they were tracked (`.heaptimeline`): a tree of functions, of which
/// each object has the number of a node.
///
/// Lines are those where functions begin, not those of calls: V8 notes no more.
struct V8Traces: Sendable {
  /// By function: indices of its name and its script's in the table of strings, and its line, from 1; 0 where unknown.
  private var functions: [(name: UInt32, script: UInt32, line: UInt32)] = []
  /// By node of the tree: the node that called it, and its function.
  private var nodes: [(parent: UInt32, function: UInt32)] = []

  /// No stacks at all.
  init() {}

  /// Reads the functions and the tree, as far as they are what they should be.
  init(_ file: MappedFile, functions: Range<Int>, tree: Range<Int>, _ layout: V8Layout) {
    let stride = layout.traceFunctionStride
    guard stride > 0, layout.traceNodeStride > 2 else { return }
    var reader = V8NumberReader(file.bytes, functions)
    var record = [UInt64](repeating: 0, count: stride)
    while reader.hasMore {
      for field in 0..<stride {
        guard reader.hasMore, let value = try? reader.next() else { return }
        record[field] = value
      }
      self.functions.append(
        (
          UInt32(clamping: record[layout.traceFunctionName]), UInt32(clamping: record[layout.traceFunctionScript]),
          UInt32(clamping: record[layout.traceFunctionLine])
        ))
    }
    readTree(file.bytes, tree, fields: layout.traceNodeStride - 1)
  }

  /// A node is its numbers and behind them, in brackets, the nodes that it calls.
  ///
  /// No recursion: any depth will do.
  private mutating func readTree(_ bytes: UnsafeRawBufferPointer, _ range: Range<Int>, fields: Int) {
    // A node takes as many bytes at least.
    let most = UInt64(range.count / (2 * fields) + 2)
    var callers: [UInt32] = []
    var caller: UInt32 = 0
    var last: UInt32 = 0
    var record: [UInt64] = []
    var place = range.lowerBound
    while place < range.upperBound {
      let byte = bytes[place]
      guard byte &- 0x30 <= 9 else {
        if byte == UInt8(ascii: "[") {
          callers.append(caller)
          caller = last
          record.removeAll(keepingCapacity: true)
        } else if byte == UInt8(ascii: "]") {
          caller = callers.popLast() ?? 0
          record.removeAll(keepingCapacity: true)
        }
        place += 1
        continue
      }
      var value: UInt64 = 0
      while place < range.upperBound, bytes[place] &- 0x30 <= 9 {
        value = min(value, 1 << 50) * 10 + UInt64(bytes[place] &- 0x30)
        place += 1
      }
      record.append(value)
      guard record.count == fields else { continue }
      guard record[0] < most else { return }
      last = UInt32(record[0])
      while nodes.count <= Int(last) { nodes.append((0, .max)) }
      nodes[Int(last)] = (caller, UInt32(clamping: record[1]))
    }
  }

  /// The most functions that a stack is shown with.
  private static let longestStack = 200

  /// The functions of node `number`, the one that allocated first.
  ///
  /// Numbers of `functions`.
  func stack(of number: UInt32) -> [Int] {
    var result: [Int] = []
    var next = number
    while next != 0, Int(next) < nodes.count, result.count < Self.longestStack {
      let node = nodes[Int(next)]
      guard Int(node.function) < functions.count else { break }
      // What all stacks begin with stands for no function.
      if node.parent == 0 { break }
      result.append(Int(node.function))
      next = node.parent
    }
    return result
  }

  /// The function that allocated what has node `number`.
  func site(of number: UInt32) -> Int? {
    guard Int(number) < nodes.count, nodes[Int(number)].parent != 0 else { return nil }
    let function = Int(nodes[Int(number)].function)
    return function < functions.count ? function : nil
  }

  func frame(_ function: Int, _ strings: V8Strings) -> StackFrame {
    let entry = functions[function]
    let name = strings.text(of: Int(entry.name), limit: 200) ?? ""
    return StackFrame(
      function: name.isEmpty ? "(anonymous)" : name, file: strings.text(of: Int(entry.script), limit: 400) ?? "",
      line: Int(entry.line))
  }
}
