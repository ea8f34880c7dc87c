#ifndef REFWALK_PAGES_H
#define REFWALK_PAGES_H
#include <stddef.h>
extern void *mremap(void *start, size_t count, size_t new_count, int flags, ...);
/// Makes a mapping larger, at another address if need be; the pages are moved, not copied. MAP_FAILED when there is no room.
static inline void *refwalk_grow(void *start, size_t count, size_t new_count) { return mremap(start, count, new_count, 1); }
#endif
