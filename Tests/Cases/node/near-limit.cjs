// A log that grows until memory is short: --max-old-space-size=24 --heapsnapshot-near-heap-limit=1
class LogEntry {
  constructor(n) { this.fields = new Array(4000).fill(n + 0.5); }
}

const log = [];
exports.log = log;
function run() {
  for (let i = 0; i < 40; i++) log.push(new LogEntry(log.length));
  setImmediate(run);
}
run();
