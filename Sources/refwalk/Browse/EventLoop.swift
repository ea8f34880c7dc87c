import Browser
import CycleMarks
import Dispatch
import FoundationEssentials
import Glibc
import GraphAnalysis
import ReferenceGraph
import Screen
import Terminal
import TextSafety

/// Runs the browser in a terminal: events go into the model, effects come out of it, frames are shown.
struct EventLoop: ~Copyable {
  private var terminal: Terminal
  private var model: Model
  private let mailbox: EventMailbox<LoopEvent>
  private let request: DumpRequest
  private let job: DumpJob
  private let queue: WorkQueue
  private let ahead = ReadAhead()
  private var keeper: MarkKeeper
  /// Whether the marks have been read.
  private var hasMarks = false
  /// How far an analysis under other policies has come.
  private var change = WorkProgress()
  /// The dump to compare with, and how far that has come.
  private let earlier: DumpRequest?
  private var comparison: ComparisonJob?
  /// The last export that was begun.
  private var export: ExportJob?
  private var hasNoticedChange = false
  private var isDone = false
  private var failure: CommandFailure?
  private var doubleClick = DoubleClick()
  /// When what is being taken came in, or before it: nothing was there then.
  private var arrival = ContinuousClock.now

  init(
    _ request: DumpRequest, earlier: DumpRequest? = nil, marks: String?, color: ColorChoice, ascii: Bool, isTutor: Bool
  ) throws(TerminalError) {
    let mailbox = try EventMailbox<LoopEvent>()
    let terminal = try Terminal(color: color)
    var model = Model(
      path: request.path, steps: DumpRequest.steps, byteSteps: DumpRequest.byteSteps, rows: terminal.rows,
      columns: terminal.columns)
    if ascii || terminal.usesASCII { model.glyphs = .ascii }
    let keeper = MarkKeeper(request: request, earlier: earlier, marks: marks)
    model.marksPath = keeper.path
    if isTutor { model.tutor = Tutor() }
    if let earlier { model.compare(with: earlier.path) }
    self.earlier = earlier
    self.request = request
    model.canDrawPictures = Graphviz.program() != nil
    self.mailbox = mailbox
    self.model = model
    self.keeper = keeper
    self.terminal = terminal
    job = DumpJob(request, mailbox: mailbox)
    queue = WorkQueue(mailbox: mailbox)
  }

  /// Runs until the person quits.
  ///
  /// Returns why the dump could not be opened, or nil.
  mutating func run() -> CommandFailure? {
    while !isDone {
      if model.isLoading {
        apply(.progress(job.progress.report, seconds: job.seconds))
        apply(.memory(ResidentMemory.bytes))
      }
      if model.isExporting, let export { apply(.exportProgress(export.progress.report)) }
      if model.isComparing, let comparison { apply(.compareProgress(comparison.progress.report)) }
      if model.isChanging { apply(.analysisProgress(change.report)) }
      if model.isWorking, let (request, report) = queue.report { apply(.workProgress(request, report)) }
      noticeChange()
      terminal.show(render(model))
      if let analysis = model.analysis { ahead.select(model.objectAtHand, in: analysis.heap) }
      if let event = wait() { takeAll(from: event) }
    }
    return failure
  }

  /// Takes an event and what has come in with it: a held key is not drawn row by row, and text that a terminal pastes
  /// key by key goes into a prompt in one piece.
  private mutating func takeAll(from first: TerminalEvent) {
    var text = ""
    var next: TerminalEvent? = first
    var count = 0
    while !isDone, let event = next {
      if case .key(.character(let character)) = event, model.takesText {
        text.append(character)
      } else {
        type(&text)
        take(event)
        count += 1
      }
      guard count < 64, text.utf8.count < 1 << 20 else { break }
      next = terminal.nextEvent(timeout: .zero)
    }
    type(&text)
    arrival = .now
  }

  /// Gives a prompt what was typed for it.
  private mutating func type(_ text: inout String) {
    if text.isEmpty { return }
    apply(text.count == 1 ? .key(.character(text.first!)) : .paste(text))
    text = ""
  }

  /// Says once that the dump is being written to: what is read from now on may be something else.
  private mutating func noticeChange() {
    guard !hasNoticedChange, let facts = model.analysis?.heap.facts, facts.hasChanged else { return }
    hasNoticedChange = true
    apply(
      .notice(
        "\(facts.fileName) has been written to since it was opened: names may be wrong, open it again", isError: true))
  }

  /// The next event from the terminal; nil when there was none for a while.
  private mutating func wait() -> TerminalEvent? {
    // What came in while the screen was drawn has been there since.
    if let event = terminal.nextEvent(timeout: .zero, wakeDescriptor: mailbox.wakeDescriptor) { return event }
    // While a dump is read the screen follows its progress; later it looks for marks of other refwalks.
    let isBusy =
      model.isLoading || model.isChanging || model.isExporting || model.isWorking || model.isComparing
    let pause: Duration = isBusy ? .milliseconds(100) : .seconds(2)
    guard let event = terminal.nextEvent(timeout: pause, wakeDescriptor: mailbox.wakeDescriptor) else {
      if hasMarks { for event in keeper.refresh(model.marks.marks) { apply(event) } }
      return nil
    }
    arrival = .now
    return event
  }

  private mutating func take(_ event: TerminalEvent) {
    switch event {
    case .key(let key): apply(.key(key))
    case .paste(let text): apply(.paste(text))
    case .resize(let rows, let columns): apply(.resize(rows: rows, columns: columns))
    case .mouse(let row, let column, .press): click(row, column)
    case .mouse(_, _, .wheelUp): apply(.wheel(up: true))
    case .mouse(_, _, .wheelDown): apply(.wheel(up: false))
    case .mouse: break
    case .wake: for event in mailbox.drain() { take(event) }
    case .suspendResumed: terminal.redraw()
    case .hangup: isDone = true
    }
  }

