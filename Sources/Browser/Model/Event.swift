import CycleMarks
import GraphAnalysis
import ReferenceGraph
import Screen

/// Something that happened: what `update` is called with.
public enum Event: Sendable {
  case key(Key)
  /// Text pasted in one piece.
  case paste(String)
  case resize(rows: Int, columns: Int)
  /// A row and column of the screen, and what the mouse did there.
  case click(row: Int, column: Int, double: Bool)
  case wheel(up: Bool)

  /// How far loading has come, and for how many seconds it has gone on.
  case progress(WorkProgress.Report, seconds: Double)
  /// Resident memory of the process, in bytes, mapped files not counted.
  case memory(UInt64)
  /// The dump is read; its analyses go on.
  case read(HeapOutline)
  /// A part of the analysis is there; the rest goes on.
  case analysed(HeapAnalysis)
  /// All of it.
  case loaded(HeapAnalysis, seconds: Double)

  case done(WorkRequest, WorkResult)
  /// Marks as they now stand in the file, after a write or because another refwalk changed them.
  case marksMerged([Mark])
  /// Something to tell: what was saved where, or why it was not.
  case notice(String, isError: Bool)
  /// How far the export under way has come.
  case exportProgress(WorkProgress.Report)
  /// There is a file already where an export is to go.
  case exists(path: String, ExportChoice)
  /// An export has ended: what to tell of it.
  case exported(String, isError: Bool)
  /// The note of the open prompt, as the editor left it.
  case noteEdited(String)
  /// The path of the open prompt, with what all files add to it that begin like it.
  case pathCompleted(String)
  /// How far the work that is under way has come.
  case workProgress(WorkRequest, WorkProgress.Report)
  /// How far the analysis under other policies has come.
  case analysisProgress(WorkProgress.Report)
  /// The analysis under the policies that were asked for.
  case analysisChanged(HeapAnalysis)
  /// How far reading the earlier dump has come.
  case compareProgress(WorkProgress.Report)
  /// What has changed since the earlier dump, and what makes that less sure.
  case compared(HeapDiff, warning: String? = nil)
  /// Why the earlier dump is not compared with.
  case notCompared(String)
  /// The next rows are to be searched.
  case searchOn
}

/// Something to be done outside of the model.
public enum Effect: Sendable, Equatable {
  case quit
  case suspend
  case redraw
  case cancelLoading
  case copy(String)
  case mouse(Bool)
  /// Write the marks of the model to their file.
  case saveMarks
  case saveMarksCopy(path: String)
  /// Send `Event.pathCompleted` for what is typed of a path.
  case completePath(String)
  /// Write an export; `Event.exists` instead when there is a file already that it does not replace.
  case export(path: String, ExportChoice, replaces: Bool = false)
  /// Stop the export under way.
  case cancelExport
  /// Let `$EDITOR` change a text.
  case editNote(String)
  /// The work that is wanted now; anything under way that is not in the list may be dropped.
  case want([WorkRequest])
  /// Analyse again under other policies.
  case analyse(retaining: String, cycles: String)
  /// Stop the analysis under other policies.
  case cancelAnalysis
  /// Read the earlier dump under policies of these names, and compare.
  case compare(retaining: String, cycles: String)
  /// Stop reading the earlier dump.
  case cancelComparing
  /// Send `Event.searchOn` when nothing else is to be done: the search has more rows to look at.
  case searchOn
}
