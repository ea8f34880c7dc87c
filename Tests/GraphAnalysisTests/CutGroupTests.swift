import ReferenceGraph
import TestSupport
import Testing

@testable import GraphAnalysis

/// Cuts by class and field: which references a group has, and what goes when all of it is cut.
@Suite struct CutGroupTests {
  private static let array = ObjectClass(name: "Object[]", flags: .array)

  /// A registry, held by a static field, with `topics` topics; each has a list of `watchers` screens that refer back to
  /// the topic.
  ///
  /// Each screen holds a picture of 1,000 bytes.
  private static func topics(
    _ topics: Int, watchers: Int
  ) -> (graph: ReferenceGraph, owners: [ObjectID: CodeOwner]) {
    var builder = ReferenceGraphBuilder()
    var owners: [ObjectID: CodeOwner] = [:]
    func add(_ object: ObjectClass, size: UInt64, _ owner: CodeOwner) -> ObjectID {
      let id = builder.add(object, size: size)
      owners[id] = owner
      return id
    }
    let registry = add(ObjectClass(name: "Registry"), size: 16, .program)
    builder.addRoot(registry, name: "static Shop.registry")
    for _ in 0..<topics {
      let topic = add(ObjectClass(name: "Topic"), size: 24, .program)
      builder.refer(registry, to: topic, field: 1)
      builder.refer(topic, to: registry, field: 2)
      let list = add(ObjectClass(name: "ArrayList"), size: 24, .runtime)
      builder.refer(topic, to: list, field: 3)
      let elements = add(array, size: 80, .unknown)
      builder.refer(list, to: elements, field: 4)
      for index in 0..<watchers {
        let screen = add(ObjectClass(name: "Screen"), size: 32, .program)
        builder.refer(elements, to: screen, field: UInt32(index))
        builder.refer(screen, to: topic, field: 5)
        builder.refer(screen, to: add(ObjectClass(name: "byte[]", flags: .array), size: 1000, .unknown), field: 6)
      }
    }
    return (builder.build(), owners)
  }

  private func groups(_ graph: ReferenceGraph, _ owners: [ObjectID: CodeOwner] = [:]) throws -> CutGroups {
    let analysis = try HeapAnalysis.of(graph, owners: owners)
    return analysis.cutGroups(of: ComponentID(0))
  }

