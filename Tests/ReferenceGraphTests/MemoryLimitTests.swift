import CMemoryGuard
import Foundation
import Testing

/// What control groups leave to a process, read from files as the kernel writes them.
@Suite(.serialized) struct MemoryLimitTests {
  private static let mebibyte: UInt64 = 1 << 20

  /// A control group of either version that lies in a folder below `base`; nil as its limit stands for none.
  private struct Group {
    let folder: String
    let limit: UInt64?
    let used: UInt64
    /// Pages of files, which are dropped when others are needed.
    let ofFiles: UInt64

    func write(below base: URL, isVersion2: Bool) throws {
      let place = folder.isEmpty ? base : base.appending(path: folder)
      try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
      func write(_ text: String, _ name: String) throws {
        try Data((text + "\n").utf8).write(to: place.appending(path: name))
      }
      let active = ofFiles / 4
      if isVersion2 {
        try write(limit.map { "\($0)" } ?? "max", "memory.max")
        try write("\(used)", "memory.current")
        try write(
          "anon 77\nfile \(ofFiles)\ninactive_file \(ofFiles - active)\nactive_file \(active)\nslab 5", "memory.stat")
      } else {
        try write("\(limit ?? 9_223_372_036_854_771_712)", "memory.limit_in_bytes")
        try write("\(used)", "memory.usage_in_bytes")
        // Its own pages first, then those of the groups below it, too: the second count.
        try write(
          "cache 9\ninactive_file 1\nactive_file 1\ntotal_cache \(ofFiles)\ntotal_inactive_file \(ofFiles - active)\n"
            + "total_active_file \(active)", "memory.stat")
      }
    }
  }

  /// The room that these groups leave, and whose limit it is.
  private func room(_ groups: [Group], in folder: String, isVersion2: Bool) throws -> (room: UInt64, limit: UInt64) {
    let base = FileManager.default.temporaryDirectory.appending(path: "refwalk-groups-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: base, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: base) }
    for group in groups { try group.write(below: base, isVersion2: isVersion2) }
    memory_guard_forget_groups()
    defer { memory_guard_forget_groups() }
    memory_guard_add_groups(base.path, folder, isVersion2)
    var limit: UInt64 = 0
    let room = memory_guard_room(&limit)
    return (room, limit)
  }

  @Test(arguments: [true, false]) func theGroupWithTheLeastRoomCounts(isVersion2: Bool) throws {
    let mib = Self.mebibyte
    let own = Group(folder: "a/b", limit: 100 * mib, used: 90 * mib, ofFiles: 30 * mib)
    let parent = Group(folder: "a", limit: 200 * mib, used: 185 * mib, ofFiles: 5 * mib)
    let top = Group(folder: "", limit: nil, used: 4000 * mib, ofFiles: 0)
    // Pages of files can be given back.
    var found = try room([own, top], in: "/a/b", isVersion2: isVersion2)
    #expect(found == (40 * mib, 100 * mib))
    // What others of the group above have is not there for this one, though its own limit is lower.
    found = try room([own, parent, top], in: "/a/b", isVersion2: isVersion2)
    #expect(found == (20 * mib, 200 * mib))
    found = try room([own, parent, top], in: "/a", isVersion2: isVersion2)
    #expect(found == (20 * mib, 200 * mib))
    found = try room([top], in: "/", isVersion2: isVersion2)
    #expect(found == (.max, .max))
    // In a container the folder's name is that of the machine outside, and the limit is at the top.
    let container = Group(folder: "", limit: 64 * mib, used: 60 * mib, ofFiles: 8 * mib)
    found = try room([container], in: "/system.slice/box", isVersion2: isVersion2)
    #expect(found == (12 * mib, 64 * mib))
    // More than it may have, as after a limit was lowered.
    let over = Group(folder: "", limit: 64 * mib, used: 90 * mib, ofFiles: 8 * mib)
    found = try room([over], in: "/", isVersion2: isVersion2)
    #expect(found == (0, 64 * mib))
  }

  @Test(arguments: [true, false]) func filesThatSayNothing(isVersion2: Bool) throws {
    let names = isVersion2 ? ["memory.max", "memory.current"] : ["memory.limit_in_bytes", "memory.usage_in_bytes"]
    for (limit, used, expected) in [
      ("", "", .max), ("none", "5", .max), ("1000", "", 1000), ("1000", "x", 1000),
    ] as [(String, String, UInt64)] {
      let base = FileManager.default.temporaryDirectory.appending(path: "refwalk-groups-\(UUID().uuidString)")
      try FileManager.default.createDirectory(at: base, withIntermediateDirectories: true)
      defer { try? FileManager.default.removeItem(at: base) }
      try Data(limit.utf8).write(to: base.appending(path: names[0]))
      try Data(used.utf8).write(to: base.appending(path: names[1]))
      memory_guard_forget_groups()
      defer { memory_guard_forget_groups() }
      memory_guard_add_groups(base.path, "/", isVersion2)
      var least: UInt64 = 0
      #expect(memory_guard_room(&least) == expected, "\(limit) \(used)")
    }
  }
}
