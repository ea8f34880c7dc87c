import Glibc
import ReferenceGraph

/// Bytes on their way to a file, collected so that tens of millions of short writes cost little.
///
/// What cannot be written is dropped, and `failure` says why: check it now and then, and at the end.
struct OutputBuffer: ~Copyable {
  /// `errno` of the write that failed first, 0 as long as all went well.
  private(set) var failure: Int32 = 0
  private let descriptor: Int32
  private let bytes: UnsafeMutableBufferPointer<UInt8>
  private var count = 0

  /// Writes to `descriptor`, standard output unless told otherwise, which stays open.
  init(descriptor: Int32 = 1) {
    self.descriptor = descriptor
    bytes = .allocate(capacity: 1 << 18)
  }

  deinit { bytes.deallocate() }

  /// Makes room for `needed` bytes, at most a quarter of the buffer.
  @inline(__always) private mutating func reserve(_ needed: Int) {
    if count &+ needed > bytes.count { flush() }
  }

  @inline(__always) mutating func write(byte: UInt8) {
    reserve(1)
    bytes[count] = byte
    count &+= 1
  }

  mutating func write(_ text: String) {
    var text = text
    text.withUTF8 { write($0) }
  }

  @inline(__always) mutating func write(bytes source: [UInt8]) {
    source.withUnsafeBufferPointer { write($0) }
  }

  private mutating func write(_ source: UnsafeBufferPointer<UInt8>) {
    guard let start = source.baseAddress else { return }
    guard source.count <= bytes.count / 4 else {
      flush()
      writeOut(start, source.count)
      return
    }
    reserve(source.count)
    (bytes.baseAddress! + count).update(from: start, count: source.count)
    count &+= source.count
  }

  /// `value` in decimal digits.
  mutating func write(decimal value: UInt64) {
    reserve(20)
    var length = 1
    var bound: UInt64 = 10
    while length < 20, value >= bound {
      length &+= 1
      bound = bound.multipliedReportingOverflow(by: 10).partialValue
      if length == 20 { break }
    }
    var rest = value
    var index = count &+ length
    count = index
    repeat {
      index &-= 1
      let tenth = rest / 10
      bytes[index] = 48 &+ UInt8(truncatingIfNeeded: rest &- tenth &* 10)
      rest = tenth
    } while rest > 0
  }

  /// `value` as `0x1f`.
  mutating func write(hexadecimal value: UInt64) {
    reserve(18)
    bytes[count] = UInt8(ascii: "0")
    bytes[count &+ 1] = UInt8(ascii: "x")
    let digits = max(1, (67 &- value.leadingZeroBitCount) / 4)
    var rest = value
    var index = count &+ 2 &+ digits
    count = index
    for _ in 0..<digits {
      index &-= 1
      let digit = UInt8(truncatingIfNeeded: rest & 15)
      bytes[index] = digit < 10 ? 48 &+ digit : 87 &+ digit
      rest >>= 4
    }
  }

  /// The address of an object as `0x1f`, or its number in the dump as it stands there.
  mutating func write(addressOf id: ObjectID, in graph: ReferenceGraph) {
    let address = graph.addresses.address(of: id)
    if graph.addresses.isNumbered { write(decimal: address) } else { write(hexadecimal: address) }
  }

  /// Hands everything to the system.
  mutating func flush() {
    let length = count
    count = 0
    if length > 0 { writeOut(bytes.baseAddress!, length) }
  }

  /// Hands everything to the system and throws when anything written so far did not arrive at `target`.
  mutating func finish(target: String = "standard output") throws(CommandFailure) {
    flush()
    if failure != 0 { throw .cannotWrite(target, failure) }
  }

  private mutating func writeOut(_ start: UnsafePointer<UInt8>, _ length: Int) {
    guard failure == 0 else { return }
    var done = 0
    while done < length {
      let written = Glibc.write(descriptor, start + done, length - done)
      if written < 0 {
        if errno == EINTR { continue }
        if errno == EAGAIN {
          var waiting = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
          poll(&waiting, 1, -1)
          continue
        }
        failure = errno
        return
      }
      done += written
    }
  }
}
