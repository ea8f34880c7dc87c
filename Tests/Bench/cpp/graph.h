// A reference graph in a file: two 64-bit counts (rows n, references m), then n + 1 offsets, m targets and n sizes of
// 32 bits each. Row 0 is the virtual root.
#pragma once
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <sys/mman.h>
#include <sys/resource.h>

// Zeroed pages, huge ones where they help: what the Swift side uses too.
template <class T> struct Pages {
  T *values = nullptr;
  size_t bytes = 0;
  Pages() = default;
  explicit Pages(uint64_t count) {
    bytes = (count * sizeof(T) + 4096) & ~size_t(4095);
    void *pages = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (pages == MAP_FAILED) { perror("mmap"); exit(2); }
    if (bytes >= 4 << 20) madvise(pages, bytes, MADV_HUGEPAGE);
    values = static_cast<T *>(pages);
  }
  Pages(Pages &&other) noexcept : values(other.values), bytes(other.bytes) { other.values = nullptr; }
  Pages &operator=(Pages &&other) noexcept {
    release();
    values = other.values;
    bytes = other.bytes;
    other.values = nullptr;
    return *this;
  }
  Pages(const Pages &) = delete;
  ~Pages() { release(); }
  void release() {
    if (values) munmap(values, bytes);
    values = nullptr;
  }
  T &operator[](uint64_t index) { return values[index]; }
  const T &operator[](uint64_t index) const { return values[index]; }
};

struct Rows {
  uint32_t count = 0;
  uint64_t references = 0;
  Pages<uint32_t> offsets, targets;
};

struct Graph {
  Rows rows;
  Pages<uint32_t> sizes;
};

inline void readAll(FILE *file, void *place, size_t bytes) {
  if (fread(place, 1, bytes, file) != bytes) { fprintf(stderr, "graph file is too short\n"); exit(2); }
}

inline Graph readGraph(const char *path) {
  FILE *file = fopen(path, "rb");
  if (!file) { perror(path); exit(2); }
  uint64_t head[2];
  readAll(file, head, sizeof head);
  Graph graph;
  graph.rows.count = uint32_t(head[0]);
  graph.rows.references = head[1];
  graph.rows.offsets = Pages<uint32_t>(head[0] + 1);
  graph.rows.targets = Pages<uint32_t>(head[1]);
  graph.sizes = Pages<uint32_t>(head[0]);
  readAll(file, graph.rows.offsets.values, 4 * (head[0] + 1));
  readAll(file, graph.rows.targets.values, 4 * head[1]);
  readAll(file, graph.sizes.values, 4 * head[0]);
  fclose(file);
  return graph;
}

inline double cpuSeconds() {
  rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_utime.tv_sec + usage.ru_stime.tv_sec + (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) * 1e-6;
}

inline long peakMegabytes() {
  rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss / 1024;
}
