// A timeout of an hour for each request that was answered long ago.
const { write } = require('./snapshot.cjs');

class Request {
  constructor(n) {
    this.body = new Array(4000).fill(n + 0.5);
    this.timeout = setTimeout(() => this.fail(), 3_600_000);
  }

  fail() { this.body = null; }
}

for (let i = 0; i < 250; i++) new Request(i);
write();
