import Dispatch
import ReferenceGraph
import Synchronization

/// Reads the contents of the selected object before they are asked for, off the terminal's thread: its place in the dump
/// may have to come from the disk, and a key should not wait for that.
final class ReadAhead: Sendable {
  private struct State {
    var object: ObjectID?
    var isBusy = false
  }

  private let state = Mutex(State())
  private let queue = DispatchQueue(label: "refwalk.ahead")
  /// As many rows as a large screen shows.
  private static let rows = 64

  /// From now on `object` is the selected one; what was to be read for another is left out.
  func select(_ object: ObjectID?, in heap: Heap) {
    let begins = state.withLock { state in
      guard let object, object != state.object else { return false }
      state.object = object
      if state.isBusy { return false }
      state.isBusy = true
      return true
    }
    if begins { queue.async { [self] in read(heap) } }
  }

  private func read(_ heap: Heap) {
    var done: ObjectID?
    while true {
      let next = state.withLock { state -> ObjectID? in
        if state.object == done { state.isBusy = false }
        return state.object == done ? nil : state.object
      }
      guard let next else { return }
      if heap.hasValuesAtHand(of: next) { _ = heap.values(of: next, from: 0, limit: Self.rows) }
      done = next
    }
  }
}
