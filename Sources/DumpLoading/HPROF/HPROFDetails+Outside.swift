import ReferenceGraph

/// Memory outside of the heap, and how much of a collection is in use.
extension HPROFDetails {
  var outsideObjects: [OutsideBytes] { outside.objects }

  func outsideBytes(of object: ObjectID) -> UInt64 { outside.bytes(of: object) }

  func occupancy(of object: ObjectID) -> Occupancy? {
    record(of: object).flatMap { reader.occupancy($0, referenceSize: referenceSize) }
  }
}

/// What holds what roots do not reach.
extension HPROFDetails {
  func unreachable(
    _ known: UnreachableKnowledge, isReachable: (ObjectID) -> Bool
  ) -> UnreachableKnowledge {
    HPROFUnreachable(graph: graph, reader: reader, rootClasses: roots.rootClasses)
      .knowledge(known, isReachable: isReachable)
  }
}
