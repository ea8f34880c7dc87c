// Sessions in an array of the global object: Bun records what arrays hold.
import { writeHeapSnapshot } from 'node:v8';

class Session {
  constructor(n) {
    this.cart = { items: new Array(40).fill(n) };
    this.owner = globalThis.sessionCache;
  }
}

globalThis.sessionCache = { entries: [] };
for (let i = 0; i < 400; i++) globalThis.sessionCache.entries.push(new Session(i));
setTimeout(() => writeHeapSnapshot(process.argv[2]), 50);
