#define _GNU_SOURCE
#include <errno.h>
#include <linux/futex.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "memory_limits.h"

// Whoever fills memory that was promised before, a library for example, asks nobody. So somebody looks, as often as the
// room that is left can be filled; while the process does nothing, not at all.

/// 1 while the thread waits to be woken.
static int is_asleep;

/// Processor time that others of this process took, in nanoseconds.
static uint64_t worked(void) {
  struct timespec all, own;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &all);
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &own);
  return (uint64_t)((all.tv_sec - own.tv_sec) * 1000000000 + all.tv_nsec - own.tv_nsec);
}

/// Asks for short turns, which come soon: half of a millisecond is a long time while two threads fill memory. Kernels before
/// 6.12 do not know it.
static void want_short_turns(void) {
  struct {
    uint32_t size, policy;
    uint64_t flags;
    int32_t nice;
    uint32_t priority;
    uint64_t runtime, deadline, period;
  } wanted = {.size = 48, .runtime = 100000};
  errno = 0;
  int nice = getpriority(PRIO_PROCESS, 0);
  if (errno == 0) wanted.nice = nice;
  syscall(SYS_sched_setattr, 0, &wanted, 0);
}

static void *watch(void *unused) {
  (void)unused;
  want_short_turns();
  const uint64_t shortest = 300000, longest = 50000000;
  uint64_t before = worked();
  for (int quiet = 0;;) {
    uint64_t pause = memory_guard_look_again(false);
    if (pause < shortest) pause = shortest;
    if (pause > longest) pause = longest;
    nanosleep(&(struct timespec){0, (long)pause}, NULL);
    uint64_t now = worked();
    quiet = now - before < pause / 32 ? quiet + 1 : 0;
    before = now;
    if (quiet < 100) continue;
    quiet = 0;
    __atomic_store_n(&is_asleep, 1, __ATOMIC_SEQ_CST);
    while (__atomic_load_n(&is_asleep, __ATOMIC_SEQ_CST)) {
      syscall(SYS_futex, &is_asleep, FUTEX_WAIT_PRIVATE, 1, NULL, NULL, 0);
    }
    before = worked();
  }
  return NULL;
}

void memory_watch_wake(void) {
  if (__builtin_expect(!__atomic_load_n(&is_asleep, __ATOMIC_RELAXED), 1)) return;
  if (__atomic_exchange_n(&is_asleep, 0, __ATOMIC_SEQ_CST)) {
    syscall(SYS_futex, &is_asleep, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0);
  }
}

void memory_watch_start(void) {
  pthread_attr_t attributes;
  if (pthread_attr_init(&attributes) != 0) return;
  pthread_attr_setstacksize(&attributes, 128 << 10);
  pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
  // Signals are for the other threads. Without a thread it is looked as often as the work says how far it is.
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  pthread_t thread;
  pthread_create(&thread, &attributes, watch, NULL);
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  pthread_attr_destroy(&attributes);
}
