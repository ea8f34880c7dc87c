// Plants leaks and what only looks like leaks, then writes a heap snapshot.
// usage: node --expose-gc node-leaks.cjs FILE.heapsnapshot
'use strict';
const v8 = require('node:v8');
const { EventEmitter } = require('node:events');

// What the program as a whole holds: a property of the global object, as a module's variables would.
const app = (globalThis.app = {});

// 1. A listener that captures its widget: news → listeners → function → context → widget → news. 12 widgets, all in
//    one cycle, because they share the emitter.
class NewsFeed extends EventEmitter {}
class HeadlineWidget {
  constructor(feed, number) {
    this.feed = feed;
    this.title = `headline ${number} «Überschrift» 見出し 📰`;
    feed.on('story', () => this.title);
  }
}
app.news = new NewsFeed();
app.news.setMaxListeners(0);
for (let i = 0; i < 12; i++) new HeadlineWidget(app.news, i);

// 2. A cache whose entries are functions that capture the entry's owner: owner → Map → function → context → owner.
class ReportBuilder {
  constructor(number) {
    this.number = number;
    this.steps = new Map();
    this.rows = new Array(200).fill(number);
    this.steps.set('render', () => this.rows.length);
  }
}
app.reports = new Map();
for (let i = 0; i < 9; i++) app.reports.set(`report-${i}`, new ReportBuilder(i));

// 3. A timer that is never cleared: holder → Timeout → callback → context → holder. The timers of one duration hang
//    in one list, so all of them are one cycle.
class SessionPinger {
  constructor(number) {
    this.number = number;
    this.timer = setInterval(() => this.number, 86_400_000);
    this.timer.unref();
  }
}
for (let i = 0; i < 7; i++) new SessionPinger(i);

// 4. A promise that never settles, whose reaction captures who waits: upload → promise → reaction → function → upload.
class PendingUpload {
  constructor(number) {
    this.number = number;
    this.finished = new Promise((resolve) => { this.resolve = resolve; });
    this.done = this.finished.then(() => this);
  }
}
app.uploads = [];
for (let i = 0; i < 8; i++) app.uploads.push(new PendingUpload(i));

// 5. Trees that were taken out of the page; one leaf of each is still held, and parents and children refer to each
//    other. 7 nodes each.
class MenuNode {
  constructor(parent, label) {
    this.parent = parent;
    this.label = label;
    this.children = [];
    parent?.children.push(this);
  }
}
app.lastClicked = [];
for (let i = 0; i < 6; i++) {
  const menu = new MenuNode(null, `menu ${i}`);
  let leaf;
  for (let j = 0; j < 2; j++) {
    const entry = new MenuNode(menu, `entry ${j}`);
    for (let k = 0; k < 2; k++) leaf = new MenuNode(entry, `item ${k}`);
  }
  app.lastClicked.push(leaf);
}

// 6. A ring: the longest way round that has no shortcut.
class TrackPoint {
  constructor() { this.next = null; }
}
const points = Array.from({ length: 400 }, () => new TrackPoint());
points.forEach((point, i) => { point.next = points[(i + 1) % points.length]; });
app.track = points[0];

// 7. Objects that refer to themselves.
class Singleton {
  constructor() { this.instance = this; }
}
app.singletons = Array.from({ length: 5 }, () => new Singleton());

// 8. Two classes of one name, from two places: only the place tells them apart.
const makeFirst = () => class Cursor { constructor(row) { this.row = row; this.owner = { cursor: this }; } };
const makeSecond = () => class Cursor { constructor(page) { this.page = page; this.book = { cursor: this }; } };
const [FirstCursor, SecondCursor] = [makeFirst(), makeSecond()];
app.cursors = [1, 2, 3].map((row) => new FirstCursor(row));
app.bookmarks = [1, 2, 3, 4].map((page) => new SecondCursor(page));

// Not a cycle: the way back is a WeakRef.
class Document {
  constructor() { this.view = new DocumentView(this); }
}
class DocumentView {
  constructor(document) { this.document = new WeakRef(document); }
}
app.documents = Array.from({ length: 10 }, () => new Document());

// Not a cycle: the value refers to its key, but a WeakMap keeps a value only as long as its key.
class Account {}
class AccountStatistics {
  constructor(account) { this.account = account; }
}
app.accounts = Array.from({ length: 10 }, () => new Account());
app.statistics = new WeakMap(app.accounts.map((account) => [account, new AccountStatistics(account)]));

// Not there any more: nothing holds it when the snapshot is taken.
class Forgotten {
  constructor() { this.peer = { back: this }; }
}
for (let i = 0; i < 500; i++) new Forgotten();

// Strings that are put together or cut out of others.
app.strings = { joined: `${'left '.repeat(5)}${process.version.slice(0, 1)} right of it`.concat('; '.repeat(3)) };
app.strings.part = app.strings.joined.slice(3, 40);

globalThis.gc?.();
v8.writeHeapSnapshot(process.argv[2]);
process.exit(0);
