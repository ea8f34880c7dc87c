// Errors that a log keeps: the frames of each keep the Immediate in which it was made, and so its arguments.
const { write } = require('./snapshot.cjs');

class Job {
  constructor(n) { this.input = new Array(4000).fill(n + 0.5); }
}

exports.failures = [];

function attempt(job) {
  exports.failures.push(new Error(`no connection for ${job.input.length} rows`));
}

for (let i = 0; i < 250; i++) setImmediate(attempt, new Job(i));
write();
