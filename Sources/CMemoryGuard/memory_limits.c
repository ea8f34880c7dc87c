#define _GNU_SOURCE
#include "memory_limits.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "memory_guard.h"

/// A control group with a limit: the files that say what it has, open for as long as the process lives.
struct group {
  uint64_t limit;
  int usage, statistics;
};

/// Groups above one another; only those with a limit are here.
static struct group groups[16];
static int group_count;
/// The process's own limit, of pages that lie in memory and in no file.
static uint64_t own_limit = UINT64_MAX;
static int own_usage = -1;

// MARK: Files of the kernel

/// Reads a small file from its beginning, into a text that ends in zero; false when there is nothing.
static bool read_text(int descriptor, char *text, size_t room) {
  ssize_t count = pread(descriptor, text, room - 1, 0);
  if (count <= 0) return false;
  text[count] = 0;
  return true;
}

static bool read_path(const char *path, char *text, size_t room) {
  int descriptor = open(path, O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return false;
  bool is_read = read_text(descriptor, text, room);
  close(descriptor);
  return is_read;
}

/// The number that a text begins with; UINT64_MAX when it has none.
static uint64_t number(const char *text) { return text[0] < '0' || text[0] > '9' ? UINT64_MAX : strtoull(text, NULL, 10); }

/// The number behind a name at the beginning of a line; 0 when there is no such line.
static uint64_t named(const char *text, const char *name) {
  size_t length = strlen(name);
  for (const char *line = text; line; line = strchr(line, '\n')) {
    if (*line == '\n') line++;
    if (strncmp(line, name, length) == 0 && line[length] == ' ') return strtoull(line + length + 1, NULL, 10);
  }
  return 0;
}

// MARK: What is used

/// Bytes of this process that lie in memory and in no file.
static uint64_t resident(void) {
  char text[128];
  if (own_usage < 0 || !read_text(own_usage, text, sizeof text)) return 0;
  char *next = text;
  strtoull(next, &next, 10);
  uint64_t pages = strtoull(next, &next, 10), of_files = strtoull(next, &next, 10);
  return pages > of_files ? (pages - of_files) * (uint64_t)sysconf(_SC_PAGESIZE) : 0;
}

/// Bytes that a group has and cannot give back: pages of files are dropped when others are needed.
static uint64_t unreclaimable(const struct group *group) {
  char text[8192];
  uint64_t used = read_text(group->usage, text, 64) ? number(text) : 0;
  if (used == UINT64_MAX || !read_text(group->statistics, text, sizeof text)) return 0;
  // Version 1 has a figure with those of the groups below it, too; version 2 has no other.
  uint64_t inactive = named(text, "total_inactive_file"), active = named(text, "total_active_file");
  if (inactive == 0 && active == 0) {
    inactive = named(text, "inactive_file");
    active = named(text, "active_file");
  }
  return used > inactive + active ? used - inactive - active : 0;
}

uint64_t memory_limits_room(enum memory_owner *owner, uint64_t *limit) {
  uint64_t least = UINT64_MAX;
  *owner = memory_of_nobody;
  *limit = UINT64_MAX;
  uint64_t own = resident();
  if (own_limit != UINT64_MAX) {
    least = own_limit > own ? own_limit - own : 0;
    *owner = memory_of_variable;
    *limit = own_limit;
  }
  for (int index = 0; index < group_count; index++) {
    uint64_t used = unreclaimable(&groups[index]);
    if (used < own) used = own;
    uint64_t room = groups[index].limit > used ? groups[index].limit - used : 0;
    if (room >= least) continue;
    least = room;
    *owner = memory_of_group;
    *limit = groups[index].limit;
  }
  return least;
}

// MARK: Which limits there are

static int open_in(char *path, size_t length, size_t room, const char *file) {
  if (length + strlen(file) + 2 > room) return -1;
  path[length] = '/';
  strcpy(path + length + 1, file);
  return open(path, O_RDONLY | O_CLOEXEC);
}

/// Adds the group at the first `length` bytes of `path` when it has a limit.
static void add_group(char *path, size_t length, size_t room, bool is_version_2) {
  if (group_count == sizeof groups / sizeof *groups) return;
  char text[64];
  int descriptor = open_in(path, length, room, is_version_2 ? "memory.max" : "memory.limit_in_bytes");
  bool is_read = descriptor >= 0 && read_text(descriptor, text, sizeof text);
  if (descriptor >= 0) close(descriptor);
  // Version 1 says "no limit" as the largest number of pages that there is, version 2 as a word.
  if (!is_read || number(text) >= UINT64_C(1) << 62) return;
  struct group group = {number(text), -1, -1};
  group.usage = open_in(path, length, room, is_version_2 ? "memory.current" : "memory.usage_in_bytes");
  group.statistics = open_in(path, length, room, "memory.stat");
  groups[group_count++] = group;
}

void memory_guard_add_groups(const char *base, const char *folder, bool is_version_2) {
  char path[4096];
  size_t base_length = strlen(base), length = base_length + strlen(folder);
  if (length + 2 > sizeof path) return;
  strcpy(path, base);
  strcat(path, folder);
  for (;;) {
    while (length > base_length && path[length - 1] == '/') length--;
    add_group(path, length, sizeof path, is_version_2);
    if (length <= base_length) break;
    while (length > base_length && path[length - 1] != '/') length--;
  }
}

bool memory_limits_find(uint64_t own) {
  own_limit = own;
  own_usage = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
  char text[8192];
  if (read_path("/proc/self/cgroup", text, sizeof text)) {
    char *rest = text;
    for (char *line; (line = strsep(&rest, "\n")) != NULL;) {
      // Number, kinds, folder: version 2 has the number 0 and no kinds.
      char *kinds = strchr(line, ':');
      char *folder = kinds ? strchr(kinds + 1, ':') : NULL;
      if (!folder) continue;
      *folder++ = 0;
      if (kinds[1] == 0) memory_guard_add_groups("/sys/fs/cgroup", folder, true);
      else if (strstr(kinds + 1, "memory")) memory_guard_add_groups("/sys/fs/cgroup/memory", folder, false);
    }
  }
  return own_limit != UINT64_MAX || group_count > 0;
}

void memory_guard_forget_groups(void) {
  while (group_count > 0) {
    struct group *group = &groups[--group_count];
    if (group->usage >= 0) close(group->usage);
    if (group->statistics >= 0) close(group->statistics);
  }
}

uint64_t memory_guard_room(uint64_t *limit) {
  enum memory_owner owner;
  return memory_limits_room(&owner, limit);
}
