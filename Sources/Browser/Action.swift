/// Something a person can ask for with a key.
///
/// What it is called and which keys it has stands in `KeyMap`.
public enum Action: Hashable, Sendable {
  case up, down, pageUp, pageDown, halfPageUp, halfPageDown, first, last, previousSibling, nextSibling
  case openRow, closeRow, openAll, closeAll
  /// A tab, with the number of its key.
  case view(Tab)
  case follow, back, forward, nextPane, previousPane, paths, inspect, cycle, inTree, treemap, goTo
  case search, nextMatch, previousMatch, filter, escape
  case sort, reverseSort, sizeColumns, zoom, policy, entries
  case toggleMark, editMark, jumpToMark, saveCopy, export, undo, redo
  case nextCut, cutInThought, restoreCuts, drawing
  case copy, mouse, redraw, cancel, suspend, help, close, quit
}
