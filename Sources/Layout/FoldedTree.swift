/// Where a tree gets its nodes from: asked only for what is seen.
public protocol TreeSource {
  associatedtype Node: Hashable & Sendable
  /// How many children a node has; 0 for a leaf.
  func childCount(of node: Node) -> Int
  /// A child by its index, which is less than `childCount`.
  func child(of node: Node, at index: Int) -> Node
  /// Whether a node stays folded when all below another is opened.
  func isFold(_ node: Node) -> Bool
}

extension TreeSource {
  /// No row is a fold.
  public func isFold(_ node: Node) -> Bool { false }
}

/// The visible rows of a tree of which parts are folded.
///
/// Only nodes that are open are kept, each with the number of rows below it, so a tree with a million children opens
/// at once and any row is found in steps that depend on what was opened, not on how many rows there are.
public struct FoldedTree<Node: Hashable & Sendable>: Sendable {
  /// One visible row.
  public struct Row: Sendable, Equatable {
    /// What stands in the row.
    public let node: Node
    /// The parent's node; nil for the root.
    public let parent: Node?
    /// How far it is indented: 0 for the root.
    public let depth: Int
    /// Its index among its siblings.
    public let index: Int
    /// Whether its children have rows.
    public let isOpen: Bool
    /// Whether there is anything to unfold.
    public let hasChildren: Bool
    /// For each ancestor but the root, and then for the row itself: whether it is the last of its siblings.
    public let lastFlags: [Bool]
  }

  private struct Opened: Sendable {
    var node: Node
    /// Slot of the parent, -1 for the root.
    var parent: Int
    var index: Int
    var depth: Int
    var childCount: Int
    /// Slots of the open children, by index.
    var opened: [Int]
    /// Visible rows below the node.
    var visible: Int
  }

  /// Slot 0 is the root, which is always open.
  private var slots: [Opened]
  private var freeSlots: [Int] = []

  /// A tree of which only the root is open, with so many children.
  public init(root: Node, childCount: Int) {
    slots = [
      Opened(
        node: root, parent: -1, index: 0, depth: 0, childCount: childCount, opened: [], visible: childCount)
    ]
  }

  /// The node that all others are below.
  public var root: Node { slots[0].node }
  /// The number of visible rows, the root's with them.
  public var rowCount: Int { slots[0].visible + 1 }

  /// The row at `index`, 0 being the root.
  /// - Precondition: `0 <= index < rowCount`, and `source` is the one the nodes were opened with.
  public func row<Source: TreeSource>(at index: Int, source: Source) -> Row where Source.Node == Node {
    let place = locate(index)
    if let slot = place.slot {
      let opened = slots[slot]
      return Row(
        node: opened.node, parent: opened.parent < 0 ? nil : slots[opened.parent].node, depth: opened.depth,
        index: opened.index, isOpen: true, hasChildren: opened.childCount > 0, lastFlags: lastFlags(of: slot))
    }
    let parent = slots[place.parent]
    let node = source.child(of: parent.node, at: place.index)
    return Row(
      node: node, parent: parent.node, depth: parent.depth + 1, index: place.index, isOpen: false,
      hasChildren: source.childCount(of: node) > 0,
      lastFlags: (parent.parent < 0 ? [] : lastFlags(of: place.parent)) + [place.index == parent.childCount - 1])
  }

  /// Opens the row at `index`.
  ///
  /// Does nothing for a leaf and for a row that is open.
  public mutating func open<Source: TreeSource>(_ index: Int, source: Source) where Source.Node == Node {
    let place = locate(index)
    guard place.slot == nil else { return }
    let parent = slots[place.parent]
    let node = source.child(of: parent.node, at: place.index)
    let count = source.childCount(of: node)
    guard count > 0 else { return }
    let new = Opened(
      node: node, parent: place.parent, index: place.index, depth: parent.depth + 1, childCount: count, opened: [],
      visible: count)
    let slot: Int
    if let free = freeSlots.popLast() {
      slot = free
      slots[slot] = new
    } else {
      slot = slots.count
      slots.append(new)
    }
    let siblings = parent.opened
    let position = siblings.firstIndex { slots[$0].index > place.index } ?? siblings.count
    slots[place.parent].opened.insert(slot, at: position)
    grow(place.parent, by: count)
  }

