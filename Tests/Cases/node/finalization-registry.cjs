// What is kept for the cleanup of each object leads to the object: no object ever goes.
const { write } = require('./snapshot.cjs');

const registry = new FinalizationRegistry((handle) => handle.close());

class Handle {
  constructor(file) { this.file = file; }

  close() { this.file.bytes.length = 0; }
}

class OpenFile {
  constructor(n) {
    this.bytes = new Array(4000).fill(n + 0.5);
    registry.register(this, new Handle(this));
  }
}

for (let i = 0; i < 250; i++) new OpenFile(i);
exports.registry = registry;
write();
