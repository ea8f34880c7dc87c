/// Big-endian integers of fixed size, as HPROF writes them.
extension ByteCursor {
  @inline(__always) mutating func u1() throws(ReadProblem) -> UInt8 {
    guard position >= 0, position < bytes.count else { throw .ended }
    let value = bytes[position]
    position &+= 1
    return value
  }

  @inline(__always) mutating func u2() throws(ReadProblem) -> Int {
    guard position >= 0, bytes.count &- position >= 2 else { throw .ended }
    let value = UInt16(bigEndian: bytes.loadUnaligned(fromByteOffset: position, as: UInt16.self))
    position &+= 2
    return Int(value)
  }

  @inline(__always) mutating func u4() throws(ReadProblem) -> UInt32 {
    guard position >= 0, bytes.count &- position >= 4 else { throw .ended }
    let value = UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: position, as: UInt32.self))
    position &+= 4
    return value
  }

  @inline(__always) mutating func u8() throws(ReadProblem) -> UInt64 {
    guard position >= 0, bytes.count &- position >= 8 else { throw .ended }
    let value = UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: position, as: UInt64.self))
    position &+= 8
    return value
  }

  /// An object id of `size` bytes, 4 or 8.
  @inline(__always) mutating func id(_ size: Int) throws(ReadProblem) -> UInt64 {
    size == 8 ? try u8() : UInt64(try u4())
  }

  /// Passes over `count` bytes.
  @inline(__always) mutating func skip(_ count: Int) throws(ReadProblem) {
    guard count >= 0, position >= 0, bytes.count &- position >= count else { throw .cutLength(UInt64(clamping: count)) }
    position &+= count
  }
}

extension UnsafeRawBufferPointer {
  /// The big-endian object id of `size` bytes at `offset`, which lies inside with all of its bytes.
  @inline(__always) func identifier(at offset: Int, size: Int) -> UInt64 {
    size == 8 ? identifier(at: offset, as: UInt64.self) : identifier(at: offset, as: UInt32.self)
  }

  /// The big-endian object id at `offset`, of the size that `ID` has.
  @inline(__always) func identifier<ID: FixedWidthInteger & UnsignedInteger & BitwiseCopyable>(
    at offset: Int, as type: ID.Type
  ) -> UInt64 {
    precondition(offset >= 0 && count &- offset >= MemoryLayout<ID>.size)
    return UInt64(truncatingIfNeeded: ID(bigEndian: loadUnaligned(fromByteOffset: offset, as: ID.self)))
  }

  /// The big-endian number of 32 bits at `offset`.
  @inline(__always) func bigEndian32(at offset: Int) -> UInt32 {
    precondition(offset >= 0 && count &- offset >= 4)
    return UInt32(bigEndian: loadUnaligned(fromByteOffset: offset, as: UInt32.self))
  }
}

extension UnsafeRawPointer {
  /// The big-endian object id at `offset`, of the size that `ID` has.
  ///
  /// It is for the caller to know that it lies inside.
  @inline(__always) func identifier<ID: FixedWidthInteger & UnsignedInteger & BitwiseCopyable>(
    at offset: Int, as type: ID.Type
  ) -> UInt64 {
    UInt64(truncatingIfNeeded: ID(bigEndian: loadUnaligned(fromByteOffset: offset, as: ID.self)))
  }

  /// The big-endian number of 32 bits at `offset`.
  ///
  /// It is for the caller to know that it lies inside.
  @inline(__always) func bigEndian32(at offset: Int) -> UInt32 {
    UInt32(bigEndian: loadUnaligned(fromByteOffset: offset, as: UInt32.self))
  }
}
