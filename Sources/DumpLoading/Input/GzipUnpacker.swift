import CZlib
import Glibc

/// Unpacks gzip data of one member or several.
final class GzipUnpacker {
  /// How the data ended.
  struct End {
    /// In the middle of a member.
    var isCut = false
    /// With bytes that are no gzip member.
    var hasGarbage = false
    /// At damage: where, and what is wrong.
    var damage: Damage?
  }

  /// What is wrong with the data, as far as that shows.
  struct Damage {
    /// Where it is seen.
    var offset: UInt64
    /// In zlib's words.
    var reason: String
    /// Whether the data could be unpacked, and did not come out as it was packed.
    var isOfChecksum: Bool { reason == "incorrect data check" || reason == "incorrect length check" }
  }

  /// How gzip data begins.
  static let magic: [UInt8] = [0x1f, 0x8b]

  private var stream = z_stream()
  private let buffer: UnsafeMutableRawBufferPointer
  /// Unpacked bytes in `buffer` that were not delivered yet.
  private var filled = 0

  init() throws(LoadError) {
    buffer = .allocate(byteCount: 1 << 20, alignment: 16)
    // 15 bits of window, and 16 for the gzip format alone.
    guard inflateInit2_(&stream, 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
      throw .cannotUnpack("zlib does not start")
    }
  }

  deinit {
    inflateEnd(&stream)
    buffer.deallocate()
  }

  /// Delivers the unpacked bytes in pieces, the first with at least `headerLength` of them if there are as many.
  func unpack(
    _ reader: InputStreamReader, headerLength: Int,
    deliver: (UnsafeRawBufferPointer) throws(LoadError) -> Void
  ) throws(LoadError) -> End {
    var end = End()
    var isFirst = true
    var insideMember = true
    var members = 0
    reading: while true {
      let input = try reader.next()
      if input.isEmpty {
        end.isCut = insideMember
        break
      }
      stream.next_in = UnsafeMutablePointer(mutating: input.bindMemory(to: UInt8.self).baseAddress)
      stream.avail_in = UInt32(input.count)
      while stream.avail_in > 0 || insideMember {
        if !insideMember {
          // Between members: another one, padding, or garbage.
          guard stream.next_in.pointee == Self.magic[0] else {
            var rest = UnsafeBufferPointer(start: stream.next_in, count: Int(stream.avail_in))[...]
            rest = rest.drop { $0 == 0 }
            if rest.isEmpty { continue reading }
            end.hasGarbage = true
            break reading
          }
          inflateReset(&stream)
          insideMember = true
        }
        stream.next_out = buffer.baseAddress!.advanced(by: filled).assumingMemoryBound(to: UInt8.self)
        stream.avail_out = UInt32(buffer.count - filled)
        let result = inflate(&stream, Z_NO_FLUSH)
        filled = buffer.count - Int(stream.avail_out)
        if filled >= (isFirst ? max(headerLength, 1) : buffer.count / 2) {
          try flush(reader, deliver)
          isFirst = false
        }
        switch result {
        case Z_STREAM_END:
          insideMember = false
          members += 1
        case Z_OK: break
        case Z_BUF_ERROR: continue reading
        default:
          let reason = stream.msg.map { String(cString: $0) } ?? "error \(result)"
          if members > 0, stream.total_out == 0, reason == "incorrect header check" {
            // A first byte like that of a member, and no member.
            end.hasGarbage = true
            break reading
          }
          let offset = reader.position - UInt64(stream.avail_in)
          // What came before it may be a dump that is cut short.
          guard !isFirst || filled >= headerLength else { throw .damagedCompression(offset: offset, reason: reason) }
          end.damage = Damage(offset: offset, reason: reason)
          break reading
        }
        if stream.avail_in == 0, stream.avail_out > 0 { continue reading }
      }
    }
    if filled > 0 { try flush(reader, deliver) }
    return end
  }

  /// What is unpacked to so many times its size was packed to do harm, unless most of a heap is zeros.
  private static let ratio: UInt64 = 400
  private static let allowance: UInt64 = 256 << 20
  private var delivered: UInt64 = 0

  private func flush(
    _ reader: InputStreamReader, _ deliver: (UnsafeRawBufferPointer) throws(LoadError) -> Void
  ) throws(LoadError) {
    delivered += UInt64(filled)
    if delivered > Self.allowance, delivered / Self.ratio > reader.position {
      throw .cannotUnpack(
        "\(grouped(reader.position)) bytes unpack to more than \(grouped(delivered)); if that is meant, unpack it with "
          + "gzip -d first")
    }
    let piece = UnsafeRawBufferPointer(rebasing: buffer[0..<filled])
    filled = 0
    try deliver(piece)
  }
}
