/// The keys of `cycles --format json`: one object for each shape.
enum CyclesKey: String, DocumentedKey {
  case shape, title, count, objects, references, entries, shallow, retained, held, heldCount, hold, root,
    moreRoots, holder, neverFreed,
    verdict, witness
  case cuts, groups, groupsTried, groupCount

  var meaning: String {
    switch self {
    case .shape: "its key: 16 hex digits, the same from dump to dump"
    case .title: "the classes on the way round"
    case .count: "cycles of this shape"
    case .objects: "members of all of them"
    case .references: "references among the members"
    case .entries: "references into them, from roots and reachable objects"
    case .shallow: "bytes of the members alone"
    case .retained: "bytes retained by all of them together"
    case .held: "whether something holds at least one of them"
    case .heldCount: "how many of them something holds"
    case .hold: "what holds the one that retains most: held (a root), unrecorded, garbage or notKnown"
    case .root: "the root nearest to the one that retains most, by name; null when no root reaches it"
    case .moreRoots: "how many roots more, of other names, hold an object on the way from that one themselves"
    case .holder: "what kind of thing that root is and until when it lives, in words; null when there is none"
    case .neverFreed: "whether it is never freed: a finalizer in a cycle, or a cleanup that waits for what it holds"
    case .verdict: "suspect, expected or unsure when the shape, or a cycle of it, is marked, else null"
    case .witness:
      "a short ring of the one that retains most, one of the program's where that is known; the last object refers to"
        + " the first"
    case .cuts: "references whose removal ends its cycles (inside) or frees it (entry)"
    case .groups:
      "references of one class and field, into it or inside, to be cut together: those that free something or end the"
        + " cycle, ranked by what they free, at most 100"
    case .groupsTried: "how many such groups were tried"
    case .groupCount: "how many there are"
    }
  }

  enum Step: String, DocumentedKey {
    case object, `class`, field, address
    var meaning: String {
      switch self {
      case .object: "the number of the object"
      case .class: "its class"
      case .field: "the field that refers to the next"
      case .address: "its address"
      }
    }
  }

  enum Cut: String, DocumentedKey {
    case kind, method, references, referenceCount, freedBytes, freedObjects, freedIsExact, explanation
    var meaning: String {
      switch self {
      case .kind: "inside or entry"
      case .method: "exact, greedy or byClass"
      case .references: "the references to remove, at most 1,000"
      case .referenceCount: "how many there are to remove"
      case .freedBytes: "bytes that no root would reach any more"
      case .freedObjects: "objects that no root would reach any more"
      case .freedIsExact: "whether the freed figures are exact; otherwise at least that much is freed"
      case .explanation: "what this means, in a sentence"
      }
    }
  }

  enum Group: String, DocumentedKey {
    case kind, `class`, field, targetClass, references, freedBytes, freedObjects, endsCycles, owner
    var meaning: String {
      switch self {
      case .kind: "inside or entry"
      case .class: "the class of the objects that refer; null for roots"
      case .field: "the field, [] for every index in it, or the name of the roots"
      case .targetClass: "the class of what is referred to; null where that is not told apart"
      case .references: "how many references"
      case .freedBytes: "bytes that no root would reach any more without them all; exact"
      case .freedObjects: "objects that no root would reach any more"
      case .endsCycles: "whether the cycle has no ring left without them"
      case .owner: "whose code refers: program, library, runtime or unknown"
      }
    }
  }

  enum CutReference: String, DocumentedKey {
    case object, `class`, field, target, targetClass
    var meaning: String {
      switch self {
      case .object: "the number of the object that refers; 0 for a root"
      case .class: "its class; null for a root"
      case .field: "the field, or the name of the root"
      case .target: "the number of the object referred to"
      case .targetClass: "its class"
      }
    }
  }
}
