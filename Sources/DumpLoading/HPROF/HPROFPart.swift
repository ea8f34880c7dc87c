/// A record of a dump, and how much of it was understood.
///
/// What lies in none is damage, or nothing at all.
struct HPROFPart {
  var tag: UInt8
  /// Where it begins, with its tag.
  var start: Int
  /// Where what is understood of it ends: all, but for damage.
  var understood: Int
  /// Where it ends in the file.
  var end: Int
}
