// Programs that never end, each in another way, to see how soon they can be stopped.

#include <stdint.h>

#define EXPORT(name) __attribute__((export_name(name)))
#define KEPT __attribute__((noinline))
#define EACH_ROUND(x) __asm__ volatile("" : "+r"(x) : : "memory") // keeps the compiler from seeing through a loop

// Nothing but a branch.
EXPORT("spin") uint32_t spin(uint32_t x) {
  for (;;)
    ;
  return x;
}

static uint32_t shared;

// Something that others could see.
EXPORT("store") uint32_t store(uint32_t x) {
  volatile uint32_t *seen = &shared;
  for (;;)
    *seen = x++;
  return x;
}

// An inner loop that does end.
EXPORT("nested") uint32_t nested(uint32_t x) {
  for (;;)
    for (uint32_t i = 0; i < 100; i++)
      EACH_ROUND(x);
  return x;
}

KEPT static void count_to(uint32_t end) {
  for (uint32_t i = 0; i < end; i++)
    EACH_ROUND(i);
}

// Calls of a function with a loop.
EXPORT("call-in-loop") uint32_t call_in_loop(uint32_t x) {
  for (;;)
    count_to(4000 + (x & 1));
  return x;
}

KEPT static uint32_t both_ways(uint32_t depth) {
  if (depth == 0)
    return 1;
  uint32_t left = both_ways(depth - 1);
  EACH_ROUND(depth);
  uint32_t right = both_ways(depth - 1);
  EACH_ROUND(right);
  return left + right;
}

// No loop at all: as many calls as there are leaves on a tree of this depth.
EXPORT("recursion") uint32_t recursion(uint32_t x) { return both_ways(60 + (x & 1)); }

KEPT static uint32_t tripled(uint32_t x) { return 3 * x; }

// Calls of a function that calls nobody.
EXPORT("leaf") uint32_t leaf(uint32_t x) {
  for (;;) {
    x = tripled(x);
    EACH_ROUND(x);
  }
  return x;
}

// The slowest instruction.
EXPORT("division") uint32_t division(uint32_t n) {
  uint64_t x = n;
  for (;;) {
    x = UINT64_MAX / (x | 3);
    EACH_ROUND(x);
  }
  return (uint32_t)x;
}

// One instruction that takes milliseconds.
EXPORT("bulk") uint32_t bulk(uint32_t x) {
  static uint8_t large[64 << 20];
  uint8_t *at = large;
  for (;;) {
    __builtin_memset(at, (int)x++, sizeof large);
    EACH_ROUND(at);
  }
  return x;
}
