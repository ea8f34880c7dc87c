/// Why something is alive without any object referring to it.
public enum RootKind: UInt8, Sendable, CaseIterable, BitwiseCopyable {
  /// A variable of the program's initialised data.
  case data
  /// A variable of the program's zeroed data.
  case bss
  /// A static field of a class.
  case staticField
  /// A slot of a stack frame that the dump says is a pointer.
  case frame
  /// A word of a stack frame that may be a pointer.
  case frameMaybe
  /// A deferred call.
  case deferred
  /// A panic under way.
  case panic
  /// What an object with a finalizer refers to, and the finalizer itself: held as long as the object lives, whatever
  /// else becomes of it.
  case finalizer
  /// An object waiting for its finalizer to run, and that finalizer.
  case finalizerQueue
  /// A goroutine's own record.
  case goroutine
  /// A thread.
  case thread
  /// A handle of native code.
  case native
  /// A global object of a script engine.
  case global
  /// A lock that is held.
  case monitor
  /// A class that is never unloaded.
  case systemClass
  /// Anything else that the dump names as a root.
  case other
  /// Something that holds objects although the dump has no root for it, by evidence in the dump: see
  /// `UnreachableKnowledge.Holder`.
  case unrecorded

  /// The kind as counts and files name it.
  public var name: String {
    switch self {
    case .staticField: "static"
    case .frameMaybe: "frame-maybe"
    case .deferred: "defer"
    case .finalizerQueue: "finalizer-queue"
    case .systemClass: "system-class"
    default: "\(self)"
    }
  }
}

/// One reference from outside the heap into it.
public struct Root: Sendable {
  /// What it refers to.
  public let target: ObjectID
  /// What it is: a variable, a stack, a handle.
  public let kind: RootKind
  /// How firmly it holds.
  public let reference: ReferenceKind
  /// Where the reference is stored: the address of the variable or slot, 0 where the dump does not say.
  public let address: UInt64
  /// Its name, an index into `ReferenceGraph.rootNames`: `global main.sessions`, `goroutine 17 [chan receive] main.worker`.
  public let name: NameID

  /// How well it explains that its object is alive, the lower the better: 0 a variable that lives as long as the program,
  /// 1 another strong root, 2 one that goes when a function returns, 3 one that is not strong or of a later tier.
  public var standing: Int {
    guard tier == .certain, reference == .strong else { return 3 }
    switch kind {
    case .data, .bss, .staticField, .global: return 0
    case .frame, .frameMaybe, .deferred, .panic, .goroutine, .monitor: return 2
    default: return 1
    }
  }

  /// What it is worth as a holder, beside other roots.
  public var tier: RootTier {
    switch kind {
    case .unrecorded: .unrecorded
    case .finalizer: .finalizer
    default: reference == .maybe ? .maybe : .certain
    }
  }

  /// A root as the dump has it; `name` is a number in the names of the graph it goes into.
  public init(target: ObjectID, kind: RootKind, reference: ReferenceKind, address: UInt64, name: NameID) {
    self.target = target
    self.kind = kind
    self.reference = reference
    self.address = address
    self.name = name
  }
}
