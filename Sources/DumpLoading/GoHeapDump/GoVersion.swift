/// What the version of Go says about the layout of the heap.
struct GoVersion {
  /// 22 for `go1.22.10`; 0 when the text says no version.
  let minor: Int
  /// Whether the collector keeps its marks inside spans of small objects.
  let marksInSpans: Bool

  init(_ text: String) {
    var minor = 0
    if let start = text.firstRange(of: "go1.") {
      for digit in text[start.upperBound...].utf8 {
        guard (0x30...0x39).contains(digit), minor < 1000 else { break }
        minor = minor * 10 + Int(digit - 0x30)
      }
    }
    self.minor = minor
    // Experiments follow the version: `go1.26.1 X:nogreenteagc`.
    marksInSpans = text.contains("greenteagc") ? !text.contains("nogreenteagc") : minor >= 26
  }

  /// Since 1.22 the bits that tell pointers lie in the spans, and slots of more than 512 bytes begin with their type.
  var keepsPointerBitsInSpans: Bool { minor >= 22 }
}

/// Which objects of a page are real, and which begin with a word that names their type.
///
/// The runtime writes as many slots of a span as would fit if it held nothing else; since Go 1.22 spans of small objects
/// end with bits of the runtime's own, which then look like objects.
struct GoSlotLayout {
  /// Bytes of a page of the runtime.
  static let pageSize: UInt64 = 8192

  /// The largest slots, in bytes, of spans that hold bits of the runtime; 0 where none do.
  let bitsLimit: UInt64
  private let pointerBits: UInt64
  private let markBits: UInt64
  /// Slots above `bitsLimit`, up to this many bytes, begin with their type when they hold pointers.
  let headerLimit: UInt64

  init(version: GoVersion, pointerSize: Int) {
    let pointer = UInt64(pointerSize)
    bitsLimit = version.keepsPointerBitsInSpans ? pointer * pointer * 8 : 0
    headerLimit = version.keepsPointerBitsInSpans ? 32768 : 0
    pointerBits = Self.pageSize / pointer / 8
    markBits = version.marksInSpans ? 128 : 0
  }

  /// Whether the slot of `size` bytes at `address` is an object.
  ///
  /// `pageHasPointers` says whether any object of its page holds pointers.
  @inline(__always)
  func isObject(address: UInt64, size: UInt64, pageHasPointers: Bool) -> Bool {
    guard size <= bitsLimit, size > 0 else { return true }
    let usable = Self.pageSize - (pageHasPointers ? pointerBits : 0) - (size >= 16 ? markBits : 0)
    // Slot `index` is one of those that fit in `usable` bytes: (index + 1) * size <= usable.
    let offset = address & (Self.pageSize - 1)
    return offset + size <= usable || offset - offset % size + size <= usable
  }

  /// Slots that end before this many bytes of their page are objects, whatever the page holds.
  var certainEnd: UInt64 { Self.pageSize - pointerBits - markBits }

  /// Whether a slot with pointers begins with the address of its type.
  ///
  /// Of slots of `headerLimit` bytes some are whole spans, which do not: what lies in them tells.
  @inline(__always)
  func hasHeader(size: UInt64) -> Bool { size > bitsLimit && size <= headerLimit }
}
