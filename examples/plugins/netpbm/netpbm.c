/* A plugin in C: pictures in the binary Netpbm formats PGM (grey) and PPM (coloured), which are a few numbers as text and
 * then the pixels. A picture keeps the file and makes rows of it as they are wanted. */

#include "plugin.h"

enum { DEPTH = 255 }; /* the largest value of a colour; others are not read */

struct exports_demo_pictures_codec_picture_t {
    plugin_list_u8_t file;
    const uint8_t *pixels;
    uint32_t width, height, channels;
};

typedef exports_demo_pictures_codec_picture_t picture;
typedef exports_demo_pictures_codec_flaw_t flaw;

/* -- Recognizing ------------------------------------------------------------------------ */

/* Returns how many bytes a pixel has in a file that begins like this, or 0 if it is of another format. */
static uint32_t channels_of(const plugin_list_u8_t *file) {
    if (file->len < 2 || file->ptr[0] != 'P')
        return 0;
    return file->ptr[1] == '5' ? 1 : file->ptr[1] == '6' ? 3 : 0;
}

bool exports_demo_pictures_codec_recognize(plugin_list_u8_t *beginning, plugin_string_t *ret) {
    uint32_t channels = channels_of(beginning);
    plugin_list_u8_free(beginning);
    if (channels)
        plugin_string_dup(ret, channels == 1 ? "PGM" : "PPM");
    return channels != 0;
}

/* -- Decoding --------------------------------------------------------------------------- */

static bool is_space(uint8_t c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
}

/* Reads a number with white space and comments before it, from *at on. Returns 0 if there is none. */
static uint32_t number(const plugin_list_u8_t *file, size_t *at) {
    const uint32_t most = 1 << 24; /* no number here is larger */
    bool comment = false;
    while (*at < file->len && (comment || is_space(file->ptr[*at]) || file->ptr[*at] == '#')) {
        comment = (comment || file->ptr[*at] == '#') && file->ptr[*at] != '\n';
        ++*at;
    }
    uint32_t n = 0;
    while (*at < file->len && file->ptr[*at] >= '0' && file->ptr[*at] <= '9' && n < most)
        n = 10 * n + (file->ptr[(*at)++] - '0');
    return n < most ? n : 0;
}

/* Fills in a picture from its file. Returns false with a reason, or with NULL for a picture that is too large. */
static bool decode(picture *p, const char **reason) {
    size_t at = 2;
    p->channels = channels_of(&p->file);
    p->width = number(&p->file, &at);
    p->height = number(&p->file, &at);
    if (!p->channels || !p->width || !p->height) {
        *reason = "it has no size";
        return false;
    }
    if (number(&p->file, &at) != DEPTH) {
        *reason = "its colours do not go to 255";
        return false;
    }
    ++at; /* one space, and then the pixels */
    if ((uint64_t)p->width * p->height > demo_pictures_viewer_max_pixels()) {
        *reason = NULL;
        return false;
    }
    if (at > p->file.len || p->file.len - at < (uint64_t)p->width * p->height * p->channels) {
        *reason = "it ends too early";
        return false;
    }
    p->pixels = p->file.ptr + at;
    return true;
}

bool exports_demo_pictures_codec_static_picture_decode(
    plugin_list_u8_t *file, exports_demo_pictures_codec_own_picture_t *ret, flaw *err) {
    const char *reason = "there is no memory for it";
    picture *p = cabi_malloc(sizeof *p);
    if (p) {
        p->file = *file;
        if (decode(p, &reason)) {
            *ret = exports_demo_pictures_codec_picture_new(p);
            return true;
        }
        cabi_free(p);
    }
    plugin_list_u8_free(file);
    if (reason) {
        err->tag = EXPORTS_DEMO_PICTURES_CODEC_FLAW_BROKEN;
        plugin_string_dup(&err->val.broken, reason);
    } else {
        err->tag = EXPORTS_DEMO_PICTURES_CODEC_FLAW_TOO_LARGE;
    }
    return false;
}

void exports_demo_pictures_codec_picture_destructor(picture *p) {
    plugin_list_u8_free(&p->file);
    cabi_free(p);
}

/* -- Showing ---------------------------------------------------------------------------- */

void exports_demo_pictures_codec_method_picture_size(picture *p, exports_demo_pictures_codec_size_t *ret) {
    ret->width = p->width;
    ret->height = p->height;
}

void exports_demo_pictures_codec_method_picture_row(picture *p, uint32_t y, plugin_list_u8_t *ret) {
    if (y >= p->height)
        __builtin_trap(); /* the viewer knows the size */
    ret->len = 4 * p->width;
    ret->ptr = cabi_realloc(NULL, 0, 1, ret->len);
    const uint8_t *from = p->pixels + (size_t)y * p->width * p->channels;
    for (uint32_t x = 0; x < p->width; x++, from += p->channels) {
        uint8_t *to = ret->ptr + 4 * x;
        to[0] = from[0];
        to[1] = from[p->channels / 2];
        to[2] = from[p->channels - 1];
        to[3] = 255;
    }
}
