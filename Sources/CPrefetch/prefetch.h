#ifndef REFWALK_PREFETCH_H
#define REFWALK_PREFETCH_H
/// Asks the processor to bring the line at `address` into its cache; never faults.
static inline __attribute__((always_inline)) void refwalk_prefetch(const void *address) { __builtin_prefetch(address); }
#endif
