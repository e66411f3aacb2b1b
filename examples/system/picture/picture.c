/* Draws a picture on the screen, or with the argument "check" looks whether it is there: the world demo:system/picture. */

#include "picture.h"
#include "pixel.h"

#define WORLD picture
#include "../lib/text.h"
#include "../lib/world.h"

enum { WIDEST = 4096 };

static uint32_t rows[CELL * WIDEST]; /* of pixels, as many as a cell is high */

typedef witan_kernel_display_borrow_framebuffer_t framebuffer;
typedef witan_kernel_display_mode_t mode;

/* Computes the rows from one that is at the top of cells. */
static bytes_t rows_at(uint32_t y, const mode *m) {
    for (uint32_t i = 0; i < CELL * m->width; i++)
        rows[i] = i < m->width ? colour(i / CELL, y / CELL, m->width / CELL, m->height / CELL) : rows[i - m->width];
    return (bytes_t){(uint8_t *)rows, CELL * m->width * sizeof rows[0]};
}

static bool draw_rows(framebuffer screen, uint32_t y, const mode *m) {
    witan_kernel_display_error_t err;
    bytes_t pixels = rows_at(y, m);
    return witan_kernel_display_method_framebuffer_draw(screen, 0, y, m->width, &pixels, &err);
}

static bool check_rows(framebuffer screen, uint32_t y, const mode *m) {
    const uint32_t seen = 0xffffff; /* the fourth byte does not matter */
    witan_kernel_display_error_t err;
    bytes_t pixels;
    rows_at(y, m);
    if (!witan_kernel_display_method_framebuffer_capture(screen, 0, y, m->width, CELL, &pixels, &err))
        return false;
    const uint32_t *got = (const uint32_t *)pixels.ptr;
    bool equal = pixels.len == CELL * m->width * sizeof rows[0];
    for (uint32_t i = 0; i < CELL * m->width && equal; i++)
        equal = (got[i] & seen) == rows[i];
    bytes_free(&pixels);
    return equal;
}

/* Does something with all rows. Those of a last cell that is not whole stay as they are. */
static bool each(framebuffer screen, bool (*what)(framebuffer, uint32_t, const mode *)) {
    mode m;
    witan_kernel_display_method_framebuffer_mode(screen, &m);
    for (uint32_t y = 0; m.width <= WIDEST && y + CELL <= m.height; y += CELL)
        if (!what(screen, y, &m))
            return false;
    return m.width <= WIDEST;
}

static bool is_check(void) {
    strings_t arguments;
    wasi_cli_environment_get_arguments(&arguments);
    bool check = arguments.len > 1 && is(arguments.ptr[1].ptr, arguments.ptr[1].len, "check");
    strings_free(&arguments);
    return check;
}

bool exports_wasi_cli_run_run(void) {
    string_t name = LITERAL("screen");
    witan_kernel_capability_own_capability_t capability;
    witan_kernel_capability_error_t err;
    witan_kernel_display_own_framebuffer_t screen;
    return witan_kernel_capability_granted(&name, &capability, &err) &&
           witan_kernel_display_static_framebuffer_open(capability, &screen, &err) &&
           each(witan_kernel_display_borrow_framebuffer(screen), is_check() ? check_rows : draw_rows);
}
