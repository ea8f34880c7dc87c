// generate OBJECTS SEED SHUFFLE OUT [heap|quad|chain|dll]: writes a graph for the bench.
//   heap   classes, records, hash maps, trees with parent pointers, a long list, one large component, garbage
//   quad   a long list whose values a table holds too: quadratic for plain semi-NCA
//   chain  one list
//   dll    one doubly linked list
// SHUFFLE 1 numbers the objects at random, as a moving collector may.
#include "graph.h"
#include <vector>

using std::vector;
static uint64_t state;
static uint64_t randomBits() {
  uint64_t x = (state += 0x9E3779B97F4A7C15ull);
  x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9ull;
  x = (x ^ (x >> 27)) * 0x94D049BB133111EBull;
  return x ^ (x >> 31);
}
static uint64_t below(uint64_t limit) { return uint64_t(((unsigned __int128)randomBits() * limit) >> 64); }

struct Edges {
  vector<uint32_t> sources, targets;
  void add(uint32_t source, uint32_t target) {
    sources.push_back(source);
    targets.push_back(target);
  }
};

struct HeapMaker {
  uint64_t limit, next = 1, classes;
  Edges &edges;
  HeapMaker(uint64_t limit, Edges &edges) : limit(limit), classes(limit >= 10000000 ? 5000 : 2000), edges(edges) {}

  uint32_t fresh() { return uint32_t(next++); }
  // Classes by a Zipf law: a few have most objects.
  uint32_t anyClass() {
    double u = (randomBits() >> 11) * (1.0 / 9007199254740992.0);
    return 1 + uint32_t(uint64_t(1.0 / (1.0 - u * (1.0 - 1.0 / classes))) - 1) % uint32_t(classes);
  }
  // Mostly what something refers to already: popular objects get more popular.
  uint32_t popular() {
    return (randomBits() & 1023) < 717 ? edges.targets[below(edges.targets.size())] : uint32_t(1 + below(next - 1));
  }
  void anchor(uint32_t head) {
    if ((randomBits() & 15) < 3 || next < classes + 100) {
      edges.add(0, head);
      return;
    }
    uint64_t low = classes + 1;
    uint32_t from = uint32_t(low + below(head > low ? head - low : 1));
    edges.add(from >= head ? 0 : from, head);
  }
  void record() {
    uint32_t entity = fresh();
    anchor(entity);
    edges.add(entity, anyClass());
    for (int fields = 1 + int(below(3)); fields > 0; fields--) {
      uint32_t text = fresh(), bytes = fresh();
      edges.add(entity, text);
      edges.add(text, anyClass());
      edges.add(text, bytes);
      edges.add(bytes, 1);
    }
    if (randomBits() & 1) {
      uint32_t box = fresh();
      edges.add(entity, box);
      edges.add(box, anyClass());
    }
    for (int shared = int(below(7)); shared > 0; shared--) edges.add(entity, popular());
  }
  void hashMap() {
    uint32_t map = fresh(), table = (anchor(map), edges.add(map, anyClass()), fresh());
    edges.add(map, table);
    int size = 1 + int(below(8));
    for (int i = 0; i < size; i++) {
      uint32_t entry = fresh(), key = fresh(), bytes = fresh();
      edges.add(table, entry);
      edges.add(entry, anyClass());
      edges.add(entry, key);
      edges.add(key, bytes);
      edges.add(key, anyClass());
      edges.add(bytes, 1);
      edges.add(entry, popular());
      if ((randomBits() & 7) == 0 && i + 1 < size) edges.add(entry, uint32_t(next));
    }
  }
  void tree() {
    uint32_t base = uint32_t(next);
    int size = 2 + int(below(14));
    next += size;
    anchor(base);
    for (int i = 0; i < size; i++) {
      edges.add(base + i, anyClass());
      if (i) {
        uint32_t parent = base + uint32_t(below(i));
        edges.add(parent, base + i);
        edges.add(base + i, parent);
      }
      if ((randomBits() & 3) == 0) edges.add(base + i, popular());
    }
  }
  void array() {
    uint32_t head = fresh();
    anchor(head);
    for (int size = 2 + int(below(30)); size > 0; size--) {
      uint32_t leaf = fresh();
      edges.add(head, leaf);
      edges.add(leaf, anyClass());
    }
  }
  void garbage() {
    uint32_t head = fresh();
    edges.add(head, anyClass());
    edges.add(head, popular());
    uint32_t other = fresh();
    edges.add(head, other);
    if (randomBits() & 1) edges.add(other, head);
  }
  void longList() {
    uint64_t length = limit >= 10000000 ? 1000000 : limit / 5;
    edges.add(0, uint32_t(next));
    for (uint64_t i = 0; i < length && next + 3 < limit; i++) {
      uint32_t node = fresh(), value = fresh();
      edges.add(node, anyClass());
      if (i + 1 < length) edges.add(node, uint32_t(next));
      edges.add(node, value);
      edges.add(value, anyClass());
      if ((i & 7) == 0) edges.add(node, popular());
    }
  }
  void largeComponent() {
    uint64_t size = limit * 15 / 100;
    uint32_t head = uint32_t(next);
    edges.add(0, head);
    for (uint64_t i = 0; i < size; i++) {
      uint32_t node = uint32_t(head + i);
      edges.add(node, anyClass());
      if (i + 1 < size && (randomBits() & 3) == 0) edges.add(node, node + 1);
      for (int k = 0; k < 3; k++) {
        int64_t near = int64_t(i) + int64_t(below(2000)) - 1000;
        near = near < 0 ? 0 : near >= int64_t(size) ? int64_t(size) - 1 : near;
        edges.add(node, head + uint32_t((randomBits() & 7) < 5 ? uint64_t(near) : below(size)));
      }
    }
    next += size;
  }
  void run() {
    for (uint64_t i = 0; i < classes; i++) edges.add(0, fresh());
    bool hasList = false, hasComponent = false;
    while (next + 64 < limit) {
      if (!hasList && next > limit / 3) {
        hasList = true;
        longList();
        continue;
      }
      if (!hasComponent && next > limit / 2) {
        hasComponent = true;
        largeComponent();
        continue;
      }
      uint64_t kind = below(100);
      if (kind < 50) record();
      else if (kind < 65) hashMap();
      else if (kind < 85) tree();
      else if (kind < 95) array();
      else garbage();
    }
  }
};

