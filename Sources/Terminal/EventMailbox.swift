import CTerminalGuard
import Glibc
import Synchronization

/// Hands values from worker threads to the thread that runs the terminal.
///
/// Any thread posts; the terminal's thread waits for ``wakeDescriptor`` (see ``Terminal/nextEvent(timeout:wakeDescriptor:)``)
/// and drains. Values arrive in the order posted. However many are waiting, the pipe holds one byte.
public final class EventMailbox<Event: Sendable>: Sendable {
  /// A descriptor that can be read while values wait, for `poll`.
  ///
  /// Not for reading: ``drain()`` does that.
  public let wakeDescriptor: Int32
  private let signalDescriptor: Int32
  private let waiting = Mutex<[Event]>([])

  /// An empty mailbox.
  ///
  /// - Throws: ``TerminalError/system(call:number:)`` when no pipe can be had.
  public init() throws(TerminalError) {
    var ends: (read: Int32, write: Int32) = (-1, -1)
    guard terminal_guard_open_pipe(&ends.read, &ends.write) else { throw .system(call: "pipe", number: errno) }
    (wakeDescriptor, signalDescriptor) = ends
  }

  deinit {
    close(wakeDescriptor)
    close(signalDescriptor)
  }

  /// Adds a value; never waits.
  public func post(_ event: Event) {
    waiting.withLock { events in
      events.append(event)
      guard events.count == 1 else { return }
      var byte: UInt8 = 1
      while write(signalDescriptor, &byte, 1) < 0 && errno == EINTR {}
    }
  }

  /// Takes all values posted so far, oldest first; empty when there are none.
  public func drain() -> [Event] {
    waiting.withLock { events in
      var byte: UInt8 = 0
      while read(wakeDescriptor, &byte, 1) == 1 || errno == EINTR {}
      let taken = events
      events = []
      return taken
    }
  }
}
