import ReferenceGraph

/// The immediate dominator of every reached object, by preorder number; 0 for the virtual root itself.
///
/// Semi-NCA (Georgiadis, "Linear-time algorithms for dominators and related problems", 2005): semidominators with
/// path compression, then each dominator as the nearest ancestor in the tree built so far that is not below the
/// semidominator. That second walk is quadratic on a long list whose values something else holds too; here it goes
/// along skew-binary jump pointers (Myers, "An applicative random-access stack", 1983), which bounds it by log n.
/// - Parameters:
///   - parents: the depth-first tree, by preorder number.
///   - referrers: the reversed rows in preorder numbers.
@inline(never)
package func immediateDominators(
  parents: borrowing FlatArray<UInt32>, referrers: borrowing FlatRows, pages: inout PageStore,
  progress: WorkProgress
) throws(Cancelled) -> FlatArray<UInt32> {
  try semiNCA(
    parents: parents, offsets: referrers.offsets, sources: referrers.targets, pages: &pages, progress: progress)
}

/// Two numbers that are always needed together. First an ancestor in the compressed tree and the lowest
/// semidominator on the way to it; then a jump pointer and a depth.
private struct Link: BitwiseCopyable {
  var ancestor: UInt32
  var label: UInt32
}

@inline(never)
private func semiNCA(
  parents: borrowing FlatArray<UInt32>, offsets: borrowing FlatArray<UInt32>, sources: borrowing FlatArray<UInt32>,
  pages: inout PageStore, progress: WorkProgress
) throws(Cancelled) -> FlatArray<UInt32> {
  let count = offsets.count - 1
  let links = pages.take(count, of: Link.self)
  let result = pages.take(count, of: UInt32.self)
  do {
    let stack = pages.take(count + 1, of: UInt32.self)
    var i = 0
    while i < count {
      links[i] = Link(ancestor: parents[i], label: UInt32(truncatingIfNeeded: i))
      i &+= 1
    }
    // Semidominators, from the last object in preorder to the first.
    i = count &- 1
    while i > 0 {
      if i & progressMask == 0 { try progress.check(count - i) }
      let number = UInt32(truncatingIfNeeded: i)
      if i > 12 {
        var k = Int(offsets[i &- 12])
        let end = min(Int(offsets[i &- 11]), k &+ 8)
        while k < end {
          links.prefetch(sources[k])
          k &+= 1
        }
      }
      var lowest = parents[i]
      var k = Int(offsets[i])
      let end = Int(offsets[i &+ 1])
      while k < end {
        let source = sources[k]
        k &+= 1
        var candidate = source
        if source > number {
          if links[source].ancestor > number {
            // Compress the path from `source` up to the last ancestor above `number`.
            var depth = 0
            var x = source
            var ancestor = links[x].ancestor
            while ancestor > number {
              stack[depth] = x
              depth &+= 1
              x = ancestor
              ancestor = links[x].ancestor
            }
            var label = links[x].label
            while depth > 0 {
              depth &-= 1
              let y = stack[depth]
              let own = links[y].label
              if own < label { label = own }
              links[y] = Link(ancestor: ancestor, label: label)
            }
          }
          candidate = links[source].label
        }
        if candidate < lowest { lowest = candidate }
      }
      result[i] = lowest
      links[i].label = lowest
      i &-= 1
    }
    pages.give(stack)
  }
  // Dominators, from the first to the last. `ancestor` is now the jump pointer, `label` the depth.
  links[0] = Link(ancestor: 0, label: 0)
  result[0] = 0
  var i = 1
  while i < count {
    if i & progressMask == 0 { try progress.check(count + i) }
    var x = parents[i]
    let semidominator = result[i]
    while x > semidominator {
      let jump = links[x].ancestor
      x = jump >= semidominator ? jump : result[x]
    }
    result[i] = x
    let above = links[x]
    let jump = links[above.ancestor]
    let jumpOfJump = links[jump.ancestor]
    let joins = above.label &- jump.label == jump.label &- jumpOfJump.label
    links[i] = Link(ancestor: joins ? jump.ancestor : x, label: above.label &+ 1)
    i &+= 1
  }
  pages.give(links)
  return result
}
