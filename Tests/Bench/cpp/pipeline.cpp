// The reference: the same analyses in C++ with the same algorithms, as fast as we know how on one core.
// pipeline GRAPH: prints one line a step: name, CPU seconds; then checksum and peak memory.
#include "graph.h"

static constexpr uint32_t none = UINT32_MAX;
static inline void prefetch(const void *address) { __builtin_prefetch(address); }

struct Search {
  uint32_t reached = 0, visited = 0, components = 0;
  Pages<uint32_t> objects, parents, numbers, marks;
};

// Depth-first search with components on the way (Tarjan 1972, Pearce 2016). Marks: none for an object alone in its
// component, else none - 1 - component.
static Search depthFirst(const Rows &rows) {
  uint32_t count = rows.count;
  const uint32_t *offsets = rows.offsets.values, *targets = rows.targets.values;
  Search search;
  search.objects = Pages<uint32_t>(count);
  search.parents = Pages<uint32_t>(count);
  search.marks = Pages<uint32_t>(count);
  Pages<uint32_t> path(count + 1), cursors(count + 1), open(count);
  uint32_t *objects = search.objects.values, *parents = search.parents.values, *low = search.marks.values;
  uint32_t visited = 0, components = 0, openCount = 0;
  for (uint32_t start = 0; start < count; start++) {
    if (low[start]) continue;
    uint32_t depth = 0, object = start, number = visited++;
    objects[number] = object;
    parents[number] = number;
    uint32_t lowest = number + 1, cursor = offsets[object], end = offsets[object + 1];
    low[object] = lowest;
    for (;;) {
      bool descended = false;
      while (cursor < end) {
        uint32_t target = targets[cursor++], targetLow = low[target];
        if (targetLow == 0) {
          path[depth] = number;
          cursors[depth] = cursor;
          low[object] = lowest;
          depth++;
          uint32_t parent = number;
          number = visited++;
          objects[number] = target;
          parents[number] = parent;
          object = target;
          lowest = number + 1;
          low[object] = lowest;
          cursor = offsets[object];
          end = offsets[object + 1];
          for (uint32_t k = cursor; k < end && k < cursor + 8; k++) prefetch(&low[targets[k]]);
          descended = true;
          break;
        }
        if (targetLow < lowest) lowest = targetLow;
      }
      if (descended) continue;
      if (lowest == number + 1) {
        if (openCount && open[openCount - 1] > number) {
          uint32_t mark = none - 1 - components++;
          while (openCount && open[openCount - 1] > number) low[objects[open[--openCount]]] = mark;
          low[object] = lowest = mark;
        } else {
          low[object] = lowest = none;
        }
      } else {
        low[object] = lowest;
        open[openCount++] = number;
      }
      if (!depth) break;
      depth--;
      uint32_t childLowest = lowest;
      number = path[depth];
      cursor = cursors[depth];
      object = objects[number];
      end = offsets[object + 1];
      lowest = low[object];
      if (childLowest < lowest) lowest = childLowest;
    }
    if (start == 0) search.reached = visited;
  }
  search.visited = visited;
  search.components = components;
  search.numbers = Pages<uint32_t>(count);
  for (uint32_t i = 0; i < visited; i++) search.numbers[objects[i]] = i;
  return search;
}

static Rows reversed(const Rows &rows) {
  Rows result;
  result.count = rows.count;
  result.references = rows.references;
  result.offsets = Pages<uint32_t>(rows.count + 2);
  result.targets = Pages<uint32_t>(rows.references);
  uint32_t *next = result.offsets.values + 1, *sources = result.targets.values;
  const uint32_t *offsets = rows.offsets.values, *targets = rows.targets.values;
  for (uint64_t k = 0; k < rows.references; k++) next[targets[k]]++;
  uint32_t sum = 0;
  for (uint32_t i = 0; i < rows.count; i++) {
    uint32_t own = next[i];
    next[i] = sum;
    sum += own;
  }
  for (uint32_t i = 0; i < rows.count; i++)
    for (uint32_t k = offsets[i], end = offsets[i + 1]; k < end; k++) sources[next[targets[k]]++] = i;
  return result;
}

// The rows of reached objects in preorder numbers.
static Rows gathered(const Rows &rows, const Search &search) {
  uint32_t count = search.reached;
  const uint32_t *objects = search.objects.values, *offsets = rows.offsets.values, *targets = rows.targets.values;
  const uint32_t *numbers = search.numbers.values;
  Rows result;
  result.count = count;
  result.offsets = Pages<uint32_t>(count + 1);
  uint64_t total = 0;
  for (uint32_t i = 0; i < count; i++) {
    if (i + 16 < count) prefetch(&offsets[objects[i + 16]]);
    uint32_t object = objects[i];
    result.offsets[i] = uint32_t(total);
    total += offsets[object + 1] - offsets[object];
  }
  result.offsets[count] = uint32_t(total);
  result.references = total;
  result.targets = Pages<uint32_t>(total);
  uint32_t *newTargets = result.targets.values;
  uint64_t next = 0;
  for (uint32_t i = 0; i < count; i++) {
    if (i + 32 < count) {
      prefetch(&offsets[objects[i + 32]]);
      prefetch(&targets[offsets[objects[i + 16]]]);
      uint32_t ahead = objects[i + 8];
      for (uint32_t k = offsets[ahead], end = offsets[ahead + 1], c = 0; k < end && c < 8; k++, c++)
        prefetch(&numbers[targets[k]]);
    }
    uint32_t object = objects[i];
    for (uint32_t k = offsets[object], end = offsets[object + 1]; k < end; k++) newTargets[next++] = numbers[targets[k]];
  }
  return result;
}

struct Link {
  uint32_t ancestor, label;
};

