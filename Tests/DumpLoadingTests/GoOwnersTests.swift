import ReferenceGraph
import Testing

@testable import DumpLoading

/// Whose code packages, functions, types and roots are.
struct GoOwnersTests {
  private static let owners = GoCodeOwners(
    GoBuildInfo(
      text: """
        path\texample.com/shop/cmd/server
        mod\texample.com/shop\t(devel)\t
        dep\tgithub.com/gorilla/mux\tv1.8.0\th1:x=
        dep\tgopkg.in/yaml.v2\tv2.4.0
        dep\texample.com/workspace\t(devel)
        build\t-compiler=gc
        """))

  @Test(arguments: [
    ("main.(*Server).run.func1", CodeOwner.program), ("example.com/shop/cart.New", .program),
    ("example.com/shop.Version", .program), ("example.com/shopping.New", .library),
    ("example.com/workspace/a.F", .program), ("github.com/gorilla/mux.(*Router).ServeHTTP", .library),
    ("gopkg.in/yaml%2ev2.Unmarshal", .library), ("net/http.DefaultClient.Transport", .runtime),
    ("runtime.gopark", .runtime), ("slices.SortFunc[go.shape.[]main.Item,main.Item]", .runtime),
    ("vendor/golang.org/x/net/http2/hpack.NewEncoder", .runtime), ("x_cgo_init", .unknown), ("main.init.0", .program),
  ])
  func symbolsBelongToTheirPackage(_ name: String, _ owner: CodeOwner) {
    #expect(Self.owners.owner(ofSymbol: name) == owner)
  }

  @Test(arguments: [
    ("[]*main.Session", CodeOwner.program), ("map[string]*main.Session", .program), ("map[string]int", .unknown),
    ("map.group[string]*main.Session", .program), ("map.bucket[uint64]string", .unknown), ("[]byte", .unknown),
    ("chan *example.com/shop/cart.Item", .program), ("chan<- struct {}", .unknown), ("runtime.sudog", .runtime),
    ("closure main.(*widget).handle-fm", .program), ("closure runtime.AddCleanup[go.shape.*main.T].func1", .runtime),
    ("sync/atomic.Pointer[main.Config]", .program), ("container/list.Element", .runtime),
    ("[]func(int)", .unknown), ("func(*github.com/gorilla/mux.Route) error", .library),
    ("struct { F uintptr; x *main.T }", .program), ("unsafe.Pointer", .unknown), ("main.Node (inside)", .program),
    ("[8]time.Time", .runtime), ("map[struct { a int \"json:main.x\" }]bool", .unknown), ("error", .unknown),
    ("gopkg.in/yaml.v2.Node", .library), ("noalg.map.group[main.Key]bool", .program),
  ])
  func typesBelongToWhatTheyAreMadeOf(_ name: String, _ owner: CodeOwner) {
    #expect(Self.owners.owner(ofType: name) == owner)
  }

  /// Nothing tells the packages of the main module from others.
  @Test func withoutBuildInfoAllThatIsNotStandardIsTheProgram() {
    let owners = GoCodeOwners(nil)
    #expect(owners.owner(ofSymbol: "github.com/gorilla/mux.NewRouter") == .program)
    #expect(owners.owner(ofSymbol: "main.main") == .program)
    #expect(owners.owner(ofSymbol: "encoding/json.Marshal") == .runtime)
  }

  @Test func buildInfoIsReadFromTheExecutable() throws {
    let file = try ScratchFile(Fixture.unpacked("leaky.elf.gz"))
    let image = try #require(ExecutableImage(path: file.path, slide: 0))
    let build = try #require(GoBuildInfo(image: image))
    #expect(build.path == "example.com/leaky" && build.own == ["example.com/leaky"] && build.dependencies.isEmpty)
  }

  @Test func objectsAndRootsHaveOwners() throws {
    let heap = try GoTypesFixture.heap("small-after")
    let graph = heap.graph
    func owner(_ name: String) throws -> CodeOwner {
      let id = try #require(graph.objects).first { graph.objectClass(of: ObjectID($0)).name == name }
      return heap.details.owner(of: ObjectID(try #require(id, "no \(name)")))
    }
    #expect(try owner("main.Session") == .program && owner("map.group[string]*main.Session") == .program)
    #expect(try owner("runtime.g") == .runtime && owner("[]byte") == .unknown)
    func owner(ofRoot part: String) throws -> CodeOwner {
      let index = graph.roots.firstIndex { graph.rootNames[$0.name].contains(part) }
      return heap.details.owner(ofRoot: try #require(index, "no root \(part)"))
    }
    #expect(try owner(ofRoot: "global main.sessions") == .program)
    #expect(try owner(ofRoot: "global runtime.allp") == .runtime)
    #expect(try owner(ofRoot: "main.startWorker.func1") == .program)
    #expect(try owner(ofRoot: "finalizer main.plantFinalizers.func2") == .program)
  }

  @Test func goroutinesAlikeAreOneGroup() throws {
    let heap = try GoTypesFixture.heap("small-after")
    var members: [String: Set<UInt64>] = [:]
    var creators: Set<String> = []
    for index in heap.graph.roots.indices {
      guard let group = heap.details.group(ofRoot: index) else { continue }
      members[group.name, default: []].insert(group.member)
      if group.name.contains("main.startWorker"), let creator = group.creator { creators.insert(creator) }
    }
    #expect(members["goroutines [chan receive] main.startWorker.func1 plants.go:95"]?.count == 8)
    #expect(creators == ["main.startWorker"])
  }

  /// Without an executable the names of functions on the stacks tell.
  @Test func goroutinesAreGroupedByTheDumpAlone() throws {
    var dump = GoDumpWriter()
    let base = GoDumpWriter.base
    dump.object(base, size: 32)
    for id in UInt64(1)...3 {
      dump.goroutine(id: id, since: id == 2 ? 1_000_000_000 : 91_000_000_000, reason: "chan send")
      let stack = 0x7000_0000 + id * 0x1000
      dump.frame("runtime.gopark", stackPointer: stack, size: 16, [0: base])
      dump.frame(id == 3 ? "main.other" : "main.produce", stackPointer: stack + 16, size: 16, [8: base])
      dump.frame("main.main.func1", stackPointer: stack + 32, size: 16)
    }
    dump.end()
    let heap = try load(dump.bytes)
    let groups = heap.graph.roots.indices.compactMap { heap.details.group(ofRoot: $0) }
    #expect(groups.count == 6)
    #expect(Set(groups.map(\.name)) == ["goroutines [chan send] main.produce", "goroutines [chan send] main.other"])
    #expect(groups.allSatisfy { $0.waiting == ($0.member == 2 ? 90 : nil) && $0.creator == nil })
    #expect(heap.details.owner(ofRoot: 0) == .program)
  }
}
