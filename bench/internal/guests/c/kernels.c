// Programs that only compute, each over n rounds, to tell how good machine code is. Every round is the same and
// nothing is kept between calls, so the results say whether two engines agree.

#include <stdint.h>

#define EXPORT(name) __attribute__((export_name(name)))

static uint32_t random_state;

// next_random is a xorshift generator.
static inline uint32_t next_random(void) {
  random_state ^= random_state << 13;
  random_state ^= random_state >> 17;
  random_state ^= random_state << 5;
  return random_state;
}

// SHA-256 of n blocks of 32 KiB: shifts, rotations and additions of 32 bits. The result is the digest's first word.

static const uint32_t sha_constants[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

static inline uint32_t rotate(uint32_t x, int by) { return x >> by | x << (32 - by); }

static void sha_block(uint32_t digest[8], const uint8_t *block) {
  uint32_t w[64], s[8];
  for (int i = 0; i < 16; i++)
    w[i] = (uint32_t)block[4 * i] << 24 | (uint32_t)block[4 * i + 1] << 16 | (uint32_t)block[4 * i + 2] << 8 | block[4 * i + 3];
  for (int i = 16; i < 64; i++) {
    uint32_t a = w[i - 15], b = w[i - 2];
    w[i] = w[i - 16] + (rotate(a, 7) ^ rotate(a, 18) ^ a >> 3) + w[i - 7] + (rotate(b, 17) ^ rotate(b, 19) ^ b >> 10);
  }
  for (int i = 0; i < 8; i++)
    s[i] = digest[i];
  for (int i = 0; i < 64; i++) {
    uint32_t mix = s[7] + (rotate(s[4], 6) ^ rotate(s[4], 11) ^ rotate(s[4], 25)) + ((s[4] & s[5]) ^ (~s[4] & s[6])) + sha_constants[i] + w[i];
    uint32_t add = (rotate(s[0], 2) ^ rotate(s[0], 13) ^ rotate(s[0], 22)) + ((s[0] & s[1]) ^ (s[0] & s[2]) ^ (s[1] & s[2]));
    for (int k = 7; k > 0; k--)
      s[k] = s[k - 1];
    s[4] += mix;
    s[0] = mix + add;
  }
  for (int i = 0; i < 8; i++)
    digest[i] += s[i];
}

EXPORT("sha256") uint32_t sha256(uint32_t n) {
  static uint8_t data[1 << 15];
  uint32_t digest[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
  uint8_t last[64] = {0x80};
  uint64_t bits = (uint64_t)n * sizeof data * 8;
  for (uint32_t i = 0; i < sizeof data; i++)
    data[i] = (uint8_t)i;
  for (uint32_t round = 0; round < n; round++)
    for (uint32_t at = 0; at < sizeof data; at += 64)
      sha_block(digest, data + at);
  for (int i = 0; i < 8; i++)
    last[63 - i] = (uint8_t)(bits >> (8 * i));
  sha_block(digest, last);
  return digest[0];
}

// Five bodies that attract each other: floating point with a long chain of dependencies.

typedef struct { double at[3], speed[3], mass; } body;

EXPORT("nbody") uint32_t nbody(uint32_t n) {
  const uint32_t steps = 2000;
  const double step = 0.001;
  body bodies[5];
  random_state = 1;
  for (int i = 0; i < 5; i++) {
    for (int k = 0; k < 3; k++) {
      bodies[i].at[k] = (double)(next_random() % 1000) / 10 * (i + 1);
      bodies[i].speed[k] = (double)(next_random() % 1000) / 1000;
    }
    bodies[i].mass = i ? 0.01 : 40;
  }
  for (uint64_t s = 0; s < (uint64_t)n * steps; s++) {
    for (int i = 0; i < 5; i++)
      for (int j = i + 1; j < 5; j++) {
        body *a = &bodies[i], *b = &bodies[j];
        double d[3], square = 0;
        for (int k = 0; k < 3; k++) {
          d[k] = a->at[k] - b->at[k];
          square += d[k] * d[k];
        }
        double pull = step / (square * __builtin_sqrt(square));
        for (int k = 0; k < 3; k++) {
          a->speed[k] -= d[k] * b->mass * pull;
          b->speed[k] += d[k] * a->mass * pull;
        }
      }
    for (int i = 0; i < 5; i++)
      for (int k = 0; k < 3; k++)
        bodies[i].at[k] += step * bodies[i].speed[k];
  }
  double sum = 0;
  for (int i = 0; i < 5; i++)
    sum += bodies[i].at[0] * bodies[i].speed[1];
  return (uint32_t)(int64_t)(sum * 1e6);
}

// Matrices multiplied: memory in order, floating point without dependencies.

EXPORT("matmul") uint32_t matmul(uint32_t n) {
  enum { size = 96 };
  static double a[size][size], b[size][size], c[size][size];
  for (int i = 0; i < size; i++)
    for (int j = 0; j < size; j++) {
      a[i][j] = (i + j) % 7;
      b[i][j] = (i * j) % 5;
    }
  for (uint32_t round = 0; round < n; round++)
    for (int i = 0; i < size; i++) {
      for (int j = 0; j < size; j++)
        c[i][j] = round;
      for (int k = 0; k < size; k++)
        for (int j = 0; j < size; j++)
          c[i][j] += a[i][k] * b[k][j];
    }
  double sum = 0;
  for (int i = 0; i < size; i++)
    sum += c[i][i];
  return (uint32_t)sum;
}

// Quicksort: branches that can't be foretold, and recursion.

static void quicksort(uint32_t *list, int from, int to) {
  while (from < to) {
    uint32_t pivot = list[from + (to - from) / 2];
    int low = from, high = to;
    while (low <= high) {
      while (list[low] < pivot)
        low++;
      while (list[high] > pivot)
        high--;
      if (low <= high) {
        uint32_t keep = list[low];
        list[low++] = list[high];
        list[high--] = keep;
      }
    }
    quicksort(list, from, high);
    from = low;
  }
}

EXPORT("sort") uint32_t sort(uint32_t n) {
  enum { size = 20000 };
  static uint32_t list[size];
  uint32_t sum = 0;
  random_state = 1;
  for (uint32_t round = 0; round < n; round++) {
    for (int i = 0; i < size; i++)
      list[i] = next_random();
    quicksort(list, 0, size - 1);
    sum += list[size / 2];
  }
  return sum;
}

// Fibonacci numbers the slow way: calls.

static uint32_t fibonacci(uint32_t x) { return x < 2 ? x : fibonacci(x - 1) + fibonacci(x - 2); }

EXPORT("fib") uint32_t fib(uint32_t n) {
  volatile uint32_t x = 24; // or the compiler would do the work
  uint32_t sum = 0;
  for (uint32_t round = 0; round < n; round++)
    sum += fibonacci(x);
  return sum;
}

// An interpreter of bytecode: indirect branches.

EXPORT("interpreter") uint32_t interpreter(uint32_t n) {
  enum { end, plus, xor, times, rotate_right, skip, store, load, swap, ops };
  enum { length = 65536 };
  static uint8_t program[length], memory[1024];
  uint32_t x = 1, y = 2;
  random_state = 7;
  for (int i = 0; i < length - 1; i++)
    program[i] = (uint8_t)(1 + next_random() % (ops - 1));
  program[length - 2] = plus; // so that the end is not skipped
  __builtin_memset(memory, 0, sizeof memory);
  for (uint32_t round = 0; round < n; round++)
    for (const uint8_t *pc = program; *pc != end; pc++)
      switch (*pc) {
      case plus: x += y; break;
      case xor: y ^= x; break;
      case times: x = x * 31 + 7; break;
      case rotate_right: y = rotate(y, 1); break;
      case skip: pc += x & 1; break;
      case store: memory[y % sizeof memory] = (uint8_t)x; break;
      case load: x ^= memory[x % sizeof memory]; break;
      case swap: { uint32_t keep = x; x = y; y = keep; } break;
      }
  return x ^ y;
}
