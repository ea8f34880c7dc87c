#ifndef REFWALK_MEMORY_GUARD_H
#define REFWALK_MEMORY_GUARD_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// What happens when there is no memory left: one line on standard error and exit code 2, whoever asked for it. One guard
// a process, because memory is the process's. Only async-signal-safe calls on the way out.

/// From now on the process ends with a line when memory runs out: `about`, `: not enough memory: `, and how much was
/// asked for. `give_back` is called before the line is written, to give a terminal back; it may be NULL. `about` is cut at
/// 4,095 bytes. Call it again to change either. The first call finds the limits that the process is under: those of its
/// control groups, and `limit`, for pages that lie in memory and in no file, `UINT64_MAX` for none.
void memory_guard_install(const char *about, void (*give_back)(void), uint64_t limit);

/// Changes the first part of the line, and nothing else. Does nothing while no guard is installed.
void memory_guard_set_about(const char *about);

/// Ends the process: `bytes` could not be had. Without a guard it aborts.
_Noreturn void memory_guard_end(size_t bytes);

/// Zeroed pages; ends the process when there are none, or when the control group that the process is in does not allow
/// as many: the kernel would kill it without a word. `is_reserve`: pages of which most are never touched.
void *memory_guard_map(size_t bytes, bool is_reserve);

/// Gives pages back to the kernel.
void memory_guard_unmap(void *start, size_t bytes);

/// Makes a mapping larger, at another address if need be; the pages are moved, not copied.
void *memory_guard_grow(void *start, size_t bytes, size_t new_bytes);

/// Whether there is a limit that the kernel enforces by killing.
extern bool memory_guard_is_limited;

void memory_guard_look_now(void);

/// Ends the process when a limit is nearly reached. Call it every few thousand rounds of what fills memory: it is cheap, and
/// looks only as often as memory can be filled. Pages are taken when they are touched, long after they were asked for.
static inline void memory_guard_look(void) {
  if (__builtin_expect(memory_guard_is_limited, 0)) memory_guard_look_now();
}

/// Adds the control groups with a limit, from `folder` below `base` upwards; `base` is where the files of such groups are
/// mounted, of version 2 or 1.
void memory_guard_add_groups(const char *base, const char *folder, bool is_version_2);

/// Forgets all control groups.
void memory_guard_forget_groups(void);

/// The bytes that the process may still have, `UINT64_MAX` without a limit, and the limit that leaves the least.
uint64_t memory_guard_room(uint64_t *limit);
#endif
