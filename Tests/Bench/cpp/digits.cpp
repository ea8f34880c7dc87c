// digits SNAPSHOT: the nodes and edges of a V8 heap snapshot with a plain digit loop into arrays of 32-bit numbers:
// what refwalk's reader is measured against. Prints CPU seconds, counts, and a checksum that refwalk-bench prints too.
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

static double cpu_seconds() {
  struct rusage u;
  getrusage(RUSAGE_SELF, &u);
  return u.ru_utime.tv_sec + u.ru_stime.tv_sec + (u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e6;
}

static uint32_t *pages(size_t count) {
  size_t bytes = (count * sizeof(uint32_t) + 4095) & ~(size_t)4095;
  void *p = mmap(0, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (p == MAP_FAILED) exit(3);
  madvise(p, bytes, MADV_HUGEPAGE);
  return (uint32_t *)p;
}

// Numbers from `p` to the closing bracket.
static const char *numbers(const char *p, uint32_t *out, size_t *count) {
  size_t n = 0;
  for (;;) {
    unsigned c = (unsigned char)*p - '0';
    if (c <= 9) {
      uint32_t value = c;
      while ((c = (unsigned char)*++p - '0') <= 9) value = value * 10 + c;
      out[n++] = value;
    } else if (*p == ']') {
      *count = n;
      return p;
    } else {
      p++;
    }
  }
}

// How many names stand in the list behind `key`.
static size_t fields_in(const char *text, const char *key) {
  const char *p = strstr(text, key);
  size_t n = 0;
  for (; p && *p && *p != ']'; p++) n += *p == ',';
  return n + 1;
}

int main(int argc, char **argv) {
  if (argc < 2) return 2;
  int file = open(argv[1], O_RDONLY);
  struct stat status;
  if (file < 0 || fstat(file, &status)) return 3;
  const char *text = (const char *)mmap(0, status.st_size, PROT_READ, MAP_PRIVATE, file, 0);
  if (text == MAP_FAILED) return 3;
  madvise((void *)text, status.st_size, MADV_SEQUENTIAL);
  size_t node_stride = fields_in(text, "\"node_fields\""), edge_stride = fields_in(text, "\"edge_fields\"");

  double start = cpu_seconds();
  // Every number takes two bytes or more; pages that are not touched cost nothing.
  uint32_t *nodes = pages(status.st_size / 2 + 1), *edges = pages(status.st_size / 2 + 1);
  size_t node_numbers, edge_numbers;
  const char *p = numbers(strstr(text, "\"nodes\":[") + 9, nodes, &node_numbers);
  numbers(strstr(p, "\"edges\":[") + 9, edges, &edge_numbers);
  printf("arrays           %.3f\n", cpu_seconds() - start);

  // name, id, self_size, edge_count stand at 1 to 4; name_or_index and to_node at 1 and 2.
  uint64_t sum = 0;
  for (size_t i = 0; i < node_numbers; i += node_stride) {
    sum += nodes[i + 1] + 3ull * nodes[i + 2] + 5ull * nodes[i + 3] + 7ull * nodes[i + 4];
  }
  for (size_t i = 0; i < edge_numbers; i += edge_stride) {
    sum += 11ull * edges[i + 1] + 13ull * (edges[i + 2] / node_stride);
  }
  printf("checksum %016llx nodes %zu edges %zu\n", (unsigned long long)sum, node_numbers / node_stride,
    edge_numbers / edge_stride);
  return 0;
}