// Semi-NCA (Georgiadis 2005) with skew-binary jump pointers (Myers 1983) in its second half.
static Pages<uint32_t> dominators(const Search &search, const Rows &referrers) {
  uint32_t count = search.reached;
  const uint32_t *parents = search.parents.values, *offsets = referrers.offsets.values;
  const uint32_t *sources = referrers.targets.values;
  Pages<Link> links(count);
  Pages<uint32_t> result(count), stack(count + 1);
  for (uint32_t i = 0; i < count; i++) links[i] = {parents[i], i};
  for (uint32_t i = count - 1; i > 0; i--) {
    if (i > 12)
      for (uint32_t k = offsets[i - 12], end = offsets[i - 11], c = 0; k < end && c < 8; k++, c++)
        prefetch(&links[sources[k]]);
    uint32_t lowest = parents[i];
    for (uint32_t k = offsets[i], end = offsets[i + 1]; k < end; k++) {
      uint32_t source = sources[k], candidate = source;
      if (source > i) {
        if (links[source].ancestor > i) {
          uint32_t depth = 0, x = source, ancestor;
          while ((ancestor = links[x].ancestor) > i) {
            stack[depth++] = x;
            x = ancestor;
          }
          uint32_t label = links[x].label;
          while (depth) {
            uint32_t y = stack[--depth];
            if (links[y].label < label) label = links[y].label;
            links[y] = {ancestor, label};
          }
        }
        candidate = links[source].label;
      }
      if (candidate < lowest) lowest = candidate;
    }
    result[i] = lowest;
    links[i].label = lowest;
  }
  links[0] = {0, 0};
  result[0] = 0;
  for (uint32_t i = 1; i < count; i++) {
    uint32_t x = parents[i], semidominator = result[i];
    while (x > semidominator) {
      uint32_t jump = links[x].ancestor;
      x = jump >= semidominator ? jump : result[x];
    }
    result[i] = x;
    Link above = links[x], jump = links[above.ancestor], jumpOfJump = links[jump.ancestor];
    bool joins = above.label - jump.label == jump.label - jumpOfJump.label;
    links[i] = {joins ? jump.ancestor : x, above.label + 1};
  }
  return result;
}

// Breadth-first search of the rows as they are, with prefetching: the yardstick.
static Pages<uint32_t> breadthFirst(const Rows &rows, uint32_t &reached) {
  uint32_t count = rows.count;
  const uint32_t *offsets = rows.offsets.values, *targets = rows.targets.values;
  Pages<uint32_t> parents(count), queue(count + 64);
  memset(parents.values, 0xff, 4ull * count);
  uint32_t head = 0, tail = 1;
  parents[0] = 0;
  while (head < tail) {
    if (head + 16 < tail) prefetch(&offsets[queue[head + 16]]);
    if (head + 8 < tail) {
      prefetch(&targets[offsets[queue[head + 8]]]);
      uint32_t ahead = queue[head + 4];
      for (uint32_t k = offsets[ahead], end = offsets[ahead + 1], c = 0; k < end && c < 4; k++, c++)
        prefetch(&parents[targets[k]]);
    }
    uint32_t source = queue[head++];
    for (uint32_t k = offsets[source], end = offsets[source + 1]; k < end; k++) {
      uint32_t target = targets[k];
      if (parents[target] == none) {
        parents[target] = source;
        queue[tail++] = target;
      }
    }
  }
  reached = tail;
  return parents;
}

static double last;
static void lap(const char *name) {
  double now = cpuSeconds();
  printf("%-16s %.4f\n", name, now - last);
  fflush(stdout);
  last = cpuSeconds();
}

int main(int argc, char **argv) {
  if (argc != 2) { fprintf(stderr, "usage: pipeline GRAPH\n"); return 2; }
  Graph graph = readGraph(argv[1]);
  const Rows &rows = graph.rows;
  double begin = last = cpuSeconds();
  Search search = depthFirst(rows);
  lap("components");
  Rows referrers = reversed(rows);
  lap("referrers");
  Pages<uint32_t> dominator;
  {
    Rows preorder = gathered(rows, search);
    lap("gather");
    Rows preorderReferrers = reversed(preorder);
    lap("reverse");
    preorder = Rows();
    dominator = dominators(search, preorderReferrers);
    lap("dominators");
  }
  uint32_t count = search.reached;
  Pages<uint64_t> retained(count);
  for (uint32_t i = 0; i < count; i++) {
    if (i + 32 < count) prefetch(&graph.sizes[search.objects[i + 32]]);
    retained[i] = graph.sizes[search.objects[i]];
  }
  for (uint32_t i = count - 1; i > 0; i--) retained[dominator[i]] += retained[i];
  lap("retained sizes");
  uint32_t reached;
  Pages<uint32_t> parents = breadthFirst(rows, reached);
  lap("shortest paths");
  printf("%-16s %.4f\n", "total", last - begin);

  // What both sides must agree on: dominators and retained sizes by object, reached, components, lengths of paths.
  Pages<uint32_t> byObject(rows.count);
  Pages<uint64_t> retainedByObject(rows.count);
  memset(byObject.values, 0xff, 4ull * rows.count);
  for (uint32_t i = 0; i < count; i++) {
    byObject[search.objects[i]] = search.objects[dominator[i]];
    retainedByObject[search.objects[i]] = retained[i];
  }
  uint64_t hash = 1469598103934665603ull;
  auto add = [&](uint64_t value) { hash = (hash ^ value) * 1099511628211ull; };
  for (uint32_t i = 0; i < rows.count; i++) {
    add(byObject[i]);
    add(retainedByObject[i]);
    add(parents[i]);
  }
  add(reached);
  add(search.components);
  printf("checksum %016llx peak %ld MB\n", (unsigned long long)hash, peakMegabytes());
}
