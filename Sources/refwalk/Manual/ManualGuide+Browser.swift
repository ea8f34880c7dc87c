extension ManualGuide {
  /// How one gets about.
  static let browser = ManualGuide(
    title: "BROWSER",
    blocks: [
      .text(
        "`1` to `6` are the views: overview, cycles, retention tree, classes, marks, and what has changed since an "
          + "earlier dump (`--before`). Arrows or `j` `k` move, `Enter` follows, `BS` goes back, `p` shows the "
          + "ways from roots to an object (`.` adds those through weak references), `/` finds classes, fields and "
          + "`\"content\"` (`Tab`: in the whole heap), `f` filters a list, `Space` marks, `m` writes a note, `x` "
          + "exports, `?` lists all keys, and on the overview all that the dump tells of itself."),
      .text(
        "Keys typed while rows are being worked out wait for them, `Esc` drops them. While a dump is being analysed "
          + "views open as their part is done: `4` lists classes as soon as it is read, `3` (with paths, inspector "
          + "and search) opens with the retention tree, `2` with the cycles. A view that is asked for before opens "
          + "as soon as it can."),
      .text(
        "`T` draws the retention tree as a treemap: the larger an area, the more it keeps alive. Arrows go to the "
          + "neighbour, `Enter` goes in, `BS` out, `T` back to the row in the tree. `v` changes how a cycle is "
          + "drawn: as a ring, as a list, or as a matrix of its classes, whose cells open to the references behind "
          + "them."),
      .text(
        "Marks are written the moment they are made. Where that cannot be they go to the state folder with a word, "
          + "and are brought home as soon as it can. A mark on a shape holds in the next dump too: one that is "
          + "opened with `--before` and has no marks yet begins with those of the earlier dump. Cycles that have "
          + "become another shape are found by the ring that was marked. An object, a root and a cut are marked as "
          + "what they are, and say which cycle they are in. Marks, exports and pictures are no more readable than "
          + "the dump; an export is written aside and renamed, and never onto what is being read."),
      .text(
        "On screen, and in what commands print, keys of maps and texts of strings are shown; `refwalk export`, whose "
          + "output is made to be sent on, leaves them out unless `--values` asks for them."),
      .text(
        "The browser needs a terminal of 60 by 10 cells that shows Unicode; `--ascii` draws without. `--keys` with "
          + "`--frame` prints the frame that it would draw after these keys."),
    ])

  /// What is said of a cycle.
  static let cycles = ManualGuide(
    title: "CYCLES AND CUTS",
    blocks: [
      .text(
        "A row of the cycles is a shape: all cycles that go through the same classes and fields. `held` means that a "
          + "root reaches it: a leak if nobody needs it. What no root reaches is garbage (`collectable`) where the "
          + "file records all that could hold it; else it is held by something that the file has only evidence of "
          + "(`not recorded`), or nobody can tell (`without a root`): `f` with such a word lists them. Words of "
          + "stacks that may be no references, and finalizers, hold only what no certain root reaches. A title "
          + "begins with the program's classes, those first that keep most; the ring goes through the program's "
          + "objects where there is one."),
      .text(
        "The cuts of a cycle are groups: all references of one class and field, inside of it or at an entry, `3 x "
          + "Topic.watchers`, with the bytes that go when all of them are cut, exactly. They stand in the order of "
          + "what they free; of those that free nearly the same the program's come first: what a library's free "
          + "counts a tenth less there, what the runtime's and the insides of collections free a quarter. Below "
          + "them stand the entry nearest to the cycle without which it would be freed, and the fewest references "
          + "inside that end it, where those are no group. `b` steps through them, `Enter` lists the references of "
          + "the chosen one, `B` cuts it in thought, `Space` marks it. The cut inside of a large cycle is small, "
          + "but perhaps not the smallest; the output says which it is."),
    ])
}
