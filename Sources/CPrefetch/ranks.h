#ifndef REFWALK_RANKS_H
#define REFWALK_RANKS_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// 64 bits, and how many are set in the words before.
struct refwalk_word {
  uint64_t bits;
  uint32_t before;
};

#if defined(__x86_64__)
#include <cpuid.h>
/// Whether this processor counts bits and masks them in one instruction each, as those since 2013 do; programs are
/// compiled for older ones too.
static inline bool refwalk_has_fast_ranks(void) {
  unsigned a, b, c, d;
  if (!__get_cpuid(1, &a, &b, &c, &d) || !(c & bit_POPCNT)) return false;
  return __get_cpuid_count(7, 0, &a, &b, &c, &d) && (b & bit_BMI2);
}

/// For each place, a word's number times 64 and that of a bit in it: one more than the number of bits set before when
/// that bit is set, else 0. Returns whether any is 0. Places before `first` have no word; words are counted from there.
__attribute__((target("popcnt,bmi2"))) static inline bool refwalk_fast_ranks(
    const uint64_t *places, size_t count, const struct refwalk_word *words, uint64_t first, uint32_t *ranks) {
  bool is_any_missing = false;
  for (size_t i = 0; i < count; i++) {
    uint64_t place = places[i];
    uint32_t rank = 0;
    if (place >= first) {
      const struct refwalk_word *word = words + ((place - first) >> 6);
      uint64_t bits = word->bits >> (place & 63) & 1;
      // Bits below, by the place's lowest 6 bits.
      uint32_t below = (uint32_t)__builtin_popcountll(word->bits & ~(~UINT64_C(0) << (place & 63)));
      rank = bits ? word->before + below + 1 : 0;
    }
    is_any_missing |= rank == 0;
    ranks[i] = rank;
  }
  return is_any_missing;
}
#else
static inline bool refwalk_has_fast_ranks(void) { return false; }
static inline bool refwalk_fast_ranks(
    const uint64_t *places, size_t count, const struct refwalk_word *words, uint64_t first, uint32_t *ranks) {
  return true;
}
#endif
#endif
