import ReferenceGraph

/// The rows of the reached objects in preorder numbers: what was found together lies together, so that the analyses
/// after it find most of what they need in the cache.
@inline(never)
package func preorderRows(
  of rows: ReferenceRows, _ order: borrowing DepthFirstOrder, pages: inout PageStore, progress: WorkProgress
) throws(Cancelled) -> FlatRows {
  try gather(
    offsets: rows.offsets, targets: rows.targets, count: order.reached, objects: order.objects,
    numbers: order.numbers, pages: &pages, progress: progress)
}

@inline(never)
private func gather(
  offsets: borrowing FlatArray<UInt32>, targets: borrowing FlatArray<UInt32>, count: Int,
  objects: borrowing FlatArray<UInt32>, numbers: borrowing FlatArray<UInt32>, pages: inout PageStore,
  progress: WorkProgress
) throws(Cancelled) -> FlatRows {
  let newOffsets = pages.take(count + 1, of: UInt32.self)
  var total: UInt32 = 0
  var i = 0
  while i < count {
    if i &+ 16 < count { offsets.prefetch(objects[i &+ 16]) }
    let object = Int(objects[i])
    newOffsets[i] = total
    total &+= offsets[object &+ 1] &- offsets[object]
    i &+= 1
  }
  newOffsets[count] = total
  let newTargets = pages.take(Int(total), of: UInt32.self)
  var next = 0
  i = 0
  while i < count {
    if i & progressMask == 0 { try progress.check(i) }
    if i &+ 32 < count {
      offsets.prefetch(objects[i &+ 32])
      targets.prefetch(offsets[objects[i &+ 16]])
      let ahead = Int(objects[i &+ 8])
      var k = Int(offsets[ahead])
      let end = min(Int(offsets[ahead &+ 1]), k &+ 8)
      while k < end {
        numbers.prefetch(targets[k])
        k &+= 1
      }
    }
    let object = Int(objects[i])
    var k = Int(offsets[object])
    let end = Int(offsets[object &+ 1])
    while k < end {
      newTargets[next] = numbers[targets[k]]
      next &+= 1
      k &+= 1
    }
    i &+= 1
  }
  return FlatRows(offsets: newOffsets, targets: newTargets)
}
