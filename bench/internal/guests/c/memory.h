// The memory of a guest that keeps nothing between calls: what a call is given and gives lies in one arena, which
// is empty again when the call is over.

#ifndef MEMORY_H
#define MEMORY_H

#include <stdint.h>

#define EXPORT(name) __attribute__((export_name(name)))
#define IMPORT(module, name) __attribute__((import_module(module), import_name(name)))

extern uint8_t __heap_base;

static uint32_t arena_used;

static inline void arena_reset(void) { arena_used = 0; }

EXPORT("cabi_realloc")
void *cabi_realloc(void *old, uint32_t old_size, uint32_t align, uint32_t size) {
  const uint32_t page = 65536, start = (uint32_t)&__heap_base;
  uint32_t at = (start + arena_used + align - 1) / align * align;
  uint32_t end = at + size, room = (uint32_t)__builtin_wasm_memory_size(0) * page;
  if (end > room && __builtin_wasm_memory_grow(0, (end - room + page - 1) / page) == (__SIZE_TYPE__)-1)
    __builtin_trap();
  arena_used = end - start;
  if (old_size)
    __builtin_memcpy((void *)at, old, old_size < size ? old_size : size);
  return (void *)at;
}

#endif
