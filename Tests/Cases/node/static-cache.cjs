// A cache in a static field of a class.
const { write } = require('./snapshot.cjs');

class Template {
  static cache = {};

  constructor(name) {
    this.nodes = new Array(3000).fill(name.length + 0.5);
    Template.cache[name] = this;
  }
}

for (let i = 0; i < 350; i++) new Template(`page-${i}`);
exports.Template = Template;
write();
