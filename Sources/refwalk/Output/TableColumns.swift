/// The columns of `classes`.
enum ClassColumn: String, DocumentedKey {
  case `class`, objects, shallow, retained
  var meaning: String {
    switch self {
    case .class: "the class; where no types are known, the size"
    case .objects: "reachable objects; with --all, unreachable ones too"
    case .shallow: "bytes of the objects alone"
    case .retained: "bytes retained by them, nothing counted twice"
    }
  }
}

/// The keys that `classes --format json` has beside its columns.
enum ClassKey: String, DocumentedKey {
  case outside, sites
  var meaning: String {
    switch self {
    case .outside: "bytes outside of the heap that its objects stand for"
    case .sites: "the lines of source that allocated most of its reachable bytes, at most 5"
    }
  }
}

/// The keys of an allocation site.
enum SiteKey: String, DocumentedKey {
  case function, file, line, objects, bytes, noted, isEstimate, rate
  var meaning: String {
    switch self {
    case .function: "the function"
    case .file: "the file of its source"
    case .line: "the line"
    case .objects: "reachable objects allocated there"
    case .bytes: "bytes of them alone"
    case .noted: "how many of them the dump noted"
    case .isEstimate: "whether objects and bytes are estimates"
    case .rate: "one allocation in about so many bytes was noted; 1 when all were, 0 when none after main began"
    }
  }
}

/// The columns of `objects`.
enum ObjectColumn: String, DocumentedKey {
  case id, address, `class`, shallow, retained, dominator, reachable, component
  var meaning: String {
    switch self {
    case .id: "the number of the object, from 1 on"
    case .address: "its address, 0x and hex digits"
    case .class: "its class; where no types are known, the size"
    case .shallow: "its own bytes"
    case .retained: "bytes of it and all it keeps alive alone; 0 when no root reaches it"
    case .dominator: "the object that keeps it alive alone: its number, 0 for the roots; - (JSON: null) when none"
    case .reachable: "1 (JSON: true) when a root reaches it, else 0 (false)"
    case .component: "the number of the cycle it is a member of; - (JSON: null) when of none"
    }
  }
}

/// What `objects` and `paths` say of an object as json, and not as tsv.
enum ObjectKey: String, DocumentedKey {
  case distance
  var meaning: String {
    switch self {
    case .distance:
      "V8: references from a global object on, as DevTools counts them; left out where there is no such figure"
    }
  }
}

/// The columns of `roots`.
enum RootColumn: String, DocumentedKey {
  case kind, name, object, address
  var meaning: String {
    switch self {
    case .kind: "why it is a root: data, bss, frame, …"
    case .name: "what holds the reference"
    case .object: "the number of the object it refers to"
    case .address: "the address of that object"
    }
  }
}

extension OutputBuffer {
  /// The first line of a table: `#` and the names of the columns, a tab between them.
  mutating func writeHeader<Column: DocumentedKey>(_ type: Column.Type) {
    write("#" + Column.allCases.map(\.rawValue).joined(separator: "\t") + "\n")
  }
}
