/* What the picture is: a colour for each place, computed with integers, so that whoever looks at the screen can compute it
 * as well. */

#ifndef PIXEL_H
#define PIXEL_H

#include <stdint.h>

enum { CELL = 4 }; /* pixels in a row and in a column that have one colour */

/* The letters of the name, five columns of seven bits each, the lowest bit at the top. */
static const uint8_t letters[][5] = {
    {0x7f, 0x20, 0x18, 0x20, 0x7f}, /* W */
    {0x00, 0x41, 0x7f, 0x41, 0x00}, /* I */
    {0x01, 0x01, 0x7f, 0x01, 0x01}, /* T */
    {0x7e, 0x11, 0x11, 0x11, 0x7e}, /* A */
    {0x7f, 0x02, 0x0c, 0x10, 0x7f}, /* N */
};

enum { LETTERS = 5, COLUMNS = 6, ROWS = 7, STROKE = 6 }; /* STROKE: cells that a dot of a letter is wide */

/* Goes up and down between 0 and 255 as n grows. */
static inline uint32_t wave(uint32_t n) {
    n &= 511;
    return n < 256 ? n : 511 - n;
}

/* Reports whether a cell is one of the name, which is in the middle of so many cells. */
static inline uint32_t is_letter(uint32_t x, uint32_t y, uint32_t width, uint32_t height) {
    uint32_t left = (width - LETTERS * COLUMNS * STROKE) / 2, top = (height - ROWS * STROKE) / 2;
    uint32_t column = (x - left) / STROKE, row = (y - top) / STROKE;
    if (x < left || y < top || column >= LETTERS * COLUMNS || row >= ROWS || column % COLUMNS == COLUMNS - 1)
        return 0;
    return letters[column / COLUMNS][column % COLUMNS] >> row & 1;
}

/* The colour of a cell of a picture that has so many. */
static inline uint32_t colour(uint32_t x, uint32_t y, uint32_t width, uint32_t height) {
    if (is_letter(x, y, width, height))
        return 0xffffff;
    uint32_t red = wave(3 * x + wave(2 * y)), green = wave(2 * y + x), blue = 64 + wave(x * y / 32) / 2;
    return red / 2 << 16 | green / 2 << 8 | blue;
}

#endif
