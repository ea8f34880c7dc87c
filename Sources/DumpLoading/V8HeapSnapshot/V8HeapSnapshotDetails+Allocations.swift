import ReferenceGraph

extension V8HeapSnapshotDetails {
  func allocationStack(of object: ObjectID) -> [StackFrame] {
    guard object.index < traceOfObject.count else { return [] }
    return source.traces.stack(of: traceOfObject[object.index]).map { source.traces.frame($0, strings) }
  }

  /// All objects that were allocated while V8 tracked allocations.
  func allocations() -> Allocations? {
    guard traceOfObject.count > 0 else { return nil }
    var sites: [StackFrame] = []
    var numbers: [Int: UInt32] = [:]
    var samples: [Allocations.Sample] = []
    for id in 1..<UInt32(traceOfObject.count) where traceOfObject[id] > 0 {
      guard let function = source.traces.site(of: traceOfObject[id]) else { continue }
      if numbers[function] == nil {
        numbers[function] = UInt32(sites.count)
        sites.append(source.traces.frame(function, strings))
      }
      samples.append(Allocations.Sample(object: ObjectID(id), site: numbers[function, default: 0]))
    }
    return samples.isEmpty ? nil : Allocations(sites: sites, samples: samples, rate: 1)
  }
}
