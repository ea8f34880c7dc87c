import Glibc
import ReferenceGraph

/// A dump's bytes, mapped, wherever they came from: a plain file, a gzip'd one, or standard input.
struct InputSource {
  let path: String
  let file: MappedFile
  let format: any DumpFormat.Type
  /// Bytes of the file as it lies there, compressed or not.
  let fileBytes: UInt64
  /// Set when compressed data ended early.
  let truncation: String?
  let warnings: [String]
  /// The file, where it is mapped itself.
  var stamp: FileStamp?

  /// Opens `path`, `-` for standard input.
  ///
  /// The first bytes are checked before the rest is unpacked or copied.
  static func open(path: String, options: LoadOptions, progress: WorkProgress) throws(LoadError) -> InputSource {
    guard path != "-" else {
      return try read(descriptor: options.standardInput, path: path, options: options, progress: progress)
    }
    let descriptor = Glibc.open(path.systemPath, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .cannotRead(systemReason()) }
    defer { close(descriptor) }
    return try read(descriptor: descriptor, path: path, options: options, progress: progress)
  }

  private static func read(
    descriptor: Int32, path: String, options: LoadOptions, progress: WorkProgress
  ) throws(LoadError) -> InputSource {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw .cannotRead(systemReason()) }
    let kind = status.st_mode & S_IFMT
    guard kind != S_IFDIR else { throw .cannotRead(systemReason(EISDIR)) }
    let isFile = kind == S_IFREG
    let start = isFile ? lseek(descriptor, 0, SEEK_CUR) : 0
    let reader = InputStreamReader(descriptor: descriptor, progress: progress)
    progress.begin(LoadStep.unpack, total: isFile ? UInt64(max(0, status.st_size)) : 0)
    var header = try reader.peek(DumpFormats.headerLength)
    // Text may begin with white space and comments; what else comes through a pipe need not wait for more.
    if DumpFormats.all.contains(where: { $0.mayMatch(header) }) {
      header = try reader.peek(DumpFormats.detectionLength)
    }
    if header.starts(with: GzipUnpacker.magic) {
      return try unpack(reader, path: path, options: options, progress: progress)
    }
    // All that has been read so far: of a file more than the first bytes.
    guard let format = DumpFormats.format(header: header) else { throw DumpFormats.unknown(header: header) }
    if isFile, start == 0 {
      let file = try MappedFile(descriptor: descriptor)
      return InputSource(
        path: path, file: file, format: format, fileBytes: UInt64(file.count), truncation: nil, warnings: [],
        stamp: path == "-" ? nil : file.stamp)
    }
    let copy = try TemporaryFile(folder: temporaryFolder(options))
    while true {
      let piece = try reader.next()
      if piece.isEmpty { break }
      try copy.write(piece)
      progress.advance(to: reader.position)
    }
    return InputSource(
      path: path, file: try MappedFile(descriptor: copy.descriptor), format: format, fileBytes: copy.count,
      truncation: nil, warnings: [])
  }

  private static func unpack(
    _ reader: InputStreamReader, path: String, options: LoadOptions, progress: WorkProgress
  ) throws(LoadError) -> InputSource {
    let folder = temporaryFolder(options)
    var format: (any DumpFormat.Type)?
    var copy: TemporaryFile?
    let unpacker = try GzipUnpacker()
    let end = try unpacker.unpack(reader, headerLength: DumpFormats.otherLength) {
      (piece) throws(LoadError) in
      if copy == nil {
        format = DumpFormats.format(header: piece)
        guard format != nil else { throw DumpFormats.unknown(header: piece) }
        copy = try TemporaryFile(folder: folder)
      }
      try copy?.write(piece)
      progress.advance(to: reader.position)
    }
    guard let copy, let format else {
      if end.isCut { throw .damagedCompression(offset: reader.position, reason: "the gzip data ends at once") }
      throw .empty
    }
    return InputSource(
      path: path, file: try MappedFile(descriptor: copy.descriptor), format: format, fileBytes: reader.position,
      truncation: end.damage.map(words)
        ?? (end.isCut ? "the gzip data ends early, at byte \(grouped(reader.position))" : nil),
      warnings: end.hasGarbage ? ["the gzip data is followed by bytes that are not gzip: left out"] : [])
  }

  private static func words(_ damage: GzipUnpacker.Damage) -> String {
    let place = "byte \(grouped(damage.offset)) (\(damage.reason))"
    // All of it unpacks: a byte somewhere before is another than was written.
    return damage.isOfChecksum
      ? "the gzip data is damaged before \(place), nobody knows where: from there on what is shown may be wrong"
      : "the gzip data is damaged at \(place): what follows is lost, and a little before it may be wrong"
  }

  /// Where temporary files go.
  static func temporaryFolder(_ options: LoadOptions) -> String {
    if let folder = options.temporaryFolder, !folder.isEmpty { return folder }
    if let folder = getenv("TMPDIR"), folder.pointee != 0 { return String(systemPath: folder) }
    return "/tmp"
  }
}
