// -- Strings ----------------------------------------------------------------------------------

// Text in UTF-8, which does not end in a zero byte.
typedef struct world_string_t {
    uint8_t *ptr;
    size_t len;
} world_string_t;

// Has ret refer to a text that ends in a zero byte, without copying it.
void world_string_set(world_string_t *ret, const char *s);

// Copies a text that ends in a zero byte.
void world_string_dup(world_string_t *ret, const char *s);

// Copies len bytes.
void world_string_dup_n(world_string_t *ret, const char *s, size_t len);

void world_string_free(world_string_t *ptr);
