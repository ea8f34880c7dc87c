// Views of a module subscribe to the EventEmitter of another, and never go; as ES modules.
import { bus } from './emitter-bus.mjs';
import snapshot from './snapshot.cjs';

class PriceView {
  constructor(id) {
    this.id = id;
    this.rows = new Array(5000).fill(id + 0.5);
    bus.on('price', (price) => { this.rows[0] = price; });
  }
}

for (let i = 0; i < 150; i++) new PriceView(i);
snapshot.write();
