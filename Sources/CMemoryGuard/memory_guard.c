#define _GNU_SOURCE
#include "memory_guard.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

static char about[4096];
static void (*give_back)(void);
static volatile bool is_installed;
static volatile int is_ending;
/// Bytes that the control group allows, UINT64_MAX for any.
static uint64_t group_limit = UINT64_MAX;
/// Bytes of the pages that were handed out by `memory_guard_map` and are not given back: pages that nobody has touched yet
/// are not resident, but will be.
static int64_t handed_out;

// MARK: The end

static void say(const char *text, size_t length) {
  while (length > 0) {
    ssize_t written = write(STDERR_FILENO, text, length);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return;
    text += written;
    length -= (size_t)written;
  }
}

static size_t append(char *line, size_t length, size_t room, const char *text) {
  size_t count = strlen(text);
  if (count > room - length) count = room - length;
  memcpy(line + length, text, count);
  return length + count;
}

/// `1.7 GiB`, without the C library's formatting, which may allocate.
static size_t append_bytes(char *line, size_t length, size_t room, uint64_t bytes) {
  static const char *const units[] = {" B", " KiB", " MiB", " GiB", " TiB", " PiB", " EiB"};
  int unit = 0;
  uint64_t tenths = 0;
  while (bytes >= 1024 && unit < 6) {
    tenths = bytes % 1024 * 10 / 1024;
    bytes /= 1024;
    unit++;
  }
  char digits[24];
  int place = sizeof digits - 1;
  digits[place] = 0;
  if (unit > 0 && bytes < 100) {
    digits[--place] = (char)('0' + tenths);
    digits[--place] = '.';
  }
  do digits[--place] = (char)('0' + bytes % 10);
  while ((bytes /= 10) > 0);
  length = append(line, length, room, digits + place);
  return append(line, length, room, units[unit]);
}

