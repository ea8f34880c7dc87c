// A Map of a module that only grows.
import v8 from 'node:v8';

class Page {
  html: number[];
  constructor(n: number) {
    this.html = new Array(3000).fill(n + 0.5);
  }
}

const pages = new Map<string, Page>();
for (let i = 0; i < 300; i++) pages.set(`page-${i}`, new Page(i));
v8.writeHeapSnapshot(Deno.args[0]);
console.log(pages.size);
