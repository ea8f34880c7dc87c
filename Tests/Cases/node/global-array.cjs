// A global array that only grows.
const { write } = require('./snapshot.cjs');

class Session {
  constructor(n) { this.cart = new Array(3000).fill(n + 0.5); }
}

globalThis.sessions = [];
for (let i = 0; i < 300; i++) globalThis.sessions.push(new Session(i));
write();
