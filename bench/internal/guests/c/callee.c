// The one who is called: world callee of bench.wit.

#include "memory.h"

#define API(name) EXPORT("perf:bench/api#" name)
#define FREES(name) EXPORT("cabi_post_perf:bench/api#" name)

IMPORT("perf:bench/host", "tick") uint32_t host_tick(uint32_t x);
IMPORT("perf:bench/host", "log") uint32_t host_log(const char *s, uint32_t len);

typedef struct { const void *at; uint32_t len; } span;

API("noop") void noop(void) {}
API("add") uint32_t add(uint32_t a, uint32_t b) { return a + b; }

API("echo") span *echo(const void *at, uint32_t len) {
  static span result;
  result = (span){at, len};
  return &result;
}
FREES("echo") void free_echo(span *result) { (void)result; arena_reset(); }

API("sum-list") uint64_t sum_list(const uint32_t *list, uint32_t len) {
  uint64_t sum = 0;
  for (uint32_t i = 0; i < len; i++)
    sum += list[i];
  arena_reset();
  return sum;
}

API("take-bytes") uint32_t take_bytes(const uint8_t *bytes, uint32_t len) {
  uint32_t result = len ? bytes[0] + bytes[len - 1] + len : 0;
  arena_reset();
  return result;
}

typedef struct {
  uint32_t a; uint64_t b; double c; uint8_t d; int16_t e; uint8_t f; uint32_t g; span h; uint32_t i; float j;
} record;

API("rec-io")
record *rec_io(uint32_t a, uint64_t b, double c, uint32_t d, int32_t e, uint32_t f, uint32_t g, const void *h,
               uint32_t h_len, uint32_t i, float j) {
  static record result;
  result = (record){a + 1, b, c, (uint8_t)d, (int16_t)e, (uint8_t)f, g, {h, h_len}, i, j};
  return &result;
}
FREES("rec-io") void free_rec(record *result) { (void)result; arena_reset(); }

typedef struct { uint8_t which; union { uint64_t bits; span text; }; } variant;

API("variant-io") variant *variant_io(uint32_t which, uint64_t bits, uint32_t len) {
  static variant result;
  enum { str = 2 };
  result.which = (uint8_t)which;
  if (which == str)
    result.text = (span){(const void *)(uint32_t)bits, len};
  else
    result.bits = bits;
  return &result;
}
FREES("variant-io") void free_variant(variant *result) { (void)result; arena_reset(); }

typedef struct { uint8_t some; uint32_t value; } option;

API("option-io") option *option_io(uint32_t some, uint32_t value) {
  static option result;
  result = (option){(uint8_t)some, value + 1};
  return &result;
}

typedef struct { uint8_t failed; union { uint32_t value; span error; }; } outcome;

API("result-io") outcome *result_io(uint32_t x) {
  static outcome result;
  result.failed = x >> 31;
  if (result.failed)
    result.error = (span){"too large", 9};
  else
    result.value = x + 1;
  return &result;
}

EXPORT("loop-tick") uint32_t loop_tick(uint32_t n) {
  uint32_t sum = 0;
  for (uint32_t i = 0; i < n; i++)
    sum += host_tick(i);
  return sum;
}

EXPORT("loop-log") uint32_t loop_log(uint32_t n, uint32_t len) {
  static char text[1 << 16];
  uint32_t sum = 0;
  if (len > sizeof text)
    __builtin_trap();
  __builtin_memset(text, 'a', len);
  for (uint32_t i = 0; i < n; i++)
    sum += host_log(text, len);
  return sum;
}
