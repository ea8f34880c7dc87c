#define _GNU_SOURCE
#include "memory_guard.h"

#include <errno.h>
#include <malloc.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "memory_limits.h"

static char about[4096];
static void (*give_back)(void);
static volatile bool is_installed;
static volatile int is_ending;
bool memory_guard_is_limited;

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

static _Noreturn void end(size_t bytes, enum memory_owner owner, uint64_t allowed) {
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
  if (bytes > 0) {
    length = append_bytes(line, length, room, bytes);
    length = append(line, length, room, " more were asked for");
  }
  const char *and = bytes > 0 ? ", and " : "";
  struct rlimit limit;
  if (owner != memory_of_nobody) {
    length = append(line, length, room, and);
    const char *whose = owner == memory_of_group ? "its control group may have " : "REFWALK_MEMORY_LIMIT allows ";
    length = append(line, length, room, whose);
    length = append_bytes(line, length, room, allowed);
  } else if (getrlimit(RLIMIT_AS, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY) {
    length = append(line, length, room, and);
    length = append(line, length, room, "it may have ");
    length = append_bytes(line, length, room, limit.rlim_cur);
    length = append(line, length, room, " (ulimit -v)");
  }
  if (is_terminal) line[length++] = '\r';
  line[length++] = '\n';
  say(line, length);
  _exit(2);
}

void memory_guard_end(size_t bytes) { end(bytes, memory_of_nobody, UINT64_MAX); }

// MARK: What may be had

/// What is smaller is not worth looking, nor remembering.
static const size_t worth_looking = 1 << 20;
/// When the room is to be looked at again, in nanoseconds, and how much there was the last time.
static uint64_t next_look, room_seen;
static volatile char is_looking;

static uint64_t clock_now(clockid_t clock) {
  struct timespec time;
  clock_gettime(clock, &time);
  return (uint64_t)time.tv_sec * 1000000000 + (uint64_t)time.tv_nsec;
}

/// What may still be had. Something is left over for what nobody asks for: tables of pages, stacks, pages of the program,
/// and what other threads touch meanwhile.
static uint64_t room_now(enum memory_owner *owner, uint64_t *limit) {
  uint64_t room = memory_limits_room(owner, limit), margin = *limit / 12;
  if (margin < 3 << 20) margin = 3 << 20;
  if (margin > 64 << 20) margin = 64 << 20;
  return room > margin ? room - margin : 0;
}

/// Half of the room is touched at 4 GB a second, which is as fast as pages are handed out, before it is looked at again.
static void note_room(uint64_t room, uint64_t now) {
  const uint64_t least = 200000;
  __atomic_store_n(&room_seen, room, __ATOMIC_RELAXED);
  __atomic_store_n(&next_look, now + (room / 8 > least ? room / 8 : least), __ATOMIC_RELAXED);
}

/// Gives back what the allocator keeps for later.
static void trim(void) {
#if defined(__GLIBC__)
  malloc_trim(0);
#endif
}

uint64_t memory_guard_look_again(bool may_trim) {
  static uint64_t next_trim;
  uint64_t now = clock_now(CLOCK_MONOTONIC), next = __atomic_load_n(&next_look, __ATOMIC_RELAXED);
  if (now < next) return next - now;
  if (__atomic_test_and_set(&is_looking, __ATOMIC_ACQUIRE)) return 0;
  enum memory_owner owner;
  uint64_t limit, room = room_now(&owner, &limit);
  if (room == 0 && may_trim && now >= next_trim) {
    next_trim = now + 1000000000;
    trim();
    room = room_now(&owner, &limit);
  }
  if (room == 0) end(0, owner, limit);
  note_room(room, now);
  __atomic_clear(&is_looking, __ATOMIC_RELEASE);
  return __atomic_load_n(&next_look, __ATOMIC_RELAXED) - now;
}

void memory_guard_look_now(void) {
  memory_watch_wake();
  memory_guard_look_again(true);
}

void memory_guard_admit(size_t bytes) {
  if (!memory_guard_is_limited || bytes < worth_looking) return;
  memory_watch_wake();
  uint64_t now = clock_now(CLOCK_MONOTONIC);
  bool is_fresh = now < __atomic_load_n(&next_look, __ATOMIC_RELAXED);
  if (is_fresh && bytes + memory_regions_all() < __atomic_load_n(&room_seen, __ATOMIC_RELAXED) / 2) return;
  for (bool is_trimmed = false;; is_trimmed = true) {
    enum memory_owner owner;
    uint64_t limit, room = room_now(&owner, &limit);
    if (bytes <= room && (bytes + memory_regions_all() <= room || bytes + memory_regions_untouched() <= room)) {
      return note_room(room, now);
    }
    if (is_trimmed) end(bytes, owner, limit);
    trim();
  }
}

void memory_guard_given(const void *start, size_t bytes) {
  if (memory_guard_is_limited && bytes >= worth_looking) memory_regions_add(start, bytes);
}

void memory_guard_taken(const void *start, size_t bytes) {
  if (memory_guard_is_limited && bytes > 0) memory_regions_remove(start, bytes);
}

/// For `malloc`, which is asked by libraries that can do without, too: what nobody can have is not worth ending for.
void memory_guard_missed(size_t bytes) {
  if (is_installed && bytes < (size_t)1 << 46) memory_guard_end(bytes);
}

// MARK: Pages

void *memory_guard_map(size_t bytes, bool is_reserve) {
  if (!is_reserve) memory_guard_admit(bytes);
  void *start = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (start == MAP_FAILED) memory_guard_end(bytes);
  if (!is_reserve) memory_guard_given(start, bytes);
  return start;
}

void memory_guard_unmap(void *start, size_t bytes) {
  memory_guard_taken(start, bytes);
  munmap(start, bytes);
}

void *memory_guard_grow(void *start, size_t bytes, size_t new_bytes) {
  if (new_bytes > bytes) memory_guard_admit(new_bytes - bytes);
  memory_guard_taken(start, bytes);
  void *moved = mremap(start, bytes, new_bytes, MREMAP_MAYMOVE);
  if (moved == MAP_FAILED) memory_guard_end(new_bytes);
  memory_guard_given(moved, new_bytes);
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

void memory_guard_install(const char *text, void (*back)(void), uint64_t limit) {
  bool is_first = !is_installed;
  give_back = back;
  is_installed = true;
  memory_guard_set_about(text);
  if (!is_first || !memory_limits_find(limit)) return;
  memory_guard_is_limited = true;
  memory_watch_start();
}
