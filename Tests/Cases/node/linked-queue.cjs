// A queue that is linked by one reference, and that nobody drains.
const { write } = require('./snapshot.cjs');

class Message {
  constructor(n) {
    this.payload = new Array(500).fill(n + 0.5);
    this.next = null;
  }
}

class Queue {
  push(message) {
    if (this.tail) this.tail.next = message;
    else this.head = message;
    this.tail = message;
  }
}

exports.outbox = new Queue();
for (let i = 0; i < 1500; i++) exports.outbox.push(new Message(i));
write();
