// A Map by request: what is put in is never taken out.
const { write } = require('./snapshot.cjs');

class RequestState {
  constructor(n) {
    this.url = `/orders/${n}`;
    this.body = new Array(3000).fill(n + 0.5);
  }
}

const requests = new Map();
for (let i = 0; i < 400; i++) requests.set(`request-${i}`, new RequestState(i));
exports.requests = requests;
write();
