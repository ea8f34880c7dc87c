#include <malloc.h>
#include <stddef.h>
#include <stdlib.h>

#include "memory_guard.h"
#include "memory_limits.h"

// Swift ends the process with a trap when malloc has nothing for it, and its dispatch library waits for ever: both can be
// told apart from nothing else afterwards, and the words go into a screen that is then lost. So malloc itself ends the
// process, in this program's own way. The C library's allocator does the work as before.
//
// With a sanitizer, which brings an allocator of its own, or with another C library, all is as it was.
#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || __has_feature(memory_sanitizer)
#define REFWALK_OTHER_ALLOCATOR
#endif
#endif

#if defined(__GLIBC__) && !defined(REFWALK_OTHER_ALLOCATOR)
void *__libc_malloc(size_t bytes);
void *__libc_calloc(size_t count, size_t bytes);
void *__libc_realloc(void *old, size_t bytes);
void __libc_free(void *start);
void memory_guard_missed(size_t bytes);

#define LARGE (1 << 20)

// Many small ones are as much as a large one.
static __thread size_t small_bytes;

static inline void admit(size_t bytes) {
  if (__builtin_expect(bytes >= LARGE, 0)) {
    memory_guard_admit(bytes);
  } else if (__builtin_expect((small_bytes += bytes) >= 4 * LARGE, 0)) {
    small_bytes = 0;
    memory_guard_admit(4 * LARGE);
  }
}

static inline void *given(void *start, size_t bytes) {
  if (__builtin_expect(start == NULL, 0)) {
    if (bytes > 0) memory_guard_missed(bytes);
  } else if (__builtin_expect(bytes >= LARGE, 0)) {
    memory_guard_given(start, bytes);
  }
  return start;
}

static inline void taken(void *start) {
  if (__builtin_expect(!memory_guard_is_limited || start == NULL, 1)) return;
  size_t bytes = malloc_usable_size(start);
  if (bytes >= LARGE) memory_guard_taken(start, bytes);
}

void *malloc(size_t bytes) {
  admit(bytes);
  return given(__libc_malloc(bytes), bytes);
}

void *calloc(size_t count, size_t bytes) {
  size_t all;
  // The C library says no to what no number can say.
  if (__builtin_mul_overflow(count, bytes, &all)) return __libc_calloc(count, bytes);
  admit(all);
  return given(__libc_calloc(count, bytes), all);
}

void *realloc(void *old, size_t bytes) {
  admit(bytes);
  taken(old);
  return given(__libc_realloc(old, bytes), bytes);
}

void free(void *start) {
  taken(start);
  __libc_free(start);
}
#endif
