import ReferenceGraph

extension HeapAnalysis {
  /// At most so many members of a cycle, and so many objects of the way to it, are looked at.
  private static var ownerLimit: Int { 4096 }

  /// Whose the cycles of a shape are: the program's when it owns the code of a member or of an object on the way to it,
  /// or the root.
  ///
  /// Else a library's or the runtime's; unknown where nobody says. `index` is that of `shapes`.
  public func owner(ofShape index: Int) -> CodeOwner {
    let details = heap.details
    let component = components[shapes[index].components[0]]
    var found = CodeOwner.unknown
    for member in components.members(of: component.id).prefix(Self.ownerLimit) {
      found = found.joined(with: details.owner(of: member))
      if found == .program { return found }
    }
    guard let nearest = component.nearest else { return found }
    for place in path(to: nearest).suffix(Self.ownerLimit) {
      let owner =
        place.source == .root ? details.owner(ofRoot: Int(place.index)) : details.owner(of: place.source)
      // That the runtime is on the way to what somebody else owns says nothing.
      if owner == .program { return .program }
    }
    return found
  }
}

extension CodeOwner {
  /// The one that counts of two: the program before a library, that before the runtime.
  func joined(with other: CodeOwner) -> CodeOwner {
    for owner in [CodeOwner.program, .library, .runtime] where self == owner || other == owner { return owner }
    return .unknown
  }
}
