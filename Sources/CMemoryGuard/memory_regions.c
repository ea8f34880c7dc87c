#define _GNU_SOURCE
#include <sched.h>
#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

#include "memory_limits.h"

// Large pieces of memory that somebody was given. The kernel gives a page when it is touched first, and asks nobody then:
// what is promised and not touched is as good as used.

struct region {
  uintptr_t start, end;
};

/// What finds no place here is looked for when it is touched.
static struct region regions[1024];
static int region_count;
static size_t all_bytes;
static volatile char is_locked;

static void lock(void) {
  while (__atomic_test_and_set(&is_locked, __ATOMIC_ACQUIRE)) sched_yield();
}

static void unlock(void) { __atomic_clear(&is_locked, __ATOMIC_RELEASE); }

static void append(uintptr_t start, uintptr_t end) {
  if (start < end && region_count < (int)(sizeof regions / sizeof *regions)) {
    regions[region_count++] = (struct region){start, end};
    all_bytes += end - start;
  }
}

void memory_regions_add(const void *start, size_t bytes) {
  lock();
  append((uintptr_t)start, (uintptr_t)start + bytes);
  unlock();
}

void memory_regions_remove(const void *start, size_t bytes) {
  uintptr_t from = (uintptr_t)start, to = from + bytes;
  lock();
  for (int index = region_count - 1; index >= 0; index--) {
    struct region region = regions[index];
    if (region.end <= from || to <= region.start) continue;
    all_bytes -= region.end - region.start;
    regions[index] = regions[--region_count];
    append(region.start, region.end < from ? region.end : from);
    append(region.start > to ? region.start : to, region.end);
  }
  unlock();
}

size_t memory_regions_all(void) { return __atomic_load_n(&all_bytes, __ATOMIC_RELAXED); }

size_t memory_regions_untouched(void) {
  uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
  size_t untouched = 0;
  lock();
  for (int index = 0; index < region_count; index++) {
    uintptr_t next = regions[index].start & ~(page - 1);
    while (next < regions[index].end) {
      unsigned char touched[1024];
      size_t count = (regions[index].end - next + page - 1) / page;
      if (count > sizeof touched) count = sizeof touched;
      if (mincore((void *)next, count * page, touched) == 0) {
        for (size_t offset = 0; offset < count; offset++) untouched += touched[offset] & 1 ? 0 : page;
      }
      next += count * page;
    }
  }
  unlock();
  return untouched;
}
