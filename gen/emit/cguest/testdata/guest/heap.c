// The program of the tests of memory and of hostile results.

#include "heap.h"

uint32_t exports_heap_allocate(uint32_t size) { return (uint32_t)cabi_malloc(size); }

void exports_heap_release(uint32_t ptr) { cabi_free((void *)ptr); }

uint32_t exports_heap_move(uint32_t ptr, uint32_t old_size, uint32_t align, uint32_t new_size) {
    return (uint32_t)cabi_realloc((void *)ptr, old_size, align, new_size);
}

void exports_heap_fill(uint32_t ptr, uint32_t size, uint8_t with) {
    __builtin_memset((void *)ptr, with, size);
}

bool exports_heap_is_filled(uint32_t ptr, uint32_t size, uint8_t with) {
    for (uint32_t i = 0; i < size; i++)
        if (((const uint8_t *)ptr)[i] != with)
            return false;
    return true;
}

uint32_t exports_heap_pages(void) { return __builtin_wasm_memory_size(0); }

uint32_t exports_heap_blocks(void) { return cabi_blocks; }

uint32_t exports_heap_find(heap_string_t *s) {
    uint32_t at = (uint32_t)s->ptr;
    heap_string_free(s);
    return at;
}

void exports_heap_lie(heap_mischief_t how, heap_string_t *ret) {
    heap_string_set(ret, "a literal");
    if (how == HEAP_MISCHIEF_BEYOND_THE_END)
        ret->ptr = (uint8_t *)(__builtin_wasm_memory_size(0) * 0x10000 - 4);
    else if (how == HEAP_MISCHIEF_OVERLONG)
        ret->len = 0xffffffff;
    else if (how == HEAP_MISCHIEF_NOT_TEXT)
        heap_string_dup_n(ret, "\xff\xfe", 2);
}

heap_two_t exports_heap_pick(uint8_t n) { return n; }

uint32_t exports_heap_scalar(uint32_t n) { return n; }

void exports_heap_pointers(uint32_t ptr, uint32_t len, heap_list_u32_t *ret) {
    ret->ptr = (uint32_t *)ptr;
    ret->len = len;
}
