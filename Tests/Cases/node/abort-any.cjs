// Each request combines its own signal with one that lives as long as the program.
const { write } = require('./snapshot.cjs');

const shutdown = new AbortController();

class Fetch {
  constructor(n) {
    this.body = new Array(4000).fill(n + 0.5);
    this.controller = new AbortController();
    this.signal = AbortSignal.any([shutdown.signal, this.controller.signal]);
    this.signal.addEventListener('abort', () => { this.body.length = 0; });
  }
}

for (let i = 0; i < 250; i++) new Fetch(i);
exports.stop = () => shutdown.abort();
global.gc?.();
write();
