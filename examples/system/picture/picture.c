/* Draws a picture on the screen: the world demo:system/picture. */

#include "picture.h"
#include "pixel.h"

#define WORLD picture
#include "../lib/text.h"
#include "../lib/world.h"

enum { WIDEST = 4096 };

static uint32_t rows[CELL * WIDEST]; /* of pixels that are drawn at once */

static bool draw(witan_kernel_display_borrow_framebuffer_t screen) {
    witan_kernel_display_mode_t mode;
    witan_kernel_display_error_t err;
    witan_kernel_display_method_framebuffer_mode(screen, &mode);
    if (mode.width > WIDEST)
        return false;
    for (uint32_t y = 0; y < mode.height; y += CELL) {
        for (uint32_t i = 0; i < CELL * mode.width; i++)
            rows[i] = i < mode.width ? colour(i / CELL, y / CELL, mode.width / CELL, mode.height / CELL) : rows[i - mode.width];
        bytes_t pixels = {(uint8_t *)rows, CELL * mode.width * sizeof rows[0]};
        if (!witan_kernel_display_method_framebuffer_draw(screen, 0, y, mode.width, &pixels, &err))
            return false;
    }
    return true;
}

bool exports_wasi_cli_run_run(void) {
    string_t name = LITERAL("screen");
    witan_kernel_capability_own_capability_t capability;
    witan_kernel_capability_error_t err;
    witan_kernel_display_own_framebuffer_t screen;
    return witan_kernel_capability_granted(&name, &capability, &err) &&
           witan_kernel_display_static_framebuffer_open(capability, &screen, &err) &&
           draw(witan_kernel_display_borrow_framebuffer(screen));
}
