// Each job listens to the signal SIGTERM of the process, and never stops.
const { write } = require('./snapshot.cjs');

process.setMaxListeners(0);

class Worker {
  constructor(n) {
    this.buffer = new Array(4000).fill(n + 0.5);
    process.on('SIGTERM', () => { this.buffer.length = 0; });
  }
}

for (let i = 0; i < 250; i++) new Worker(i);
write();
