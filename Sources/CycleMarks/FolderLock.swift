import Glibc
import ReferenceGraph

/// Keeps other processes from writing marks in a folder, for the milliseconds one takes.
///
/// The lock is an advisory `flock` on the folder itself. A lock on the marks file would be one on a file that the next
/// rename replaces, and a lock file beside it would be litter, and could not be taken away without a race. The kernel
/// drops the lock when the process ends, however it ends.
///
/// Some file systems have no such locks, and somebody else may sit on one: after two seconds the writer goes on without
/// it, and has to look again whether the file changed just before it renames.
struct FolderLock: ~Copyable {
  private let descriptor: Int32
  /// Whether the lock is held.
  let isHeld: Bool

  init(_ folder: String, patience milliseconds: Int) {
    let descriptor = open(folder.systemPath, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    var held = false
    var waited = 0
    while descriptor >= 0 {
      if flock(descriptor, LOCK_EX | LOCK_NB) == 0 {
        held = true
        break
      }
      guard errno == EWOULDBLOCK || errno == EINTR, waited < milliseconds else { break }
      usleep(5000)
      waited += 5
    }
    self.descriptor = descriptor
    isHeld = held
  }

  deinit { if descriptor >= 0 { close(descriptor) } }
}