  @Test func whatTheProgramHoldsThroughOneFieldIsOneCut() throws {
    let (graph, owners) = Self.topics(3, watchers: 4)
    let found = try groups(graph, owners)
    let titles = found.groups.map { "\($0.references.count) × \($0.id.title): \($0.freedBytes) \($0.endsCycles)" }
    #expect(
      titles == [
        // The program's fields first, then the root that nobody is known to own, then the runtime's.
        "3 × Registry.f1: 12768 false", "3 × Topic.f3: 12696 false", "1 × static Shop.registry: 12784 false",
        "3 × ArrayList.f4 → Object[]: 12624 false", "12 × Object[] [] → Screen: 12384 false",
      ])
    #expect(found.triedCount == found.groupCount && found.groupCount == 7)
  }

  @Test func theProgramsFieldComesBeforeTheRuntimesThatFreesALittleMore() throws {
    // The list is held by the program's field and, some of it, by the runtime's.
    var builder = ReferenceGraphBuilder()
    let store = builder.add("ConcurrentHashMap", size: 100)
    let session = builder.add("Session", size: 1000)
    let other = builder.add("Other", size: 100)
    builder.addRoot(store, name: "root")
    builder.addRoot(session, name: "root")
    builder.refer(store, to: session, field: 1)
    builder.refer(session, to: store, field: 2)
    builder.refer(session, to: other, field: 3)
    builder.refer(other, to: session, field: 4)
    let payload = builder.add("P", size: 1000)
    let less = builder.add("P", size: 900)
    builder.refer(store, to: payload, field: 1)
    builder.refer(payload, to: store, field: 2)
    builder.refer(other, to: less, field: 5)
    builder.refer(less, to: other, field: 6)
    let owners: [ObjectID: CodeOwner] = [store: .runtime, session: .program, other: .program, payload: .unknown]
    let found = try groups(builder.build(), owners)
    let titles = found.groups.prefix(4).map { "\($0.id.title): \($0.freedBytes)" }
    #expect(titles == ["root: 3100", "Session.f3: 1000", "Other.f5: 900", "ConcurrentHashMap.f1 → P: 1000"])
  }

  @Test func anIndexInAFieldsNameIsNone() {
    #expect(CutGroupSearch.withoutIndices(".slots[3].elem") == ".slots[].elem")
    #expect(CutGroupSearch.withoutIndices("[17]") == "[]")
    #expect(CutGroupSearch.withoutIndices(".x2") == ".x2")
    #expect(CutGroupSearch.withoutIndices("[[map]]") == "[[map]]")
  }

  /// Every group against the slow and obvious way, on random graphs: its references, what it frees, whether a cycle is
  /// left.
  @Test(arguments: 0..<12) func groupsMatchBruteForce(block: Int) throws {
    let policies = [(everything, everything), (strongOnly, strongOnly), (strongOnly, application)]
    for seed in UInt64(block * 150)..<UInt64(block * 150 + 150) {
      let graph = randomGraph(seed)
      let (retaining, cycles) = policies[Int(seed % 3)]
      let analysis = try HeapAnalysis.of(graph, retaining: retaining, cycles: cycles)
      let truth = BruteForce(graph, retaining: retaining, cycles: cycles)
      let reachable = truth.reachable()
      for index in 0..<analysis.components.count {
        let id = ComponentID(index)
        let members = Set(analysis.components.members(of: id).map(\.index))
        let found = analysis.cutGroups(of: id)
        guard analysis.components[id].isHeld else {
          #expect(found.groups.isEmpty)
          continue
        }
        let inside = truth.inside(members)
        #expect(found.triedCount == found.groupCount)
        var seen: Set<ReferencePlace> = []
        var listed: [UInt64] = []
        for group in found.groups {
          #expect(seen.isDisjoint(with: group.references), "a reference is in one group")
          seen.formUnion(group.references)
          let expected = reachable.subtracting(truth.reachable(cut: Set(group.references)))
          #expect(group.freedBytes == truth.bytes(expected), "seed \(seed): freed by \(group.id.title)")
          #expect(group.freedObjects == expected.count, "seed \(seed)")
          let left = inside.filter { !group.references.contains($0) }
          #expect(group.endsCycles == (group.id.kind == .inside && !truth.hasCycle(left)), "seed \(seed)")
          for place in group.references {
            #expect(members.contains(graph.target(of: place).index), "seed \(seed)")
            if group.id.kind == .inside { #expect(inside.contains(place), "seed \(seed)") }
          }
          listed.append(group.freedBytes)
        }
        // No group frees more that is not listed: each kind of reference, cut as a whole.
        let kinds = Dictionary(grouping: inside) { place in
          "\(graph.classOfObject[place.source.rawValue]) \(graph.objectClass(of: place.source).flags.contains(.array) ? "" : "\(graph.fields[place.index])")"
        }
        for places in kinds.values {
          let freed = reachable.subtracting(truth.reachable(cut: Set(places)))
          let isArray = graph.objectClass(of: places[0].source).flags.contains(.array)
          if !isArray, !freed.isEmpty {
            #expect(found.groups.contains { Set($0.references) == Set(places) }, "seed \(seed): a group is missing")
          }
        }
      }
    }
  }

  /// A hub that refers to each of very many members, and is referred to by each: nothing is gone through once for each
  /// of them.
  @Test func aHubWithVeryManyReferences() throws {
    var builder = ReferenceGraphBuilder()
    let outside = builder.add(Self.array, size: 8)
    let hub = builder.add("Hub", size: 8)
    builder.addRoot(outside, name: "root")
    builder.refer(outside, to: hub, field: 0)
    for index in 0..<60_000 {
      let member = builder.add("Member", size: 8)
      builder.refer(hub, to: member, field: 1)
      builder.refer(member, to: hub, field: 2)
      builder.refer(outside, to: member, field: UInt32(index) + 1)
    }
    let found = try groups(builder.build())
    // Each is held by the hub and from outside: no group frees anything, and either field ends all cycles.
    #expect(found.groups.map(\.id.title) == ["Hub.f1", "Member.f2"])
    #expect(found.groups.allSatisfy { $0.freedObjects == 0 && $0.endsCycles && $0.references.count == 60_000 })
    #expect(found.groupCount == 4)
  }

  @Test func workThatIsStoppedEnds() throws {
    let (graph, owners) = Self.topics(3, watchers: 4)
    let analysis = try HeapAnalysis.of(graph, owners: owners)
    let progress = WorkProgress()
    progress.cancel()
    #expect(throws: Cancelled.self) { try analysis.cutGroups(of: ComponentID(0), progress: progress) }
  }
}
