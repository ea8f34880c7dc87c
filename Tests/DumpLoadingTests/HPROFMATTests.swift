import GraphAnalysis
import ReferenceGraph
import Testing

@testable import DumpLoading

/// Sizes and dominators as Eclipse MAT 1.17 has them.
///
/// The fixture is a dump of JDK 11 with lambdas, proxies and several class loaders, made smaller by taking out objects
/// that dominate no others; MAT's rows were made smaller with it: what was taken out is no more in what its dominators
/// retain. `Tests/Bench/mat.py` compares whole dumps.
struct HPROFMATTests {
  /// A hash of a line for each reachable object, ascending: address, shallow size, retained size, dominator.
  private struct Rows {
    var count = 0
    /// FNV-1a, 64 bits.
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325

    init(_ heap: Heap, policy: String) throws {
      let known = try #require(heap.facts.policies.first { $0.name == policy })
      let options = AnalysisOptions(retaining: known, cycles: heap.facts.cyclePolicies[0])
      let tree = try HeapAnalysis(heap: heap, options: options, progress: WorkProgress()).dominators
      for id in try #require(heap.graph.objects) {
        let object = ObjectID(id)
        let address = heap.address(of: object)
        // The loader that has no object.
        guard let tier = tree.tier(of: object), tier != .unrecorded, address != 0 else { continue }
        let dominator = tree.dominator(of: object).flatMap { $0 == .root ? nil : heap.address(of: $0) }
        add(
          "\(String(address, radix: 16))\t\(heap.graph.size(of: object))\t\(tree.retainedSize(of: object))\t"
            + "\(dominator.map { String($0, radix: 16) } ?? "-")\n")
      }
    }

    private mutating func add(_ line: String) {
      count += 1
      for byte in line.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    }
  }

  @Test func everyObjectIsAsEclipseMATHasIt() throws {
    let heap = try DumpLoading.load(
      path: Fixture.path("jdk11-mat.hprof.gz"), options: LoadOptions(searchesForExecutable: false, sizes: .mat))
    let mat = try Rows(heap, policy: "mat")
    #expect(mat.count == 24_744)
    #expect(mat.hash == 0x8726_6e70_a311_4014)
    // By default what a class has as its protection domain is held by the class too.
    let all = try Rows(heap, policy: "retaining")
    #expect(all.count == mat.count)
    #expect(all.hash != mat.hash)
  }

  /// A loader's classes share a protection domain: it is the loader's for MAT, nobody's alone where classes hold it.
  @Test func protectionDomainsOfClasses() throws {
    var dump = HPROFWriter.program()
    dump.defineClass(0x1400, "demo/Domain", superclass: HPROFWriter.object, loader: 0x2000, fields: [("data", 2)])
    dump.defineClass(0x1440, "demo/Shop", superclass: HPROFWriter.object, loader: 0x2000, domain: 0x5000)
    dump.defineClass(0x1480, "demo/Holder", superclass: HPROFWriter.object, loader: 0x2000, fields: [("domain", 2)])
    dump.instance(0x5000, 0x1400, [.reference(0)])
    dump.instance(0x5040, 0x1480, [.reference(0x5000)])
    dump.root(0x01, 0x5040)
    dump.root(0x01, 0x1440)
    let heap = try load(dump.finished())
    let domain = try #require(heap.object(at: 0x5000))
    func dominator(_ policy: String) throws -> UInt64? {
      let known = try #require(heap.facts.policies.first { $0.name == policy })
      let options = AnalysisOptions(retaining: known, cycles: heap.facts.cyclePolicies[0])
      let tree = try HeapAnalysis(heap: heap, options: options, progress: WorkProgress()).dominators
      return tree.dominator(of: domain).flatMap { $0 == .root ? nil : heap.address(of: $0) }
    }
    #expect(try dominator("mat") == 0x5040)
    #expect(try dominator("retaining") == nil)
    #expect(try dominator("retaining-strong") == nil)
  }
}
