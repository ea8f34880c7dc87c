/// What Java, and Netty, count themselves of the memory they have outside of the heap.
struct HPROFNioCount {
  /// Bytes of all direct buffers, as `java.nio.Bits` counts them: `TOTAL_CAPACITY`, up to Java 8 `totalCapacity`.
  let capacity: UInt64?
  /// Bytes that Netty allocated without the JDK's knowledge.
  let netty: UInt64?

  init(reader: HPROFObjectReader) {
    capacity = Self.counter(["TOTAL_CAPACITY", "totalCapacity"], of: "java.nio.Bits", reader)
    netty = Self.counter(["DIRECT_MEMORY_COUNTER"], of: "io.netty.util.internal.PlatformDependent", reader)
  }

  /// A static field that is a number, or holds one.
  private static func counter(_ names: [String], of known: String, _ reader: HPROFObjectReader) -> UInt64? {
    guard let number = reader.table.classes.firstIndex(where: { $0.name == known && $0.record >= 0 }) else {
      return nil
    }
    let statics = HPROFClassRow(
      bytes: reader.bytes, identifierSize: reader.identifierSize, catalog: reader.catalog,
      record: reader.records[reader.table.classes[number].record]
    ).statics()
    guard let field = statics.first(where: { field in names.contains { reader.isNamed(field.name, $0) } }) else {
      return nil
    }
    guard field.type == .object else {
      return reader.integer(field.type, at: field.value).flatMap { UInt64(exactly: $0) }
    }
    let address = reader.bytes.identifier(at: field.value, size: reader.identifierSize)
    return reader.object(at: address).flatMap { reader.integer("value", of: $0) }.flatMap { UInt64(exactly: $0) }
  }
}
