// -- Strings ----------------------------------------------------------------------------------

void world_string_set(world_string_t *ret, const char *s) {
    ret->ptr = (uint8_t *)s;
    ret->len = 0;
    while (s[ret->len])
        ret->len++;
}

void world_string_dup(world_string_t *ret, const char *s) {
    world_string_set(ret, s);
    world_string_dup_n(ret, s, ret->len);
}

void world_string_dup_n(world_string_t *ret, const char *s, size_t len) {
    ret->len = len;
    ret->ptr = cabi_realloc(NULL, 0, 1, len);
    __builtin_memcpy(ret->ptr, s, len);
}

void world_string_free(world_string_t *ptr) {
    if (ptr->len > 0)
        cabi_free(ptr->ptr);
    ptr->len = 0;
}
