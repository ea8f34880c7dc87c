import ReferenceGraph

/// Arguments of cleanups: nothing with a type leads to them. Up to Go 1.25 the closure of a cleanup has captured its
/// argument, in code that all types of one layout share, since then they stand alone.
extension GoTypePropagation {
  /// Cleanups whose argument is a pointer.
  private struct Argument {
    /// What it points to, and bytes of that.
    var type: GoTypeTable.ID
    var size: UInt64
    var cleanups: Int
    /// The objects that the arguments can point to, for all that is known of them.
    var targets: [UInt32] = []
  }

  /// Names what the arguments of cleanups point to, where there are as many that can be some as there are cleanups.
  mutating func cleanupArguments(_ scan: borrowing GoFirstPass, _ rows: borrowing GoRowBuilder.Result) {
    var arguments = pointerArguments(scan, rows)
    guard !arguments.isEmpty else { return }
    let isReferenced = GoCleanups.referenced(rows)
    let slot = GoLayouts.slot(UInt64(pointerSize))
    for id in 1..<max(rows.sizes.count, 1)
    where UInt64(rows.sizes[id]) == slot && isReferenced[id / 64] >> UInt64(id % 64) & 1 == 0 {
      let state = GoObjectState(rows.classOfObject[id])
      guard !state.has(GoObjectState.isTyped), rows.offsets[id + 1] - rows.offsets[id] == 1 else { continue }
      let target = rows.targets[Int(rows.offsets[id])]
      guard rows.fields[Int(rows.offsets[id])] == 0, target & rows.interiorMark == 0 else { continue }
      let known = GoObjectState(rows.classOfObject[Int(target)])
      for index in arguments.indices {
        let fits =
          known.has(GoObjectState.isTyped)
          ? known.type == arguments[index].type
          : GoCleanups.isSlot(UInt64(rows.sizes[Int(target)]), of: arguments[index].size)
        if fits { arguments[index].targets.append(target) }
      }
    }
    for argument in arguments where argument.targets.count == argument.cleanups {
      for target in argument.targets { claim(GoReferent(id: target), argument.type, scan, rows) }
    }
  }

  /// The cleanups whose argument stands alone and is a pointer, by its type, each type with how many there are.
  ///
  /// Where the closure of a cleanup has captured the argument, names at once what that points to.
  private mutating func pointerArguments(
    _ scan: borrowing GoFirstPass, _ rows: borrowing GoRowBuilder.Result
  ) -> [Argument] {
    let isCleanup = table.entries.indices.map { index in
      table.entries[index].kind == .closure && table.name(of: GoTypeTable.ID(index)).hasPrefix(GoCleanups.closure)
    }
    guard isCleanup.contains(true) else { return [] }
    var cleanups: [UInt64: Int] = [:]
    for id in 1..<max(rows.sizes.count, 1) where rows.sizes[id] <= 64 {
      let state = GoObjectState(rows.classOfObject[id])
      guard state.has(GoObjectState.isTyped), Int(state.type) < isCleanup.count, isCleanup[Int(state.type)] else {
        continue
      }
      let base = rows.contents.offset(of: id)
      guard rows.offsets[id] != rows.offsets[id + 1] else {
        cleanups[word(bytes, at: base + pointerSize), default: 0] += 1
        continue
      }
      // The code, the function, a pointer to the argument, the dictionary.
      guard let name = rows.roots.symbols?.variable(at: word(bytes, at: base + 3 * pointerSize)),
        let argument = GoCleanups.types(ofDictionary: name)?.argument, argument.hasPrefix("*"),
        let box = object(at: word(bytes, at: base + 2 * pointerSize), scan, rows)
      else { continue }
      let type = source.type(named: String(argument.dropFirst()), in: &table)
      claim(word(bytes, at: contents(box.id, rows) + Int(box.distance)), type, scan, rows)
    }
    var arguments: [Argument] = []
    for (dictionary, count) in cleanups.sorted(by: { $0.key < $1.key }) {
      let type = GoCleanups.argument(ofDictionary: dictionary, rows.roots.image, params, source, &table)
      guard table[type].kind == .pointer, table[type].element != 0 else { continue }
      let element = table[type].element
      arguments.append(Argument(type: element, size: table[element].size, cleanups: count))
    }
    return arguments
  }
}
