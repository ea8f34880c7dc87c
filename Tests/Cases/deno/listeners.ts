// Widgets listen to an EventTarget of a module, and never stop.
import v8 from 'node:v8';

class Widget {
  rows: number[];
  constructor(n: number) {
    this.rows = new Array(4000).fill(n + 0.5);
    prices.addEventListener('price', () => { this.rows[0] = 1; });
  }
}

const prices = new EventTarget();
for (let i = 0; i < 250; i++) new Widget(i);
v8.writeHeapSnapshot(Deno.args[0]);
prices.dispatchEvent(new Event('price'));
