import GraphAnalysis
import ReferenceGraph

/// The keys of `summary --format json`.
enum SummaryKey: String, DocumentedKey {
  case format, producer, objects, bytes, references, classes, roots, reachable, unreachable, unreachableParts
  case named, islands, components, omittedReferences, policies, checks, truncated, skipped, warnings, facts, outside
  case suspects

  var meaning: String {
    switch self {
    case .format: "the format of the dump"
    case .producer: "what wrote it"
    case .objects: "objects in the dump"
    case .bytes: "bytes of all objects"
    case .references: "references between objects, those of roots not counted"
    case .classes: "classes that objects have; where no types are known, sizes"
    case .roots: "references from roots into the heap"
    case .reachable: "what roots reach under the retaining policy"
    case .unreachable: "what no root reaches that the dump records; unreachableParts says what it is"
    case .unreachableParts: "the same in parts: held by something the dump does not record, and the rest"
    case .named: "objects whose class is a type, not a size; of them those that roots reach"
    case .islands: "what no root reaches, by class and by shape, at most 1,000 of each"
    case .components: "cycles: components of two objects or more, or one that refers to itself"
    case .omittedReferences: "references that the policy for cycles leaves out"
    case .policies: "the policies in force: first for what is kept alive, then for cycles"
    case .checks: "figures the dump carries about itself, against what was read"
    case .truncated: "what is missing of a dump that was cut short, else null"
    case .skipped: "records that were passed over"
    case .warnings: "remarks of the loader, a text each"
    case .facts: "more about the dump, by label"
    case .outside: "memory outside of the heap that objects stand for: direct buffers"
    case .suspects: "what is worth a look, in the order of retained and outsideBytes together"
    }
  }

  enum Named: String, DocumentedKey {
    case objects, bytes, liveObjects, liveBytes
    var meaning: String {
      switch self {
      case .objects: "how many"
      case .bytes: "bytes of them alone"
      case .liveObjects: "how many of them roots reach"
      case .liveBytes: "bytes of those"
      }
    }
  }

  enum Part: String, DocumentedKey {
    case hold, words, evidence, objects, bytes
    var meaning: String {
      switch self {
      case .hold: "unrecorded (something holds it that the dump does not record), garbage or notKnown"
      case .words: "the same in words: by what, or why it is not known"
      case .evidence: "what in the dump shows that the holder exists, and until when it holds; else null"
      case .objects: "their number"
      case .bytes: "their bytes"
      }
    }
  }

  enum Islands: String, DocumentedKey {
    case words, classes, shapes
    var meaning: String {
      switch self {
      case .words: "what it is as far as the dump can tell, in words; null when there is none"
      case .classes: "its classes, most bytes first"
      case .shapes: "the shapes of cycles in it"
      }
    }
  }

  enum Island: String, DocumentedKey {
    case `class`, objects, bytes
    var meaning: String {
      switch self {
      case .class: "the class"
      case .objects: "unreachable objects of it"
      case .bytes: "bytes of them alone"
      }
    }
  }

  enum IslandShape: String, DocumentedKey {
    case shape, title, count
    var meaning: String {
      switch self {
      case .shape: "the key of the shape"
      case .title: "the classes on the way round"
      case .count: "cycles of it that no root reaches"
      }
    }
  }

  enum Roots: String, DocumentedKey {
    case total, byKind
    var meaning: String {
      switch self {
      case .total: "all of them"
      case .byKind: "their number by kind: " + RootKind.allCases.map(\.name).joined(separator: ", ")
      }
    }
  }

  enum Amount: String, DocumentedKey {
    case objects, bytes
    var meaning: String {
      switch self {
      case .objects: "their number"
      case .bytes: "their bytes"
      }
    }
  }

  enum Components: String, DocumentedKey {
    case policy, count, objects, largest, shapes
    var meaning: String {
      switch self {
      case .policy: "the policy that says which references make cycles"
      case .count: "components"
      case .objects: "members of all components"
      case .largest: "members of the largest"
      case .shapes: "different shapes among them"
      }
    }
  }

  enum Policy: String, DocumentedKey {
    case use, name, summary, omittedReferences
    var meaning: String {
      switch self {
      case .use: "retaining or cycles"
      case .name: "its name, as --policy takes it"
      case .summary: "what it counts"
      case .omittedReferences: "references it leaves out, those of roots counted"
      }
    }
  }

  enum Check: String, DocumentedKey {
    case name, expected, found, holds
    var meaning: String {
      switch self {
      case .name: "the figure"
      case .expected: "what the dump says"
      case .found: "what was read"
      case .holds: "whether they are the same"
      }
    }
  }

  enum Skipped: String, DocumentedKey {
    case what, count, firstOffset
    var meaning: String {
      switch self {
      case .what: "what they were"
      case .count: "how many"
      case .firstOffset: "byte offset of the first in the unpacked dump"
      }
    }
  }

  enum Suspect: String, DocumentedKey {
    case kind, shape, object, address, `class`, retained, retainedIsExact, outsideBytes, title, holder, count, onItsWay
    case reasons
    var meaning: String {
      switch self {
      case .kind:
        "one of " + GraphAnalysis.Suspect.Kind.allCases.map(\.rawValue).joined(separator: ", ")
      case .shape: "the key of the shape of a cycle, else null"
      case .object: "the number of the object that accumulates, or of the cycle's member nearest to a root"
      case .address: "its address"
      case .class: "its class"
      case .retained: "bytes retained, of all it stands for together"
      case .retainedIsExact: "whether retained is exact; else it is at least that"
      case .outsideBytes: "bytes outside of the heap that would go with it"
      case .title: "what it is, in one line"
      case .holder: "who holds it, by the most telling name on the way; empty when the title says it"
      case .count: "how many cycles, objects or roots it stands for"
      case .onItsWay: "what else leads to the same bytes and is not the program's, or says less; the nearest first"
      case .reasons: "why, in words"
      }
    }
  }

  enum OnItsWay: String, DocumentedKey {
    case title, retained
    var meaning: String {
      switch self {
      case .title: "a class, or the title of a cycle"
      case .retained: "bytes retained"
      }
    }
  }
}
