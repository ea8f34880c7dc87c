#ifndef REFWALK_MEMORY_LIMITS_H
#define REFWALK_MEMORY_LIMITS_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// What the parts of the guard know of each other. Nothing here takes memory.

/// Whose limit it is that leaves the least room.
enum memory_owner { memory_of_nobody, memory_of_group, memory_of_variable };

/// The bytes that may still be had before one of the limits ends it, `UINT64_MAX` without a limit. `owner` and `limit` say
/// which limit leaves the least.
uint64_t memory_limits_room(enum memory_owner *owner, uint64_t *limit);

/// Finds the limits that the process is under: `own`, when it is not `UINT64_MAX`, and those of its control groups. False
/// when there is none.
bool memory_limits_find(uint64_t own);

/// Looks at the room when it is time to, and ends the process when there is none; `may_trim` when it may take time. Returns
/// how many nanoseconds later it is time again.
uint64_t memory_guard_look_again(bool may_trim);

/// Ends the process when so many bytes more are beyond a limit.
void memory_guard_admit(size_t bytes);

/// Says that somebody was given these bytes, or gave them back.
void memory_guard_given(const void *start, size_t bytes);
void memory_guard_taken(const void *start, size_t bytes);

/// Starts a thread that looks at the room whenever the process works, and wakes it when the process works again.
void memory_watch_start(void);
void memory_watch_wake(void);

/// Remembers bytes from `start` on that were promised and may not have been touched yet.
void memory_regions_add(const void *start, size_t bytes);

/// Forgets what of these bytes was remembered.
void memory_regions_remove(const void *start, size_t bytes);

/// All bytes that are remembered.
size_t memory_regions_all(void);

/// Those of them that nobody has touched yet: they will be asked of the kernel without a word.
size_t memory_regions_untouched(void);
#endif
