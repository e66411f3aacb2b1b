// The one who calls: world driver of bench.wit. Each function calls that of the callee with the same name n times.

#include "memory.h"

#define API(name) IMPORT("perf:bench/api", name)

typedef struct { const char *at; uint32_t len; } span;
typedef struct {
  uint32_t a; uint64_t b; double c; uint8_t d; int16_t e; uint8_t f; uint32_t g; span h; uint32_t i; float j;
} record;
typedef struct { uint8_t which; uint64_t bits; } variant;
typedef struct { uint8_t some; uint32_t value; } option;
typedef struct { uint8_t failed; uint32_t value[2]; } outcome;

API("noop") void noop(void);
API("add") uint32_t add(uint32_t a, uint32_t b);
API("echo") void echo(const char *s, uint32_t len, span *result);
API("sum-list") uint64_t sum_list(const uint32_t *list, uint32_t len);
API("take-bytes") uint32_t take_bytes(const uint8_t *bytes, uint32_t len);
API("rec-io") void rec_io(uint32_t a, uint64_t b, double c, uint32_t d, int32_t e, uint32_t f, uint32_t g,
                          const char *h, uint32_t h_len, uint32_t i, float j, record *result);
API("variant-io") void variant_io(uint32_t which, uint64_t bits, uint32_t len, variant *result);
API("option-io") void option_io(uint32_t some, uint32_t value, option *result);
API("result-io") void result_io(uint32_t x, outcome *result);

// filled returns len bytes to be passed.
static const void *filled(uint32_t len) {
  static uint32_t bytes[1 << 18];
  if (len > sizeof bytes)
    __builtin_trap();
  __builtin_memset(bytes, 'a', len);
  return bytes;
}

EXPORT("drive-noop") uint32_t drive_noop(uint32_t n) {
  for (uint32_t i = 0; i < n; i++)
    noop();
  return n;
}

EXPORT("drive-add") uint32_t drive_add(uint32_t n) {
  uint32_t sum = 0;
  for (uint32_t i = 0; i < n; i++)
    sum = add(sum, i);
  return sum;
}

EXPORT("drive-echo") uint32_t drive_echo(uint32_t n, uint32_t len) {
  const char *text = filled(len);
  uint32_t sum = 0;
  span got;
  for (uint32_t i = 0; i < n; i++) {
    echo(text, len, &got);
    sum += got.len + (uint8_t)got.at[0];
    arena_reset();
  }
  return sum;
}

EXPORT("drive-sum") uint64_t drive_sum(uint32_t n, uint32_t len) {
  const uint32_t *list = filled(len * sizeof *list);
  uint64_t sum = 0;
  for (uint32_t i = 0; i < n; i++)
    sum += sum_list(list, len);
  return sum;
}

EXPORT("drive-bytes") uint32_t drive_bytes(uint32_t n, uint32_t len) {
  const uint8_t *bytes = filled(len);
  uint32_t sum = 0;
  for (uint32_t i = 0; i < n; i++)
    sum += take_bytes(bytes, len);
  return sum;
}

EXPORT("drive-rec") uint32_t drive_rec(uint32_t n) {
  const uint32_t len = 16;
  const char *text = filled(len);
  uint32_t sum = 0;
  record got;
  for (uint32_t i = 0; i < n; i++) {
    rec_io(i, 7, 1.5, 3, -4, 1, 'x', text, len, 9, 2.5f, &got);
    sum += got.a + got.h.len;
    arena_reset();
  }
  return sum;
}

EXPORT("drive-variant") uint32_t drive_variant(uint32_t n) {
  enum { num = 1 };
  uint32_t sum = 0;
  variant got;
  for (uint32_t i = 0; i < n; i++) {
    variant_io(num, i, 0, &got);
    sum += (uint32_t)got.bits;
  }
  return sum;
}

EXPORT("drive-option") uint32_t drive_option(uint32_t n) {
  uint32_t sum = 0;
  option got;
  for (uint32_t i = 0; i < n; i++) {
    option_io(1, i, &got);
    sum += got.value;
  }
  return sum;
}

EXPORT("drive-result") uint32_t drive_result(uint32_t n) {
  uint32_t sum = 0;
  outcome got;
  for (uint32_t i = 0; i < n; i++) {
    result_io(i & 0x7fffffff, &got);
    sum += got.value[0];
  }
  return sum;
}
