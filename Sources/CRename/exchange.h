#pragma once

#include <errno.h>
#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

// renameat2(2), which not every C library declares for Swift. Both names are relative to the current folder; both
// functions return 0, or -1 and set errno: EINVAL or ENOSYS where the file system or the kernel cannot do it.

// Exchanges two files in one step: at no moment is either name without one.
static inline int rename_exchange(const char *one, const char *other) {
  return (int)syscall(SYS_renameat2, AT_FDCWD, one, AT_FDCWD, other, 2u);
}

// Renames a file unless the new name is taken: EEXIST then.
static inline int rename_to_free_name(const char *from, const char *to) {
  return (int)syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 1u);
}
