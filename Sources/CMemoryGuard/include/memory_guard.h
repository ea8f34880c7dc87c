#ifndef REFWALK_MEMORY_GUARD_H
#define REFWALK_MEMORY_GUARD_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// What happens when there is no memory left: one line on standard error and exit code 2, whoever asked for it. One guard
// a process, because memory is the process's. Only async-signal-safe calls on the way out.

/// From now on the process ends with a line when memory runs out: `about`, `: not enough memory: `, and how much was
/// asked for. `give_back` is called before the line is written, to give a terminal back; it may be NULL. `about` is cut at
/// 4,095 bytes. Call it again to change either.
void memory_guard_install(const char *about, void (*give_back)(void));

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

/// The bytes that a control group whose files lie in `folder`, below `base`, lets its processes have; UINT64_MAX for no limit.
/// `file` is the name of the file with the figure, in this folder and those above it.
uint64_t memory_guard_group_limit(const char *base, const char *folder, const char *file);
#endif
