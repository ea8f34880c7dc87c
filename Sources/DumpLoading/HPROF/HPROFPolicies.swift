import ReferenceGraph

/// The ways to count references of a JVM heap.
enum HPROFPolicies {
  private static let ordinary: ReferenceKinds = [
    .strong, ReferenceKinds(.classPointer), ReferenceKinds(.metadata), ReferenceKinds(.runtime), domain,
  ]
  private static let domain = ReferenceKinds(.domain)
  private static let soft = ReferenceKinds(.soft)
  private static let weak = ReferenceKinds(.weak)
  private static let phantom = ReferenceKinds(.phantom)
  private static let final = ReferenceKinds(.final)
  private static let referents: ReferenceKinds = [soft, weak, phantom, final]

  static let retaining: [ReferencePolicy] = [
    ReferencePolicy(
      name: "retaining",
      summary: "every reference: those of weak, soft, phantom and final references, signers and protection domains too",
      kinds: .all, lastOnPaths: referents),
    ReferencePolicy(
      name: "retaining-strong",
      summary: "without the referents of weak, soft, phantom and final references",
      kinds: ordinary),
    ReferencePolicy(
      name: "retaining-soft", summary: "soft references retain too: they do until memory is short",
      kinds: ordinary.union(soft), lastOnPaths: referents),
    ReferencePolicy(
      name: "retaining-final", summary: "objects that wait for their finalizer are retained too",
      kinds: ordinary.union(final), lastOnPaths: referents),
    ReferencePolicy(
      name: "retaining-weak", summary: "weak references retain too", kinds: ordinary.union(weak),
      lastOnPaths: referents),
    ReferencePolicy(
      name: "retaining-phantom", summary: "phantom references retain too", kinds: ordinary.union(phantom),
      lastOnPaths: referents),
    ReferencePolicy(
      name: "mat",
      summary: "as Eclipse MAT by default: all but what a class refers to as its signers and protection domain",
      kinds: .all.subtracting(domain), lastOnPaths: referents),
  ]

  static let cycles: [ReferencePolicy] = [
    ReferencePolicy(
      name: "application",
      summary:
        "without classes' metadata, referents of java.lang.ref.Reference, ThreadGroup.threads, ClassLoader.classes",
      kinds: .strong),
    ReferencePolicy(
      name: "strong",
      summary: "all but instance → class and referents of java.lang.ref.Reference",
      kinds: [.strong, ReferenceKinds(.metadata), ReferenceKinds(.runtime), domain]),
  ]
}
