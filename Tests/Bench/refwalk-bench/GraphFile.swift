import Foundation
import ReferenceGraph

/// A graph as the generator writes it: rows and sizes.
struct GraphFile: ~Copyable {
  let rows: ReferenceRows
  let sizes: FlatArray<UInt32>

  init(_ path: String) {
    guard let file = fopen(path, "rb") else {
      perror(path)
      exit(2)
    }
    var head: (rows: UInt64, references: UInt64) = (0, 0)
    guard fread(&head, 8, 2, file) == 2 else { exit(2) }
    func read(_ count: Int) -> FlatArray<UInt32> {
      let array = FlatArray<UInt32>(zeroed: count)
      let got = array.withBuffer { fread($0.baseAddress!, 4, count, file) }
      guard got == count else {
        FileHandle.standardError.write(Data("graph file is too short\n".utf8))
        exit(2)
      }
      return array
    }
    let offsets = read(Int(head.rows) + 1)
    let targets = read(Int(head.references))
    rows = ReferenceRows(offsets: offsets, targets: targets)
    sizes = read(Int(head.rows))
    fclose(file)
  }
}
