/// What the name of a Go function tells.
enum GoFunctionName {
  /// Whether it belongs to what goroutines wait in (`runtime.semacquire1`, `sync.(*Mutex).Lock`): the function that called
  /// it says more of why a goroutine holds something.
  static func waits(_ name: String) -> Bool {
    ["runtime.", "runtime/", "sync.", "sync/", "internal/", "time."].contains { name.hasPrefix($0) }
  }
}
