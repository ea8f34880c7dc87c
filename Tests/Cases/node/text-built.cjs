// A text that grows by += : a chain of joined strings.
const { write } = require('./snapshot.cjs');

class Report {
  constructor() { this.text = ''; }

  line(n) { this.text += Buffer.alloc(2000, 48 + n % 10).toString('latin1'); }
}

exports.report = new Report();
for (let i = 0; i < 1500; i++) exports.report.line(i);
write();