  /// Folds the row at `index`, with all that is open below it.
  ///
  /// Does nothing for the root and for a folded row.
  public mutating func close(_ index: Int) {
    guard let slot = locate(index).slot, slot != 0 else { return }
    let parent = slots[slot].parent
    slots[parent].opened.removeAll { $0 == slot }
    grow(parent, by: -slots[slot].visible)
    var pending = [slot]
    while let dead = pending.popLast() {
      pending += slots[dead].opened
      slots[dead].opened = []
      freeSlots.append(dead)
    }
  }

  /// The index of the parent's row; nil for the root.
  public func parentRow(of index: Int) -> Int? {
    let place = locate(index)
    let parent = place.slot.map { slots[$0].parent } ?? place.parent
    return parent < 0 ? nil : row(ofSlot: parent)
  }

  /// The row of the sibling `offset` places further, if there is one.
  public func siblingRow(of index: Int, offset: Int) -> Int? {
    let place = locate(index)
    let parent = place.slot.map { slots[$0].parent } ?? place.parent
    guard parent >= 0 else { return nil }
    let own = place.slot.map { slots[$0].index } ?? place.index
    guard (0..<slots[parent].childCount).contains(own + offset) else { return nil }
    return row(ofChild: own + offset, inSlot: parent)
  }

  /// The row of child `childIndex` of the open row at `index`.
  public func childRow(of index: Int, at childIndex: Int) -> Int? {
    guard let slot = locate(index).slot, childIndex < slots[slot].childCount else { return nil }
    return row(ofChild: childIndex, inSlot: slot)
  }

  private mutating func grow(_ slot: Int, by count: Int) {
    var slot = slot
    while slot >= 0 {
      slots[slot].visible += count
      slot = slots[slot].parent
    }
  }

  /// Finds a row: an open node by its slot, or else a folded one by its parent's slot and its index there.
  private func locate(_ index: Int) -> (slot: Int?, parent: Int, index: Int) {
    precondition(index >= 0 && index < rowCount)
    if index == 0 { return (0, -1, 0) }
    var slot = 0
    var rest = index - 1
    descend: while true {
      // `rest` counts rows from the first child of `slot`; `shift` are rows of open siblings before.
      var shift = 0
      for child in slots[slot].opened {
        let row = slots[child].index + shift
        if rest < row { break }
        if rest == row { return (child, slot, slots[child].index) }
        if rest <= row + slots[child].visible {
          rest -= row + 1
          slot = child
          continue descend
        }
        shift += slots[child].visible
      }
      return (nil, slot, rest - shift)
    }
  }

  private func row(ofChild index: Int, inSlot slot: Int) -> Int {
    var row = row(ofSlot: slot) + 1 + index
    for child in slots[slot].opened where slots[child].index < index { row += slots[child].visible }
    return row
  }

  private func row(ofSlot slot: Int) -> Int {
    var row = 0
    var slot = slot
    while slot != 0 {
      let parent = slots[slot].parent
      row += 1 + slots[slot].index
      for child in slots[parent].opened where slots[child].index < slots[slot].index {
        row += slots[child].visible
      }
      slot = parent
    }
    return row
  }

  private func lastFlags(of slot: Int) -> [Bool] {
    var flags: [Bool] = []
    var slot = slot
    while slot > 0 {
      let parent = slots[slot].parent
      flags.append(slots[slot].index == slots[parent].childCount - 1)
      slot = parent
    }
    return flags.reversed()
  }
}
