// -- Memory -----------------------------------------------------------------------------------

// Blocks lie one behind the other, and each knows the size of the one before, so that a free one
// is joined with free neighbours at once. Free blocks are in lists, one for each power of two;
// nothing here is searched, so the time that a call takes does not depend on what the heap holds.

typedef struct cabi_block {
    size_t before; // bytes of the block before this one, 0 if there is none
    size_t size;   // bytes with this header, a multiple of 8; the lowest bit is CABI_USED
    struct cabi_block *next, *previous; // in its list, while the block is free
} cabi_block;

enum {
    CABI_USED = 1,
    CABI_ALIGN = 8,
    CABI_HEADER = 8,               // what stays of a block's fields while it is used
    CABI_LEAST = sizeof(cabi_block),
    CABI_MOST = 0x7fff0000,        // bytes in one block
    CABI_PAGE = 0x10000,
    CABI_NOWHERE = 1,              // the end of a heap without blocks
};

static cabi_block *cabi_lists[32]; // by the largest power of two in the size
static uint32_t cabi_filled;       // which lists are not empty, as bits
static uintptr_t cabi_end;         // of the heap; 0 before it is used

extern unsigned char __heap_base;

#ifdef CABI_COUNT
size_t cabi_blocks;
#define CABI_COUNTED(n) (cabi_blocks += (size_t)(n))
#else
#define CABI_COUNTED(n) ((void)0)
#endif

static cabi_block *cabi_at(uintptr_t address) {
    return (cabi_block *)address;
}

static cabi_block *cabi_after(cabi_block *b) {
    return cabi_at((uintptr_t)b + b->size);
}

static unsigned cabi_list_of(size_t size) {
    return 31 - (unsigned)__builtin_clz(size);
}

static void cabi_put(cabi_block *b) {
    unsigned list = cabi_list_of(b->size);
    b->previous = NULL;
    b->next = cabi_lists[list];
    if (b->next)
        b->next->previous = b;
    cabi_lists[list] = b;
    cabi_filled |= 1u << list;
}

static void cabi_take(cabi_block *b) {
    unsigned list = cabi_list_of(b->size);
    if (b->next)
        b->next->previous = b->previous;
    if (b->previous)
        b->previous->next = b->next;
    else if (!(cabi_lists[list] = b->next))
        cabi_filled &= ~(1u << list);
}

// Joins a used block with its free neighbours and puts the result, which it returns, into a list.
static cabi_block *cabi_release(cabi_block *b) {
    b->size &= ~(size_t)CABI_USED;
    cabi_block *after = cabi_after(b);
    if (!(after->size & CABI_USED)) {
        cabi_take(after);
        b->size += after->size;
    }
    if (b->before) {
        cabi_block *before = cabi_at((uintptr_t)b - b->before);
        if (!(before->size & CABI_USED)) {
            cabi_take(before);
            before->size += b->size;
            b = before;
        }
    }
    cabi_after(b)->before = b->size;
    cabi_put(b);
    return b;
}

// Adds memory to the heap and returns the free block that it is in. The last header of the heap
// is that of a used block which has nothing behind it. If the heap went to where the memory
// begins, that block becomes part of the new one.
static cabi_block *cabi_add(uintptr_t from, size_t size) {
    cabi_block *first = cabi_at(from);
    if (from == cabi_end) {
        first = cabi_at(from - CABI_HEADER);
        size += CABI_HEADER;
    } else {
        first->before = 0;
    }
    cabi_block *last = cabi_at((uintptr_t)first + size - CABI_HEADER);
    first->size = (size - CABI_HEADER) | CABI_USED;
    last->size = CABI_HEADER | CABI_USED;
    cabi_end = (uintptr_t)last + CABI_HEADER;
    return cabi_release(first);
}

// Adds the memory that a module has to begin with, from the end of the static data.
static void cabi_begin(void) {
    uintptr_t from = ((uintptr_t)&__heap_base + CABI_ALIGN - 1) & ~(uintptr_t)(CABI_ALIGN - 1);
    uintptr_t to = __builtin_wasm_memory_size(0) * CABI_PAGE;
    cabi_end = CABI_NOWHERE;
    if (to > from && to - from >= CABI_LEAST + CABI_HEADER)
        cabi_add(from, to - from);
}

// Grows the memory by a free block of at least the size, which it returns, or NULL.
static cabi_block *cabi_grow(size_t size) {
    size_t pages = (size + 2 * CABI_HEADER + CABI_PAGE - 1) / CABI_PAGE;
    size_t from = __builtin_wasm_memory_grow(0, pages);
    if (from == (size_t)-1)
        return NULL;
    return cabi_add(from * CABI_PAGE, pages * CABI_PAGE);
}

// Finds a free block of at least the size, or NULL.
static cabi_block *cabi_find(size_t size) {
    unsigned list = cabi_list_of(size);
    cabi_block *b = cabi_lists[list];
    if (b && b->size >= size)
        return b;
    uint32_t larger = cabi_filled & ~(2 * (1u << list) - 1); // no block in these is too small
    return larger ? cabi_lists[__builtin_ctz(larger)] : NULL;
}

__attribute__((__weak__)) void *cabi_malloc(size_t size) {
    if (size > CABI_MOST)
        return NULL;
    size = (size + CABI_HEADER + CABI_ALIGN - 1) & ~(size_t)(CABI_ALIGN - 1);
    if (size < CABI_LEAST)
        size = CABI_LEAST;
    if (!cabi_end)
        cabi_begin();
    cabi_block *b = cabi_find(size);
    if (!b && !(b = cabi_grow(size)))
        return NULL;
    cabi_take(b);
    if (b->size - size >= CABI_LEAST) {
        cabi_block *rest = cabi_at((uintptr_t)b + size);
        rest->before = size;
        rest->size = b->size - size;
        cabi_after(rest)->before = rest->size;
        b->size = size;
        cabi_put(rest);
    }
    b->size |= CABI_USED;
    CABI_COUNTED(1);
    return (char *)b + CABI_HEADER;
}

__attribute__((__weak__)) void cabi_free(void *ptr) {
    if (!ptr)
        return;
    cabi_block *b = cabi_at((uintptr_t)ptr - CABI_HEADER);
    if (ptr < (void *)(&__heap_base + CABI_HEADER) || !(b->size & CABI_USED))
        __builtin_trap();
    CABI_COUNTED(-1);
    cabi_release(b);
}

__attribute__((__weak__)) void *cabi_realloc(void *ptr, size_t old_size, size_t align, size_t new_size) {
    void *moved = (void *)align; // nothing needs no memory
    if (new_size > 0) {
        moved = align <= CABI_ALIGN ? cabi_malloc(new_size) : NULL;
        if (!moved)
            __builtin_trap();
        __builtin_memcpy(moved, ptr, old_size < new_size ? old_size : new_size);
    }
    if (old_size > 0)
        cabi_free(ptr);
    return moved;
}

// The export is a function of its own, so that it is there whoever defines cabi_realloc.
__attribute__((__weak__, __export_name__("cabi_realloc")))
void *__wasm_export_cabi_realloc(void *ptr, size_t old_size, size_t align, size_t new_size) {
    return cabi_realloc(ptr, old_size, align, new_size);
}
