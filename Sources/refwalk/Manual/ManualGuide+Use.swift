extension ManualGuide {
  /// The policies of each format.
  static let policies = ManualGuide(
    title: "POLICIES",
    blocks: [
      .text(
        "A policy says which references count; the overview names the two in force and what each leaves out. The "
          + "first retaining policy of a format says what is kept alive, the first for cycles what makes one; with "
          + "`--policy` both follow the one that is named. A shortest path goes through a weak reference only "
          + "where no other path leads, and refwalk says then that nothing else holds the object."),
      .heading("Go"),
      .entry("`retaining`", "For what is kept alive: all, words of stacks that may be references too."),
      .entry("`application`", "For cycles: certain references, without objects of the runtime."),
      .heading("JVM"),
      .entry(
        "`retaining`",
        "For what is kept alive: all, those of weak, soft, phantom and final references too, as in Eclipse MAT."),
      .entry("`mat`", "The same as Eclipse MAT has it: without signers and protection domains of classes."),
      .entry(
        "`retaining-strong`, `retaining-soft`, `retaining-weak`, `retaining-phantom`, `retaining-final`",
        "The same without referents, or with those of one kind alone."),
      .entry(
        "`application`",
        "For cycles: without metadata of classes, referents, ThreadGroup.threads, ClassLoader.classes."),
      .entry("`strong`", "For cycles: with metadata and the two lists."),
      .heading("V8"),
      .entry("`devtools`", "For what is kept alive: as Chrome's DevTools counts."),
      .entry("`strict`", "The same: all references but weak ones."),
      .entry(
        "`application`",
        "For cycles: without what belongs to the engine, and the functions of Node's own scripts with their variables."),
    ])

  /// What a comparison matches by.
  static let comparing = ManualGuide(
    title: "COMPARING DUMPS",
    blocks: [
      .text(
        "A leak is what grows: two dumps of one program, an hour apart, show it. Objects have other addresses in "
          + "every dump, so shapes of held cycles and classes are compared, by the names of classes and fields; "
          + "the numbers that a JVM gives to lambdas do not count. A cycle whose map has been rebuilt as it grew "
          + "is found again by the named types it goes through, and one that has taken in others by the references "
          + "it has kept, half of them at least. Garbage is left out."),
      .text(
        "`refwalk diff` reads the earlier dump first and gives it back before the other one: memory is needed for "
          + "one of them at a time. The browser reads it when the other one is analysed, beside that. "
          + "`--executable` is tried for both."),
    ])

  /// Gates for continuous integration.
  static let gates = ManualGuide(
    title: "GATES",
    blocks: [
      .example([
        "refwalk cycles app.heapdump --fail-over 10MiB       # cycles of one shape hold more than 10 MiB",
        "refwalk baseline app.heapdump > known.marks         # accepts all that is held today, with its bytes",
        "refwalk cycles app.heapdump --marks known.marks --fail-on unexpected   # a held cycle nobody expected",
        "refwalk cycles app.heapdump --marks known.marks --fail-on grown   # that, or one grown by half since",
        "refwalk diff before.heapdump after.heapdump --fail-on new         # held cycles of a shape not there before",
        "refwalk diff before.heapdump after.heapdump --fail-over 10MiB     # a shape or class retains 10 MiB more",
      ]),
      .text(
        "With `--fail-on` shapes pass that retain less than a thousandth of what is reachable (`--least`), and those "
          + "of the runtime's own."),
    ])

  static let limits = ManualGuide(
    title: "LIMITS",
    blocks: [
      .item(
        "Words of stacks that may be references count as references for what is kept alive; paths begin with certain "
          + "roots where those reach."),
      .item("Up to 4,294,967,294 objects and as many references."),
    ])

  /// Figures of `make bench`.
  static let speed = ManualGuide(
    title: "SPEED",
    blocks: [
      .text(
        "CPU seconds of whole processes, medians of 5 runs in turn, on 2 cores of a virtual machine; what stands in "
          + "one entry was measured together. They vary by a third from one bench to the next, most of all those "
          + "of loading: much of it is the first touch of memory."),
      .entry(
        "Go dump of 1.5 GB, 27.8 million objects: open with all analyses",
        "9.4 s, peak 2.13 GB; from a key to its frame, all screens, through a pty: median 0.8 ms at 80x24, 1.2 ms at "
          + "160x50; 99 % within 4.4 and 8.7 ms, longest 19 and 12 ms"),
      .entry(
        "Go dump of 200 MB, 3.7 million objects: load, against a warm read() of the file",
        "0.21 s against 0.034 s; with the executable 0.40 s, 5.8 B an object more"),
      .entry(
        "Components, against the same in C++ (10 million objects, 26 million references)", "1.00 s against 1.07 s"),
      .entry(
        "Components, dominators, retained sizes, paths, both directions, against the same in C++",
        "3.4 s against 3.8 s; with 30 million objects 13.6 s against 16.4 s, peak 2.11 GB"),
      .entry("V8 snapshot of 1.0 GB, 14 million nodes: open with all analyses", "4.7 s, peak 1.51 GB"),
      .entry("The same: nodes and edges read, against a plain digit loop in C++", "0.71 s against 0.61 s"),
      .entry(
        "JVM dump of 190 MB, 4.0 million objects: load, against a warm read() of the file", "0.15 s against 0.025 s"),
      .entry("JVM dump of 1.1 GB, 24.0 million objects: open with all analyses", "8.0 s, peak 2.02 GB"),
      .entry(
        "JVM dump with a ring of 1 million and a list of 2 million objects: the same",
        "0.64 s: 213 ns an object, against 333 in the dump above"),
    ])
}
