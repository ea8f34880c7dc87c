import ReferenceGraph
import Testing

@testable import DumpLoading

/// Objects in places that readers of heap dumps get wrong: Fixtures/go-kinds has the program, built with Go 1.23.9.
struct GoKindsTests {
  private func heap() throws -> Heap {
    let file = try ScratchFile(Fixture.unpacked("go-kinds/kinds.gz"))
    return try DumpLoading.load(
      path: Fixture.path("go-kinds/kinds.heapdump.gz"), options: LoadOptions(executable: file.path))
  }

  /// What the program printed: addresses, and the types of what lies there.
  private func truth() throws -> [(address: UInt64, type: String)] {
    let text = try String(contentsOfFile: Fixture.path("go-kinds/truth.tsv"), encoding: .utf8)
    return text.split(separator: "\n").map { line in
      let cells = line.split(separator: "\t")
      return (UInt64(cells[0].dropFirst(2), radix: 16)!, String(cells[1]))
    }
  }

  private func object(at address: UInt64, in heap: Heap) throws -> ObjectID {
    let found = heap.graph.addresses.object(atOrBelow: address)?.id
    return try #require(found)
  }

  /// Among them 32 KiB with pointers in a span of their own, of which one begins with a word that names a type, and
  /// objects that only arguments of functions refer to, saved from registers, or interfaces that no variable has.
  @Test func everyObjectHasItsType() throws {
    let heap = try heap()
    let truth = try truth()
    #expect(truth.count > 50)
    for (address, type) in truth {
      let id = try object(at: address, in: heap)
      #expect(heap.graph.objectClass(of: id).name == type, "\(type) at \(address)")
    }
  }

  /// The linker makes copies of the runtime's structures for each type of a channel's elements.
  @Test func copiesOfTheRuntimesStructuresAreTheRuntimes() throws {
    let classes = try heap().graph.classes
    #expect(classes.contains { $0.name == "runtime.sudog" && $0.flags.contains(.runtime) })
    #expect(!classes.contains { $0.name.contains("sudog<") || $0.name.contains("waitq<") })
  }

  @Test func copiesOfTheRuntimesStructuresHaveFieldNames() throws {
    let heap = try heap()
    let graph = heap.graph
    let waiting = try #require(graph.objects).map { ObjectID($0) }
      .filter { graph.objectClass(of: $0).name == "runtime.sudog" }
    #expect(waiting.count == 5)
    for id in waiting {
      let names = heap.details.values(of: id, from: 0, limit: 100).values.map(\.name)
      #expect(names.contains(".g") && names.contains(".elem") && names.contains(".next"))
      for place in graph.references(of: id) {
        #expect(heap.details.fieldName(graph.fields[place.index], of: id).hasPrefix("."))
      }
    }
  }