int main(int argc, char **argv) {
  if (argc < 5) {
    fprintf(stderr, "usage: generate OBJECTS SEED SHUFFLE OUT [heap|quad|chain|dll]\n");
    return 2;
  }
  uint64_t limit = strtoull(argv[1], nullptr, 10), rows = limit;
  state = strtoull(argv[2], nullptr, 10);
  std::string kind = argc > 5 ? argv[5] : "heap";
  Edges edges;
  if (kind == "heap") {
    HeapMaker maker(limit, edges);
    maker.run();
    rows = maker.next;
  } else if (kind == "quad") {
    uint64_t length = (limit - 2) / 2;
    edges.add(0, 2);
    for (uint64_t i = 0; i < length; i++) {
      edges.add(uint32_t(2 + 2 * i), uint32_t(3 + 2 * i));
      if (i + 1 < length) edges.add(uint32_t(2 + 2 * i), uint32_t(4 + 2 * i));
    }
    edges.add(0, 1);
    for (uint64_t i = 0; i < length; i++) edges.add(1, uint32_t(3 + 2 * i));
    rows = 2 + 2 * length;
  } else {
    for (uint64_t i = 0; i + 1 < limit; i++) {
      edges.add(uint32_t(i), uint32_t(i + 1));
      if (kind == "dll" && i > 0) edges.add(uint32_t(i + 1), uint32_t(i));
    }
  }
  uint64_t references = edges.sources.size();
  if (atoi(argv[3])) {
    vector<uint32_t> place(rows);
    for (uint64_t i = 0; i < rows; i++) place[i] = uint32_t(i);
    for (uint64_t i = rows - 1; i > 1; i--) std::swap(place[i], place[1 + below(i)]);
    for (uint64_t k = 0; k < references; k++) {
      edges.sources[k] = place[edges.sources[k]];
      edges.targets[k] = place[edges.targets[k]];
    }
  }
  vector<uint32_t> offsets(rows + 1, 0), targets(references), sizes(rows);
  for (uint32_t source : edges.sources) offsets[source + 1]++;
  for (uint64_t i = 0; i < rows; i++) offsets[i + 1] += offsets[i];
  vector<uint32_t> next(offsets.begin(), offsets.end() - 1);
  for (uint64_t k = 0; k < references; k++) targets[next[edges.sources[k]]++] = edges.targets[k];
  for (uint32_t &size : sizes) size = uint32_t(16 + 8 * below(8));
  sizes[0] = 0;
  FILE *file = fopen(argv[4], "wb");
  if (!file) { perror(argv[4]); return 2; }
  uint64_t head[2] = {rows, references};
  bool isWritten = fwrite(head, 8, 2, file) == 2 && fwrite(offsets.data(), 4, rows + 1, file) == rows + 1
    && fwrite(targets.data(), 4, references, file) == references && fwrite(sizes.data(), 4, rows, file) == rows;
  if (fclose(file) != 0 || !isWritten) { fprintf(stderr, "cannot write %s\n", argv[4]); return 2; }
}
