// The values of a WeakMap stay as long as the keys, which a Set keeps.
const { write } = require('./snapshot.cjs');

class Tab {}

class TabState {
  constructor(n) { this.history = new Array(4000).fill(n + 0.5); }
}

const tabs = new Set();
const states = new WeakMap();
for (let i = 0; i < 300; i++) {
  const tab = new Tab();
  tabs.add(tab);
  states.set(tab, new TabState(i));
}
exports.tabs = tabs;
exports.states = states;
write();
