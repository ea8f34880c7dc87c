import DumpLoading
import Glibc

/// One input of libFuzzer's: opened like a file, everything asked of it. What is no dump must end in an error.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOneInput(_ data: UnsafePointer<UInt8>?, _ size: Int) -> CInt {
  guard let data, ftruncate(scratch.descriptor, 0) == 0, pwrite(scratch.descriptor, data, size, 0) == size else {
    return -1
  }
  do {
    HeapExercise.run(try DumpLoading.load(path: scratch.path, options: scratch.options), limit: 400)
    return 0
  } catch {
    precondition(!error.description.isEmpty && !error.description.contains("\n"), "an error of several lines")
    // Not worth keeping in the corpus when even the format was not told.
    if case .unknownFormat = error { return -1 }
    if case .otherFile = error { return -1 }
    return 0
  }
}

/// The file that every input is written to; it has no name any more.
private let scratch: (descriptor: Int32, path: String, options: LoadOptions) = {
  var template = Array("/dev/shm/refwalk-fuzz-XXXXXX".utf8CString)
  let descriptor = mkstemp(&template)
  precondition(descriptor >= 0, "no scratch file in /dev/shm")
  unlink(template)
  return (descriptor, "/proc/self/fd/\(descriptor)", LoadOptions(searchesForExecutable: false))
}()