  private mutating func take(_ event: LoopEvent) {
    switch event {
    case .model(let event): apply(event)
    case .done(let request, let result, let analysis):
      // What was found under other policies is of no use.
      if let now = model.analysis, now.isOfSameRun(as: analysis) { apply(.done(request, result)) }
    case .analysed(let analysis):
      apply(.analysed(analysis))
      loadMarks()
    case .opened:
      switch job.result {
      case .success(let analysis):
        apply(.loaded(analysis, seconds: job.seconds))
        loadMarks()
      case .failure(let failure):
        self.failure = failure
        isDone = true
      case nil: break
      }
    }
  }

  /// Reads the marks as soon as there is something they can stand on.
  private mutating func loadMarks() {
    if hasMarks { return }
    hasMarks = true
    for event in keeper.load() { apply(event) }
    model.marksPath = keeper.path
  }

  private mutating func click(_ row: Int, _ column: Int) {
    let isSecond = doubleClick.isSecond(row: row, column: column, arrival: arrival)
    apply(.click(row: row, column: column, double: isSecond))
  }

  private mutating func apply(_ event: Browser.Event) {
    var events = [event]
    while !events.isEmpty {
      let next = events.removeFirst()
      for effect in update(&model, next, now: Mark.now) { events += carryOut(effect) }
    }
  }

  /// What exports are not to replace.
  private var protected: ProtectedFiles {
    ProtectedFiles(
      dump: request.path, earlier: earlier?.path, marks: keeper.places,
      others: (request.options.executable.map { [$0] } ?? []) + (model.analysis?.heap.facts.otherFiles ?? []))
  }

  /// Does what the model asks for; what comes of it is told to the model.
  private mutating func carryOut(_ effect: Effect) -> [Browser.Event] {
    switch effect {
    case .quit: isDone = true
    case .suspend:
      terminal.suspend()
      terminal.redraw()
    case .redraw: terminal.redraw()
    case .cancelLoading:
      if model.isLoading {
        job.progress.cancel()
        failure = .cancelled
      }
    case .copy(let text):
      return [
        terminal.copy(text)
          ? .notice("copied: \(SafeText.line(String(text.prefix(60))))", isError: false)
          : .notice("too long for the clipboard of a terminal", isError: true)
      ]
    case .mouse(let on): terminal.setMouse(on)
    case .saveMarks:
      let events = keeper.save(model.marks.marks)
      model.marksPath = keeper.path
      return events
    case .saveMarksCopy(let path): return [keeper.saveCopy(model.marks.marks, path: ExportTarget.expanded(path))]
    case .completePath(let typed): return [.pathCompleted(ExportTarget.completed(typed))]
    case .export(let path, let choice, let replaces):
      let path = ExportTarget.expanded(path)
      switch ExportTarget(path, protected: protected) {
      case .refused(let why): return [.exported("not exported: \(why)", isError: true)]
      case .exists where !replaces: return [.exists(path: path, choice)]
      case .free, .exists: break
      }
      if let analysis = model.analysis {
        export = ExportJob(
          choice, path: path, analysis: analysis, marks: model.marks, cuts: model.cuts, diff: model.diff,
          dumps: [request.path] + (earlier.map { [$0.path] } ?? []), mailbox: mailbox)
      }
    case .cancelExport: export?.progress.cancel()
    case .editNote(let text): return edit(text)
    case .want(let requests):
      if let analysis = model.analysis { queue.want(requests, analysis: analysis) }
    case .analyse(let retaining, let cycles):
      if let analysis = model.analysis {
        change = WorkProgress(steps: HeapAnalysis.steps)
        PolicyChange.start(analysis, retaining, cycles, progress: change, mailbox: mailbox)
      }
    case .cancelAnalysis: change.cancel()
    case .compare:
      comparison?.progress.cancel()
      if let earlier, let analysis = model.analysis {
        comparison = ComparisonJob(earlier, with: analysis, mailbox: mailbox)
      }
    case .cancelComparing: comparison?.progress.cancel()
    case .searchOn: mailbox.post(.model(.searchOn))
    }
    return []
  }

  /// Lets the person's editor change a note.
  private mutating func edit(_ text: String) -> [Browser.Event] {
    let environment = ProcessInfo.processInfo.environment
    guard let editor = environment["VISUAL"] ?? environment["EDITOR"], !editor.isEmpty else {
      return [.notice("set $EDITOR to edit notes with it", isError: true)]
    }
    // For nobody else to read: a note may say what a heap holds.
    var path = "\(environment["TMPDIR"] ?? "/tmp")/refwalk-note-XXXXXX".systemPath
    let descriptor = mkstemp(&path)
    guard descriptor >= 0 else {
      return [.notice("no temporary file for the editor: \(String(cString: strerror(errno)))", isError: true)]
    }
    close(descriptor)
    let file = String(systemPath: path)
    defer { unlink(path) }
    do {
      try OutputFile.write(text, to: file, readableAs: [])
      let status = try terminal.runInForeground { try ForegroundCommand.run(editor, arguments: [file]) }
      terminal.redraw()
      guard status == 0 else { return [.notice("\(editor) ended with \(status): note unchanged", isError: true)] }
      var edited = String(decoding: try Data(contentsOf: URL(filePath: file)), as: UTF8.self)
      while edited.last?.isNewline == true { edited.removeLast() }
      return [.noteEdited(edited)]
    } catch {
      return [.notice("editor: \(error)", isError: true)]
    }
  }
}
