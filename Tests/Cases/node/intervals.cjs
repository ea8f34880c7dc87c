// Intervals that nobody clears.
const { write } = require('./snapshot.cjs');

class Poller {
  constructor(n) {
    this.cache = new Array(4000).fill(n + 0.5);
    setInterval(() => { this.cache[0] = 1; }, 3_600_000);
  }
}

for (let i = 0; i < 250; i++) new Poller(i);
write();