static _Noreturn void end(size_t bytes, bool is_of_group) {
  if (__atomic_exchange_n(&is_ending, 1, __ATOMIC_SEQ_CST)) {
    for (;;) pause();  // Another thread writes the line.
  }
  if (!is_installed) {
    static const char text[] = "refwalk: not enough memory\n";
    say(text, sizeof text - 1);
    abort();
  }
  if (give_back) give_back();
  static char line[sizeof about + 256];
  const size_t room = sizeof line - 2;
  size_t length = 0;
  bool is_terminal = isatty(STDERR_FILENO);
  // Over the line that says how far the work is.
  if (is_terminal) length = append(line, length, room, "\r\x1b[K");
  length = append(line, length, room, about);
  length = append(line, length, room, ": not enough memory: ");
  length = append_bytes(line, length, room, bytes);
  length = append(line, length, room, " more were asked for");
  struct rlimit limit;
  if (is_of_group) {
    length = append(line, length, room, ", and its control group may have ");
    length = append_bytes(line, length, room, group_limit);
  } else if (getrlimit(RLIMIT_AS, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY) {
    length = append(line, length, room, ", and it may have ");
    length = append_bytes(line, length, room, limit.rlim_cur);
    length = append(line, length, room, " (ulimit -v)");
  }
  if (is_terminal) line[length++] = '\r';
  line[length++] = '\n';
  say(line, length);
  _exit(2);
}

void memory_guard_end(size_t bytes) { end(bytes, false); }

// MARK: What may be had

/// The number that a small file begins with; UINT64_MAX when it has none.
static uint64_t number_in(const char *path) {
  char text[32];
  int descriptor = open(path, O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return UINT64_MAX;
  ssize_t count = read(descriptor, text, sizeof text - 1);
  close(descriptor);
  if (count <= 0 || text[0] < '0' || text[0] > '9') return UINT64_MAX;
  text[count] = 0;
  return strtoull(text, NULL, 10);
}

uint64_t memory_guard_group_limit(const char *base, const char *folder, const char *file) {
  char path[4096];
  size_t base_length = strlen(base), length = base_length + strlen(folder);
  if (length + strlen(file) + 2 > sizeof path) return UINT64_MAX;
  strcpy(path, base);
  strcat(path, folder);
  uint64_t least = UINT64_MAX;
  for (;;) {
    while (length > base_length && path[length - 1] == '/') length--;
    path[length] = '/';
    strcpy(path + length + 1, file);
    uint64_t limit = number_in(path);
    if (limit < least) least = limit;
    if (length <= base_length) break;
    while (length > base_length && path[length - 1] != '/') length--;
  }
  // Version 1 says "no limit" as the largest number of pages that there is.
  return least < UINT64_C(1) << 62 ? least : UINT64_MAX;
}

static uint64_t own_group_limit(void) {
  char text[8192];
  int descriptor = open("/proc/self/cgroup", O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return UINT64_MAX;
  ssize_t count = read(descriptor, text, sizeof text - 1);
  close(descriptor);
  if (count <= 0) return UINT64_MAX;
  text[count] = 0;
  uint64_t least = UINT64_MAX;
  char *rest = text;
  for (char *line; (line = strsep(&rest, "\n")) != NULL;) {
    // Number, kinds, folder: version 2 has the number 0 and no kinds.
    char *kinds = strchr(line, ':');
    char *folder = kinds ? strchr(kinds + 1, ':') : NULL;
    if (!folder) continue;
    *folder++ = 0;
    uint64_t limit = UINT64_MAX;
    if (kinds[1] == 0) limit = memory_guard_group_limit("/sys/fs/cgroup", folder, "memory.max");
    else if (strstr(kinds + 1, "memory"))
      limit = memory_guard_group_limit("/sys/fs/cgroup/memory", folder, "memory.limit_in_bytes");
    if (limit < least) least = limit;
  }
  return least;
}

/// Bytes of this process that lie in memory and in no file.
static uint64_t resident(void) {
  char text[128];
  int descriptor = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return 0;
  ssize_t count = read(descriptor, text, sizeof text - 1);
  close(descriptor);
  if (count <= 0) return 0;
  text[count] = 0;
  char *next = text;
  strtoull(next, &next, 10);
  uint64_t pages = strtoull(next, &next, 10), of_files = strtoull(next, &next, 10);
  return pages > of_files ? (pages - of_files) * (uint64_t)sysconf(_SC_PAGESIZE) : 0;
}

/// What is smaller is not worth looking.
static const size_t worth_looking = 1 << 20;

void memory_guard_admit(size_t bytes) {
  if (group_limit == UINT64_MAX || bytes < worth_looking) return;
  int64_t promised = __atomic_load_n(&handed_out, __ATOMIC_RELAXED);
  uint64_t used = resident();
  if (promised > 0 && (uint64_t)promised > used) used = (uint64_t)promised;
  // What the kernel keeps for the process counts, too: tables of pages, stacks, pages of the program and of the dump.
  uint64_t room = group_limit - group_limit / 16;
  if (used > room || bytes > room - used) end(bytes, true);
}

/// For `malloc`, which is asked by libraries that can do without, too: what nobody can have is not worth ending for.
void memory_guard_missed(size_t bytes) {
  if (is_installed && bytes < (size_t)1 << 46) end(bytes, false);
}

// MARK: Pages

void *memory_guard_map(size_t bytes, bool is_reserve) {
  if (!is_reserve) memory_guard_admit(bytes);
  void *start = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (start == MAP_FAILED) end(bytes, false);
  __atomic_fetch_add(&handed_out, is_reserve ? 0 : (int64_t)bytes, __ATOMIC_RELAXED);
  return start;
}

void memory_guard_unmap(void *start, size_t bytes) {
  munmap(start, bytes);
  // Reserves count when they are given back and not when they are taken: an estimate that is never too high.
  __atomic_fetch_sub(&handed_out, (int64_t)bytes, __ATOMIC_RELAXED);
}

void *memory_guard_grow(void *start, size_t bytes, size_t new_bytes) {
  if (new_bytes > bytes) memory_guard_admit(new_bytes - bytes);
  void *moved = mremap(start, bytes, new_bytes, MREMAP_MAYMOVE);
  if (moved == MAP_FAILED) end(new_bytes, false);
  __atomic_fetch_add(&handed_out, (int64_t)new_bytes - (int64_t)bytes, __ATOMIC_RELAXED);
  return moved;
}

// MARK: The guard

void memory_guard_set_about(const char *text) {
  if (!is_installed) return;
  size_t length = strlen(text);
  if (length > sizeof about - 1) length = sizeof about - 1;
  memcpy(about, text, length);
  about[length] = 0;
}

void memory_guard_install(const char *text, void (*back)(void)) {
  if (!is_installed) group_limit = own_group_limit();
  give_back = back;
  is_installed = true;
  memory_guard_set_about(text);
}
