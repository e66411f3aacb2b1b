// -- Memory -----------------------------------------------------------------------------------

// The heap behind the static data. All three can be replaced by a program that has a heap
// already, which is to define all of them.

// Returns memory for size bytes at a multiple of 8, or NULL if there is none left.
void *cabi_malloc(size_t size);

// Frees what cabi_malloc or cabi_realloc returned; NULL is nothing. Freeing anything else, or
// the same twice, traps.
void cabi_free(void *ptr);

// Moves memory into a block of another size, or allocates it if there was none, and traps if it
// can't. This is what callers of the component allocate with, too.
void *cabi_realloc(void *ptr, size_t old_size, size_t align, size_t new_size);

#ifdef CABI_COUNT
// How many blocks are allocated: to look for leaks with.
extern size_t cabi_blocks;
#endif
