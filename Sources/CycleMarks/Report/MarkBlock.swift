import GraphAnalysis
import ReferenceGraph

/// What a report says of one mark.
struct MarkBlock: Sendable {
  let mark: Mark
  let match: MarkMatch
  /// The shape that is marked, or that the marked cycle has.
  var shape: CycleShape?
  /// The cycle that is printed here; nil when there is none, or an earlier block has it.
  var cycle: CycleReport?
  /// The letter of the earlier block that has the cycle.
  var printedUnder: MarkLetter?
  /// The references into and inside that cycle by class and field, with what each group frees.
  var groups: CutGroups?
  /// The group that is marked.
  var cut: CutGroup?
  /// The objects of the class that is marked.
  var histogram: ClassHistogram.ClassRow?
  /// The object that is marked, or that the marked root refers to.
  var object: ObjectID?
  /// From a root to the first object of the ring, or to the object.
  var path: [ReferencePlace] = []
  var rows: [ObjectRow] = []
  /// Members and objects outside that are in no row.
  var moreMembers = 0
  var moreOutside = 0

  /// How many objects the table leaves out behind its rows: of a cycle those outside; a marked object may be in a cycle
  /// with what it refers to.
  var moreOutsideWords: String { outsideWords(moreOutside) }

  /// The same for so many.
  func outsideWords(_ count: Int) -> String {
    "and \(Count.text(count)) more " + (object == nil ? "outside" : "that it refers to")
  }

  /// Whether the mark is on all cycles of a shape, and they are there.
  var isOfShape: Bool {
    switch match {
    case .shape, .changedShape: true
    case .cycle, .object, .root, .objects, .cut, .absent: false
    }
  }

  /// The index of the root that the path begins with.
  var root: Int? { path.first.map { Int($0.index) } }
}

/// A line of the table of objects.
struct ObjectRow: Sendable {
  enum Role: String, Sendable {
    /// On the ring that is printed.
    case ring
    /// In the cycle, but not on that ring.
    case member
    /// Referred to by a member.
    case outside
    /// The marked object, when that is in no cycle that is printed here.
    case object
  }

  /// The most targets that a row lists.
  static let targetLimit = 4

  let id: ObjectID
  let role: Role
  /// Whether it is in the cycle of this block; in the block of a single object, whether it is in any.
  let isInCycle: Bool
  /// Whether it is in a cycle that is not that of this block.
  let isInOtherCycle: Bool
  /// How many references it holds, and the first objects they refer to.
  let references: Int
  let targets: [ObjectID]
  /// What the string holds, and its length in bytes, if it is one and values were asked for.
  let text: (text: String, length: Int)?
}
