// Undo steps: functions in an array, each of which keeps a picture.
const { write } = require('./snapshot.cjs');

class Editor {
  constructor() { this.undo = []; }

  draw(n) {
    const pixels = new Array(4000).fill(n + 0.5);
    this.undo.push(() => pixels[0]);
  }
}

exports.editor = new Editor();
for (let i = 0; i < 300; i++) exports.editor.draw(i);
write();