  @Test func mapsOfChannelsAreWrittenAsInPrograms() {
    #expect(
      GoTypeTable.plainName("map<chan<- os.Signal,*os/signal.handler>")
        == "map[chan<- os.Signal]*os/signal.handler")
    #expect(GoTypeTable.plainName("map<<-chan int,chan<- int>") == "map[<-chan int]chan<- int")
    #expect(GoTypeTable.plainName("table<main.Pair[int,string],bool>") == "map.table[main.Pair[int,string]]bool")
  }

  @Test func goroutinesBlockedOnChannelsSayWhatFreesThem() throws {
    func holder(_ reason: String) -> String? {
      let goroutine = GoGoroutine(
        descriptor: 0, stackPointer: 0, id: 7, creationPC: 0, status: 4, isSystem: false, isBackground: false,
        waitingSince: 0, waitReason: reason, context: 0, thread: 0, deferred: 0, panic: 0)
      return GoHolder.words(.frame, name: "", classes: [], goroutine: goroutine)
    }
    let channel = "a goroutine blocked on a channel "
    #expect(holder("chan send") == channel + "(chan send), until someone receives from it")
    #expect(holder("chan receive") == channel + "(chan receive), until someone sends to it or closes it")
    #expect(holder("chan receive (nil chan)") == channel + "(chan receive (nil chan)), for ever: there is none")
    #expect(holder("select") == "a goroutine blocked on channels (select), until one of them is ready")
    #expect(holder("select (no cases)") == "a goroutine blocked for ever (select (no cases))")
  }

  @Test func literalsOfTheProgramAreFoundWhereObjectsReferToThem() throws {
    let heap = try heap()
    let values = try object(at: try #require(truth().first { $0.type == "main.Values" }).address, in: heap)
    let literals = heap.details.literals(of: values, limit: 10, textLimit: 100)
    #expect(literals.map(\.text) == ["short", "bell· esc·[31m new·line"])
    #expect(heap.details.literals(of: values, limit: 10, textLimit: 3).map(\.length) == [5, 23])
    #expect(heap.details.literals(of: values, limit: 1, textLimit: 3).map(\.text) == ["sho"])
    for text in ["short", "hort", "[31m new"] {
      let offset = try #require(heap.search(text)[values], "\(text)")
      #expect(heap.details.excerpt(of: values, at: offset, before: 0, length: text.utf8.count) == text)
    }
    // What the executable has and no object refers to.
    #expect(try heap.search("truth.tsv").isEmpty && heap.details.searchedText?.contains("constants") == true)
  }

  @Test func whatWaitsInAChannelIsShown() throws {
    let heap = try heap()
    let values = try object(at: #require(truth().first { $0.type == "main.Values" }).address, in: heap)
    let field = heap.details.values(of: values, from: 0, limit: 100).values.first { $0.name == ".Channel" }
    let channel = try #require(field?.target)
    #expect(heap.details.occupancy(of: channel) == Occupancy(entries: 2, places: 5, unusedBytes: 24))
    let rows = heap.details.values(of: channel, from: 0, limit: 100)
    #expect(rows.values.count == rows.total)
    #expect(rows.values.suffix(2).map { "\($0.name) \($0.text)" } == [".buf[0] 1", ".buf[1] 2"])
    #expect(
      heap.details.values(of: channel, from: rows.total - 1, limit: 5).values == Array(rows.values.suffix(1)))
  }

  @Test func notesAreTurnedOffByTheLinker() throws {
    func startsOff(_ fixture: String) throws -> Bool {
      let file = try ScratchFile(Fixture.unpacked(fixture))
      return GoSampleRate.startsOff(
        try ExecutableSymbols(path: file.path), ExecutableImage(path: file.path, slide: 0))
    }
    #expect(try startsOff("go-kinds/kinds.gz"))
    #expect(try !startsOff("leaky.elf.gz"))
    let sizes = FlatArray<UInt32>(zeroed: 100_001)
    for index in 1...100_000 { sizes[index] = 4096 }
    #expect(GoSampleRate(samples: 1, sizes: sizes, startsOff: true).bytes == 0)
    #expect(GoSampleRate(samples: 1, sizes: sizes).bytes > 1 << 20)
    // The program has turned them on again.
    #expect(GoSampleRate(samples: 99_000, sizes: sizes, startsOff: true).bytes == 1)
  }

  @Test func savedArgumentsAreNamedByTheirFunction() throws {
    let heap = try heap()
    let graph = heap.graph
    let frames = graph.roots.filter { graph.objectClass(of: $0.target).name == "main.Node" }
      .map { graph.rootNames[$0.name] }
    #expect(frames.contains { $0.hasSuffix("[chan receive] main.receive main.go:115 local kept") })
    #expect(frames.contains { $0.hasSuffix("[chan send] main.send main.go:121 local sent") })
    #expect(frames.contains { $0.hasSuffix("[chan receive] main.wait main.go:127 local kept") })
    #expect(frames.contains { $0.hasSuffix("[chan receive] main.wait main.go:127 local last") })
  }

  @Test func fieldsOfLargeObjectsAreCountedFromTheirBeginning() throws {
    let heap = try heap()
    func fields(_ type: String) throws -> [String] {
      let place = try #require(truth().first { $0.type == type })
      let id = try object(at: place.address, in: heap)
      return heap.graph.references(of: id).map { heap.fieldName(of: $0) }
    }
    #expect(try fields("main.Grid") == [".cells[0][0]", ".cells[63][63]"])
    #expect(try fields("main.Headed") == [".cells[4094]"])
    #expect(try fields("[]interface {}").contains("[2047]"))
  }

  @Test func valuesSayTextLengthAndType() throws {
    let heap = try heap()
    let place = try #require(truth().first { $0.type == "main.Values" })
    let values = heap.details.values(of: try object(at: place.address, in: heap), from: 0, limit: 100).values
    func value(_ name: String) throws -> FieldValue { try #require(values.first { $0.name == name }) }
    let long = try value(".Long")
    #expect(long.target != nil)
    #expect(long.excerpt?.isCut == true && long.excerpt?.length == "5,000 bytes")
    #expect(long.excerpt?.text.hasPrefix("0123456789") == true && long.excerpt!.text.utf8.count <= 200)
    #expect(try value(".Short").excerpt == .init(text: "short", isCut: false, length: "5 bytes"))
    #expect(try value(".Control").excerpt?.text == "bell· esc·[31m new·line")
    #expect(try value(".Numbers").note == "len 3, cap 10")
    #expect(try value(".Bytes").note == "len 11, cap 11")
    #expect(try value(".Names").note == "len 2")
    #expect(try value(".Channel").note == "len 2, cap 5")
    #expect(try value(".Boxed").excerpt?.text == "int 5000")
    #expect(try value(".Text").excerpt?.text == "boxedboxedboxed")
    #expect(try value(".When").text == "2024-02-29 13:14:15.000 UTC")
    #expect(try value(".Wait").text == "1.5 min")
    // Not in the heap: the executable has them.
    #expect(try value(".Constant").text == "int 42000")
    #expect(try value(".Truth").text == "bool true")
    #expect(try value(".Static").text == "main.Square")
  }

  @Test func executablesGivenBeforeAreTried() throws {
    let right = try ScratchFile(Fixture.unpacked("go-kinds/kinds.gz"))
    let other = try ScratchFile(Fixture.unpacked("leaky.elf.gz"))
    let path = Fixture.path("go-kinds/kinds.heapdump.gz")
    let heap = try DumpLoading.load(
      path: path, options: LoadOptions(knownExecutables: ["/nonexistent", other.path, right.path]))
    #expect(heap.facts.facts.contains(Fact("executable", "\(right.path), given before")))
    #expect(heap.graph.classes.contains { $0.name == "main.Grid" })
    let alone = try DumpLoading.load(path: path, options: LoadOptions(knownExecutables: [other.path]))
    #expect(!alone.facts.facts.contains { $0.label == "executable" })
  }
}
