import ReferenceGraph

/// The references of a class object: static fields, constants, superclass, loader, signers, protection domain.
struct HPROFClassRow {
  let bytes: UnsafeRawBufferPointer
  let identifierSize: Int
  let catalog: HPROFCatalog
  let record: HPROFScan.ClassRecord

  /// A static field.
  struct Static {
    /// Text id of its name.
    var name: UInt64
    var type: HPROFType
    /// Offset of its value in the file.
    var value: Int
  }

  /// Its static fields, in the order of the file.
  func statics() -> [Static] {
    var cursor = ByteCursor(bytes, at: record.statics)
    var result: [Static] = []
    for _ in 0..<((try? cursor.u2()) ?? 0) {
      guard let name = try? cursor.id(identifierSize), let type = (try? cursor.u1()).flatMap(HPROFType.init(rawValue:))
      else { break }
      let value = cursor.position
      guard (try? cursor.skip(type.size(identifier: identifierSize))) != nil else { break }
      result.append(Static(name: name, type: type, value: value))
    }
    return result
  }

  /// A reference of a class object.
  struct Reference {
    /// 0 where there is none.
    var address: UInt64
    var field: UInt32
    var kind: ReferenceKind
  }

  /// Its references.
  func references() -> [Reference] {
    var result: [Reference] = []
    for (index, field) in statics().enumerated() where field.type == .object {
      // The runtime's own table of what constants of the class resolved to.
      let kind: ReferenceKind = isAngled(field.name) ? .metadata : .strong
      result.append(
        Reference(
          address: bytes.identifier(at: field.value, size: identifierSize), field: UInt32(index), kind: kind))
    }
    var cursor = ByteCursor(bytes, at: record.constants)
    for _ in 0..<((try? cursor.u2()) ?? 0) {
      guard let index = try? cursor.u2(), let type = (try? cursor.u1()).flatMap(HPROFType.init(rawValue:)) else {
        break
      }
      let value = cursor.position
      guard (try? cursor.skip(type.size(identifier: identifierSize))) != nil else { break }
      guard type == .object else { continue }
      result.append(
        Reference(
          address: bytes.identifier(at: value, size: identifierSize),
          field: HPROFFieldNumber.constants + UInt32(index), kind: .metadata))
    }
    result += [
      Reference(address: record.superclass, field: HPROFFieldNumber.superclass, kind: .metadata),
      Reference(address: record.loader, field: HPROFFieldNumber.loader, kind: .metadata),
      Reference(address: record.signers, field: HPROFFieldNumber.signers, kind: .domain),
      Reference(address: record.domain, field: HPROFFieldNumber.domain, kind: .domain),
    ]
    return result
  }

  /// `<resolved_references>` and the like.
  private func isAngled(_ name: UInt64) -> Bool {
    guard let text = catalog.texts[name], text.length > 0 else { return false }
    return bytes[text.offset] == UInt8(ascii: "<")
  }
}
