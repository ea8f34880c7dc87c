// Two closures share a context: the one that is kept keeps what only the other uses.
const { write } = require('./snapshot.cjs');

let current = null;

function replace(n) {
  const original = current;
  const unused = () => original && original.text;
  current = {
    text: new Array(4000).fill(n + 0.5),
    method() { return n; },
  };
}

for (let i = 0; i < 300; i++) replace(i);
exports.current = () => current;
write();
