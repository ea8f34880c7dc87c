extension ManualGuide {
  /// How dumps are taken, and what refwalk makes of those of each runtime.
  static let dumps = ManualGuide(
    title: "DUMPS",
    blocks: [
      .text(
        "A dump is told by its content, plain or packed with gzip. It holds everything that was in memory, passwords "
          + "and tokens among it: take it as a secret. One that was cut off, since the disk was full or the "
          + "process was killed, is opened as far as it goes, and what is missing is said."),
      .heading("Go, 1.21 to 1.27"),
      .example([
        "runtime.GC() // what is garbage is gone; what remains, something holds",
        "f, err := os.Create(\"app.heapdump\")",
        "if err != nil { ... }",
        "debug.WriteHeapDump(f.Fd())",
        "f.Close()",
      ]),
      .text(
        "The program stands still while the dump is written. The file is a little larger than the heap: 200 MB for "
          + "3.7 million objects with 138 MB, 1.5 GB for 28 million objects with 1 GB."),
      .text(
        "A Go dump carries no types, the executable's DWARF does. With the executable that ran nearly every object "
          + "has its type (`main.Session`), every reference its field (`.handler`, `[17]`, `captured service`), "
          + "and every root its name (`global main.sessions`, `goroutine 6 [chan receive] main.runWorker "
          + "plants.go:142 local worker`). An executable beside the dump that matches it is found without "
          + "`--executable`, and so is one that was given before: the last 16 are remembered. One of another build "
          + "is refused, with what differs: also a stripped one. Debug sections may be compressed (zlib, zstd), "
          + "and the program may be position independent. Without any executable, objects are named by their size "
          + "(`48 B`) and fields by their offset (`+16`)."),
      .text(
        "Of a stripped executable (`-ldflags=\"-s -w\"`) the runtime's own type data is used, and the overview says "
          + "so. It has every type but not where types are used: no names of variables, locals, captured "
          + "variables. What interfaces and the allocator's type words tell is followed; of the rest an object is "
          + "named when its size, where its pointers are and what these lead to fit one type only, and the "
          + "overview says how many these are; slices of bytes are told by their length and capacity, maps by what "
          + "they keep their entries in. Measured: 99.5 and 96.6 % of the reachable objects, 99.1 and 96.9 % of "
          + "their bytes, of a small service with 50,000 and with 6,500 objects (99.99 and 99.7 % with debug "
          + "information). Small objects without pointers that only variables refer to stay without a name."),
      .heading("JVM, HPROF 1.0.1 to 1.0.3"),
      .example([
        "jcmd PID GC.heap_dump /tmp/app.hprof              # after a full collection: what is reachable",
        "jcmd PID GC.heap_dump -gz=1 /tmp/app.hprof.gz     # compressed (JDK 15 and newer)",
        "jcmd PID GC.heap_dump -all /tmp/app.hprof         # with what the collector has not taken yet",
        "jmap -dump:live,format=b,file=/tmp/app.hprof PID",
        "java -XX:+HeapDumpOnOutOfMemoryError -XX:HeapDumpPath=/var/dumps ...   # when memory runs out",
        "kubectl exec POD -- jcmd 1 GC.heap_dump /tmp/app.hprof   # the path is one inside the container",
        "kubectl exec POD -- cat /tmp/app.hprof | refwalk summary -",
      ]),
      .text("The program stands still for about a second for each gigabyte."),
      .item(
        "Entries of the library's collections are named by their keys, `[\"key\"]`, and paths leave out the tables "
          + "and nodes between; `e` in the browser, or `--raw-fields`, shows everything as it lies in memory "
          + "(`table[17].next.value`)."),
      .item(
        "Shallow sizes are not in the file: they are measured by the distances between objects, and the overview "
          + "says so. `--sizes mat` takes Eclipse MAT's formula, to compare figures with it. On dumps of JDK 11, "
          + "21 and 25 with G1, ZGC, Parallel and Serial, with compact object headers, without compressed "
          + "references and with objects aligned to 16 bytes, every class's bytes are those of `jcmd PID "
          + "GC.class_histogram`, but for two: `java.lang.Class`, whose objects dumps have without their own "
          + "fields, and padding, the gaps that the collector fills with arrays: since JDK 19 the histogram calls "
          + "these `jdk.internal.vm.FillerElement[]`, where a dump has them among `int[]`."),
      .item(
        "`--policy mat --sizes mat` gives shallow and retained size and dominator of every object as Eclipse MAT "
          + "1.17 does. Unlike the default it leaves out what a class refers to as its signers and its protection "
          + "domain."),
      .item(
        "Memory outside of the heap is told where objects stand for it: direct buffers, segments of foreign memory "
          + "(JDK 22 and newer), what Android's bitmaps registered; checked against the JDK's own count. What a "
          + "library takes by `Unsafe`, as Netty may, has no object: only Netty's own count is shown. Stacks of "
          + "threads, metadata of classes and compiled code are in no dump."),
      .item(
        "Class objects are written without their own fields. What only these hold (a `ClassValue`, reflection data) "
          + "is said to be held by a class where the file shows it; of what a field of such a type may hold (names "
          + "of classes, constants of an enum) it is said that nobody can tell, and of gaps that the collector "
          + "filled that they are padding; the rest is garbage. In dumps by `jhsdb`, of core files, cut short or "
          + "half-written nothing is called garbage."),
      .item(
        "Parts of virtual threads' stacks that lie in the heap (`StackChunk`) count as long as they are. JDK 21 "
          + "writes no stacks of virtual threads that wait: what only they hold looks unreachable, and a warning "
          + "says so."),
      .item(
        "What holds a cycle is named as near to it as can be: the last static field on the way (`static "
          + "Shop.cache`), a local variable of a thread's frame, a ThreadLocal, a list of finalizers, a "
          + "ReferenceQueue, a Cleaner. Class loaders that several deployments left behind are a suspect of their "
          + "own, with the ways that keep them."),
      .item(
        "Lambdas and method handles have classes of other names in each run: in shapes they stand without number and "
          + "address (`Report$$Lambda`), so that marks and `--fail-on unexpected` know them again."),
      .item("A file of the old hprof agent may hold several heaps: the first is shown, `--heap 2` opens the second."),
      .heading("V8: Node.js, Deno, Chrome, Electron; Bun in V8's form, and Julia"),
      .example(["node --heapsnapshot-signal=SIGUSR2 app.js         # then: kill -USR2 PID"]),
      .text(
        "Chrome and Electron save a snapshot from DevTools, Memory. Tried with Node.js 18, 20, 22, 24, Deno 2.9 and "
          + "a page in Chromium 156."),
    ])
}
