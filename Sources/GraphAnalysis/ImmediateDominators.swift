import ReferenceGraph

/// The immediate dominator of every reached object, by preorder number; 0 for the virtual root itself.
///
/// Semi-NCA (Georgiadis, "Linear-time algorithms for dominators and related problems", 2005): semidominators with
/// path compression, then each dominator as the nearest ancestor in the tree built so far that is not below the
/// semidominator. That second walk is quadratic on a long list whose values something else holds too; here it goes
/// along skew-binary jump pointers (Myers, "An applicative random-access stack", 1983), which bounds it by log n.
///
/// - `parents`: the depth-first tree, by preorder number.
/// - `objects`, `numbers`: object by preorder number and the other way round.
/// - `offsets`, `referrers`: what refers to each object, as in `ReferenceRows`: more than what was reached does no
///   harm.
/// - `tierEnds`: where the numbers of each tier end; what refers to an object out of a later tier does not count.
/// - `rootTargets`: a bit for each object, whether a root that counts refers to it; empty when all roots count.
@inline(never)
package func immediateDominators(
  parents: borrowing FlatArray<UInt32>, objects: borrowing FlatArray<UInt32>, numbers: borrowing FlatArray<UInt32>,
  tierEnds: TierEnds, offsets: borrowing FlatArray<UInt32>, referrers: borrowing FlatArray<UInt32>,
  rootTargets: borrowing FlatArray<UInt64>, pages: inout PageStore, progress: WorkProgress
) throws(Cancelled) -> FlatArray<UInt32> {
  let count = Int(tierEnds.all)
  let links = pages.take(count, of: Link.self)
  let result = pages.take(count, of: UInt32.self)
  let stack = pages.take(count + 1, of: UInt32.self)
  begin(links, parents)
  // Semidominators, from the last object in preorder to the first.
  var block = ReferrerBlock()
  var end = count
  var tier = RootTier.allCases.count - 1
  while end > 1 {
    // The objects of a block are of one tier.
    let begin = tier == 0 ? 1 : Int(tierEnds[RootTier.allCases[tier - 1]])
    if end <= begin {
      tier -= 1
      continue
    }
    let start = max(begin, end &- ReferrerBlock.rows)
    try progress.check(count - end)
    block.gather(
      start..<end, counted: Int(tierEnds[RootTier.allCases[tier]]), objects: objects, numbers: numbers,
      offsets: offsets, referrers: referrers,
      rootTargets: rootTargets)
    semidominators(
      start..<end, starts: block.starts, sources: block.sources, parents: parents, links: links, result: result,
      stack: stack)
    end = start
  }
  pages.give(stack)
  try dominators(parents: parents, links: links, result: result, progress: progress)
  pages.give(links)
  return result
}

/// Two numbers that are always needed together.
///
/// First an ancestor in the compressed tree and the lowest semidominator on the way to it; then a jump pointer and a
/// depth.
private struct Link: BitwiseCopyable {
  var ancestor: UInt32
  var label: UInt32
}

@inline(never)
private func begin(_ links: borrowing FlatArray<Link>, _ parents: borrowing FlatArray<UInt32>) {
  var i = 0
  while i < links.count {
    links[i] = Link(ancestor: parents[i], label: UInt32(truncatingIfNeeded: i))
    i &+= 1
  }
}

/// The semidominators of the objects in `range`, into `result`; those of all behind it are known.
///
/// - `starts`, `sources`: what refers to them, row after row.
@inline(never)
private func semidominators(
  _ range: Range<Int>, starts: borrowing FlatArray<UInt32>, sources: borrowing FlatArray<UInt32>,
  parents: borrowing FlatArray<UInt32>, links: borrowing FlatArray<Link>, result: borrowing FlatArray<UInt32>,
  stack: borrowing FlatArray<UInt32>
) {
  var row = range.count &- 1
  while row >= 0 {
    if row > 12 {
      var k = Int(starts[row &- 12])
      let end = min(Int(starts[row &- 11]), k &+ 8)
      while k < end {
        links.prefetch(sources[k])
        k &+= 1
      }
    }
    let i = range.lowerBound &+ row
    let number = UInt32(truncatingIfNeeded: i)
    var lowest = parents[i]
    var k = Int(starts[row])
    let end = Int(starts[row &+ 1])
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
    row &-= 1
  }
}

/// Turns semidominators into dominators, from the first to the last.
@inline(never)
private func dominators(
  parents: borrowing FlatArray<UInt32>, links: borrowing FlatArray<Link>, result: borrowing FlatArray<UInt32>,
  progress: WorkProgress
) throws(Cancelled) {
  // `ancestor` is now the jump pointer, `label` the depth.
  let count = result.count
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
}
