// Buffers outside of the heap, in an array of a module.
const { write } = require('./snapshot.cjs');

const chunks = [];

function receive(n) { chunks.push(Buffer.alloc(64 * 1024, n)); }

for (let i = 0; i < 120; i++) receive(i);
exports.receive = receive;
write();
