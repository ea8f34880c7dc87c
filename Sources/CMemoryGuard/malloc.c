#include <stddef.h>
#include <stdlib.h>

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
void memory_guard_missed(size_t bytes);
void memory_guard_admit(size_t bytes);

#define LARGE (1 << 20)

// Many small ones are as much as a large one.
static __thread size_t small_bytes;

static inline void admit(size_t bytes) {
  if (__builtin_expect(bytes >= LARGE, 0)) {
    memory_guard_admit(bytes);
  } else if (__builtin_expect((small_bytes += bytes) >= 4 * LARGE, 0)) {
    small_bytes = 0;
    memory_guard_admit(LARGE);
  }
}

void *malloc(size_t bytes) {
  admit(bytes);
  void *start = __libc_malloc(bytes);
  if (__builtin_expect(start == NULL, 0)) memory_guard_missed(bytes);
  return start;
}

void *calloc(size_t count, size_t bytes) {
  void *start = __libc_calloc(count, bytes);
  size_t all;
  if (__builtin_expect(start == NULL, 0) && !__builtin_mul_overflow(count, bytes, &all)) memory_guard_missed(all);
  return start;
}

void *realloc(void *old, size_t bytes) {
  admit(bytes);
  void *start = __libc_realloc(old, bytes);
  if (__builtin_expect(start == NULL && bytes > 0, 0)) memory_guard_missed(bytes);
  return start;
}
#endif
