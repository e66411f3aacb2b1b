/* A plugin that is up to no good. What it does for a file, the file says: behind the word HOSTILE, in one letter. */

#include "plugin.h"

struct exports_demo_pictures_codec_picture_t {
    char deed;
};

typedef exports_demo_pictures_codec_picture_t picture;

enum { MAGIC_SIZE = 7 };

/* -- Deeds ------------------------------------------------------------------------------ */

/* Takes all memory that there is to have, and never gives up. */
static void eat(void) {
    for (;;)
        __builtin_wasm_memory_grow(0, 1);
}

static void spin(void) {
    for (volatile unsigned n = 0;; n++)
        ;
}

/* Calls itself more often than there is room for on any stack. */
__attribute__((__noinline__)) static unsigned dive(volatile unsigned depth) {
    return depth == UINT32_MAX ? 0 : dive(depth + 1) + depth;
}

/* Keeps making pictures, each with a handle. */
static void hoard(void) {
    static picture p;
    for (;;)
        exports_demo_pictures_codec_picture_new(&p);
}

static void snoop(void) {
    volatile uint8_t *beyond = (uint8_t *)0xfffffff0;
    *beyond = 1;
}

static void act(char deed) {
    switch (deed) {
    case 'e':
        eat();
    case 's':
        spin();
    case 'd':
        dive(0);
        break;
    case 'h':
        hoard();
    case 'm':
        snoop();
        break;
    case 't':
        __builtin_trap();
    }
}

/* -- The exports ------------------------------------------------------------------------ */

bool exports_demo_pictures_codec_recognize(plugin_list_u8_t *beginning, plugin_string_t *ret) {
    if (beginning->len <= MAGIC_SIZE || beginning->ptr[0] != 'H')
        return false;
    switch (beginning->ptr[MAGIC_SIZE]) {
    case 'r':
        act('s');
        break;
    case 'c':
        plugin_string_dup(ret, "\x1b[2Jnothing to see\nhere");
        return true;
    case 'u': /* no text at all */
        plugin_string_dup(ret, "\xff\xfe");
        return true;
    }
    plugin_string_dup(ret, "harmless");
    return true;
}

bool exports_demo_pictures_codec_static_picture_decode(
    plugin_list_u8_t *file, exports_demo_pictures_codec_own_picture_t *ret, exports_demo_pictures_codec_flaw_t *err) {
    char deed = file->ptr[MAGIC_SIZE];
    if (deed == 'b') { /* an excuse of many megabytes */
        err->tag = EXPORTS_DEMO_PICTURES_CODEC_FLAW_BROKEN;
        err->val.broken.len = 64 << 20;
        err->val.broken.ptr = cabi_realloc(NULL, 0, 1, err->val.broken.len);
        __builtin_memset(err->val.broken.ptr, 'x', err->val.broken.len);
        return false;
    }
    act(deed);
    picture *p = cabi_malloc(sizeof *p);
    p->deed = deed;
    *ret = exports_demo_pictures_codec_picture_new(p);
    return true;
}

void exports_demo_pictures_codec_picture_destructor(picture *p) {
    if (p->deed == 'x') /* does it when it is over */
        spin();
}

void exports_demo_pictures_codec_method_picture_size(picture *p, exports_demo_pictures_codec_size_t *ret) {
    *ret = (exports_demo_pictures_codec_size_t){2, 2};
    if (p->deed == 'l')
        *ret = (exports_demo_pictures_codec_size_t){UINT32_MAX, UINT32_MAX};
}

void exports_demo_pictures_codec_method_picture_row(picture *p, uint32_t y, plugin_list_u8_t *ret) {
    (void)y;
    ret->len = p->deed == 'w' ? 7 : 8;
    ret->ptr = cabi_realloc(NULL, 0, 1, ret->len);
    if (p->deed == 'o') /* more than there is memory */
        ret->len = 0x7fffffff;
}
