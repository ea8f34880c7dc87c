import ReferenceGraph
import Synchronization

/// The fields of a class's instances, ready to be looked up by where they lie.
struct HPROFFieldTable: Sendable {
  /// In the order of their offsets.
  let fields: [HPROFClassTable.PlacedField]
  /// For each whether a class below the one that declares it has one of that name too.
  private let isHidden: [Bool]

  /// A table of `fields`, whose names `text` gives by their text ids.
  init(_ fields: [HPROFClassTable.PlacedField], text: (UInt64) -> String) {
    self.fields = fields
    var ids: Set<UInt64> = []
    var names: Set<String> = []
    // Names are the same by their text, whatever ids they have.
    isHidden = fields.map { field in
      ids.insert(field.name).inserted ? !names.insert(text(field.name)).inserted : true
    }
  }

  /// The index of the field that lies `offset` bytes from the beginning of an instance's fields.
  func index(at offset: Int) -> Int? {
    let index = fields.indices.bisection(where: { fields[$0].offset >= offset })
    return index < fields.count && fields[index].offset == offset ? index : nil
  }

  /// Whether the field's name needs its class.
  func needsClass(_ index: Int) -> Bool { isHidden[index] }
}

/// Tables of fields that were asked for lately: a class may have tens of thousands, and each of them be asked for.
final class HPROFFieldTables: Sendable {
  private struct State {
    var fields: [Int: HPROFFieldTable] = [:]
    var statics: [Int: [HPROFClassRow.Static]] = [:]
    /// Fields of all tables that are kept.
    var count = 0
  }

  private let state = Mutex(State())
  /// The most fields that are kept.
  private static let limit = 1 << 17

  /// The table of class `number`, from `make` when it is not kept.
  func fields(of number: Int, _ make: () -> HPROFFieldTable) -> HPROFFieldTable {
    if let known = state.withLock({ $0.fields[number] }) { return known }
    let table = make()
    state.withLock { state in
      Self.makeRoom(&state, table.fields.count)
      state.fields[number] = table
    }
    return table
  }

  /// The static fields of class `number`, from `make` when they are not kept.
  func statics(of number: Int, _ make: () -> [HPROFClassRow.Static]) -> [HPROFClassRow.Static] {
    if let known = state.withLock({ $0.statics[number] }) { return known }
    let statics = make()
    state.withLock { state in
      Self.makeRoom(&state, statics.count)
      state.statics[number] = statics
    }
    return statics
  }

  private static func makeRoom(_ state: inout State, _ added: Int) {
    state.count += added + 8
    if state.count > limit { state = State(count: added + 8) }
  }
}
