// Each request listens to a signal that lives as long as the program, and does not stop listening.
const { write } = require('./snapshot.cjs');

const shutdown = new AbortController();

class Task {
  constructor(n) {
    this.data = new Array(4000).fill(n + 0.5);
    shutdown.signal.addEventListener('abort', () => { this.data.length = 0; });
  }
}

require('node:events').setMaxListeners(0, shutdown.signal);
for (let i = 0; i < 250; i++) new Task(i);
exports.stop = () => shutdown.abort();
write();
