// Requests wait for a promise that nobody settles.
const { write } = require('./snapshot.cjs');

let open;
const ready = new Promise((resolve) => { open = resolve; });

class Upload {
  constructor(n) { this.chunks = new Array(4000).fill(n + 0.5); }

  async start() {
    await ready;
    return this.chunks.length;
  }
}

for (let i = 0; i < 300; i++) new Upload(i).start();
exports.open = () => open();
write();
