import Glibc

/// Whether the system gives this process threads: the browser does its work on some, and with none its keys would do
/// nothing, for ever.
enum ThreadCheck {
  /// Makes `count` threads at once and ends them again; 0, or the error number that the system refused one with.
  static func problem(making count: Int) -> Int32 {
    let gate = UnsafeMutablePointer<sem_t>.allocate(capacity: 1)
    defer { gate.deallocate() }
    sem_init(gate, 0, 0)
    defer { sem_destroy(gate) }
    var threads: [pthread_t] = []
    var code: Int32 = 0
    while threads.count < count, code == 0 {
      var thread = pthread_t()
      code = pthread_create(
        &thread, nil,
        { raw in
          let gate = raw!.assumingMemoryBound(to: sem_t.self)
          while sem_wait(gate) != 0, errno == EINTR {}
          return nil
        }, UnsafeMutableRawPointer(gate))
      if code == 0 { threads.append(thread) }
    }
    for _ in threads { sem_post(gate) }
    for thread in threads { pthread_join(thread, nil) }
    return code
  }
}
