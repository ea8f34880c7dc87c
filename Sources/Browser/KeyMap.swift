import Screen

/// Every key binding, once: keys, footer, help and manual are made from this table.
public struct KeyMap: Sendable {
  /// What an action is about; the help lists bindings by group.
  public enum Group: String, Sendable, CaseIterable {
    case move = "Move"
    case tree = "Tree"
    case go = "Go"
    case find = "Find"
    case look = "Look"
    case marks = "Marks"
    case other = "Other"
  }

  /// An action with its keys.
  public struct Binding: Sendable {
    /// What the keys ask for.
    public let action: Action
    /// The first is the one shown where there is room for one.
    public let keys: [Key]
    /// The heading that help and manual list it under.
    public let group: Group
    /// A word for the footer.
    public let label: String
    /// A few words for help and manual.
    public let help: String
  }

  /// All actions that have keys, in the order of help and manual.
  public let bindings: [Binding]
  private let actions: [Key: Action]

  /// A map with these bindings, the ones that help and manual list first in front.
  ///
  /// - Precondition: no key is bound twice.
  public init(_ bindings: [Binding]) {
    self.bindings = bindings
    var actions: [Key: Action] = [:]
    for binding in bindings {
      for key in binding.keys {
        precondition(actions[key] == nil, "key \(key.name) bound twice")
        actions[key] = binding.action
      }
    }
    self.actions = actions
  }

  /// What a key asks for.
  public func action(for key: Key) -> Action? { actions[key] }

  /// The keys and words of an action; nil where it has none.
  public func binding(of action: Action) -> Binding? { bindings.first { $0.action == action } }

  /// The keys refwalk is delivered with.
  public static let standard = KeyMap([
    b(.up, ["Up", "k", "^P"], .move, "up", "one row up"),
    b(.down, ["Down", "j", "^N"], .move, "down", "one row down"),
    b(.pageUp, ["PgUp", "^B"], .move, "page up", "a page up"),
    b(.pageDown, ["PgDn", "^F"], .move, "page down", "a page down"),
    b(.halfPageUp, ["^U"], .move, "half up", "half a page up"),
    b(.halfPageDown, ["^D"], .move, "half down", "half a page down"),
    b(.first, ["Home", "g"], .move, "first", "first row"),
    b(.last, ["End", "G"], .move, "last", "last row"),
    b(.previousSibling, ["K"], .move, "prev sibling", "previous sibling"),
    b(.nextSibling, ["J"], .move, "next sibling", "next sibling"),

    b(.openRow, ["Right", "l"], .tree, "open", "open the row"),
    b(.closeRow, ["Left", "h"], .tree, "close", "close, or go to parent"),
    b(.openAll, ["L"], .tree, "open all", "open all below"),
    b(.closeAll, ["H"], .tree, "close all", "close all below"),

    b(.view(.overview), ["1"], .go, "overview", "Overview"),
    b(.view(.cycles), ["2"], .go, "cycles", "Cycles"),
    b(.view(.retention), ["3"], .go, "retention", "Retention"),
    b(.view(.classes), ["4"], .go, "classes", "Classes"),
    b(.view(.marks), ["5"], .go, "marks", "Marks"),
    b(.view(.diff), ["6"], .go, "diff", "Diff with an earlier dump"),
    b(.follow, ["Enter"], .go, "open", "follow the row"),
    b(.back, ["BS", "["], .go, "back", "back to where you were"),
    b(.forward, ["]"], .go, "forward", "forward again"),
    b(.nextPane, ["Tab"], .go, "list", "other pane, next list"),
    b(.previousPane, ["S-Tab"], .go, "list back", "other pane, list before"),
    b(.paths, ["p"], .go, "paths", "paths to it from roots"),
    b(.inspect, ["i"], .go, "inspect", "inspect the object"),
    b(.cycle, ["c"], .go, "cycle", "its cycle"),
    b(.inTree, ["t"], .go, "in tree", "it in the retention tree"),
    b(.treemap, ["T"], .go, "treemap", "treemap, or the tree"),
    b(.goTo, [":"], .go, "go to", "go to an address or #id"),

    b(.search, ["/"], .find, "search", "search rows or heap"),
    b(.nextMatch, ["n"], .find, "next", "next match"),
    b(.previousMatch, ["N"], .find, "previous", "previous match"),
    b(.filter, ["f"], .find, "filter", "only rows with a text"),
    b(.escape, ["Esc"], .find, "clear", "clear filter and search"),

    b(.sort, ["s"], .look, "sort", "sort by the next column"),
    b(.reverseSort, ["S"], .look, "reverse", "reverse the order"),
    b(.sizeColumns, ["%"], .look, "columns", "bars, percent, bytes"),
    b(.zoom, ["z"], .look, "zoom", "one pane or two"),
    b(.policy, ["."], .look, "policy", "policy, or weak paths"),
    b(.entries, ["e"], .look, "entries", "entries by key, or raw"),
    b(.nextCut, ["b"], .look, "next cut", "next cut of a cycle"),
    b(.cutInThought, ["B"], .look, "cut", "cut in thought, restore"),
    b(.restoreCuts, ["R"], .look, "restore all", "restore all cuts"),
    b(.drawing, ["v"], .look, "view", "ring, matrix, list"),

    b(.toggleMark, ["Space"], .marks, "mark", "mark, or unmark"),
    b(.editMark, ["m"], .marks, "note", "verdict and note"),
    b(.jumpToMark, ["'"], .marks, "jump", "go to a mark by letter"),
    b(.saveCopy, ["w"], .marks, "copy to", "copy the marks to a file"),
    b(.export, ["x"], .marks, "export", "export marks, tree, diff"),
    b(.undo, ["u"], .marks, "undo", "undo"),
    b(.redo, ["^R"], .marks, "redo", "redo"),

    b(.copy, ["y"], .other, "copy", "copy (OSC 52)"),
    b(.mouse, ["M"], .other, "mouse", "mouse on or off"),
    b(.redraw, ["^L"], .other, "redraw", "draw the screen anew"),
    b(.cancel, ["^C"], .other, "cancel", "stop the work under way"),
    b(.suspend, ["^Z"], .other, "suspend", "suspend refwalk"),
    b(.help, ["?", "F1"], .other, "keys", "this help"),
    b(.close, ["q"], .other, "quit", "close, at last quit"),
    b(.quit, ["Q"], .other, "quit now", "quit"),
  ])

  private static func b(_ action: Action, _ keys: [String], _ group: Group, _ label: String, _ help: String) -> Binding
  {
    Binding(action: action, keys: keys.map { Key(name: $0)! }, group: group, label: label, help: help)
  }
}
