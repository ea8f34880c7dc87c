// Writes a snapshot of the heap after pending work was done; the last argument of the program is the file.
const v8 = require('node:v8');
exports.write = () => setTimeout(() => {
  v8.writeHeapSnapshot(process.argv[2]);
  process.exit(0);
}, 50);
