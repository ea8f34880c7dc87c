import Glibc

/// Whether the system lets this process have more threads.
///
/// Who asks Dispatch for work on another thread waits for ever where none can be made.
public enum ThreadSupply {
  /// 0 when `count` more threads can be made now, else the error number that says why not.
  public static func shortage(of count: Int = 4) -> Int32 {
    let gate = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    defer { gate.deallocate() }
    pthread_mutex_init(gate, nil)
    defer { pthread_mutex_destroy(gate) }
    // All of them are there at once: each waits until the last one is made.
    pthread_mutex_lock(gate)
    var threads: [pthread_t] = []
    var code: Int32 = 0
    while threads.count < count, code == 0 {
      var thread = pthread_t()
      code = pthread_create(
        &thread, nil,
        { raw in
          let gate = raw!.assumingMemoryBound(to: pthread_mutex_t.self)
          pthread_mutex_lock(gate)
          pthread_mutex_unlock(gate)
          return nil
        }, gate)
      if code == 0 { threads.append(thread) }
    }
    pthread_mutex_unlock(gate)
    for thread in threads { pthread_join(thread, nil) }
    return code
  }
}
