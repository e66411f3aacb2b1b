/* An actor that attacks, in the ways that were known of actors: with lengths that overflow, negative offsets, floods, and
 * loops without end. Chaos sends it the number of an attack; it says that this comes next, and ends with what came of
 * it as its status, if it can. */

#include "../lib/actor.h"
#include "../lib/labels.h"
#include "../lib/rogue.h"

#define ORDERS GRANT(0)
#define REPORTS GRANT(1)
#define BOARD GRANT(2) /* to be read only */

enum { SIZE = 65536 }; /* of the board */

static uint8_t buffer[PAYLOAD];

static void spin(void) {
    for (volatile unsigned n = 0;; n++)
        ;
}

/* Sends to itself until the queue is full. Returns whether that had an end. */
static bool flood(void) {
    for (int i = 0; i < 100000; i++)
        if (sys_cap_send(REPORTS, ROGUE_FLOOD, buffer, sizeof buffer, NO_CAPABILITY) < 0)
            return true;
    return false;
}

/* Does one of them. Returns whether it was refused. */
static bool attack(uint8_t number) {
    switch (number) {
    case ROGUE_READ_BEYOND:
        return sys_cap_mem_read(BOARD, SIZE - 4, buffer, 8) < 0;
    case ROGUE_READ_NEGATIVE:
        return sys_cap_mem_read(BOARD, -4, buffer, 4) < 0;
    case ROGUE_READ_OVERFLOW:
        return sys_cap_mem_read(BOARD, INT32_MAX, buffer, sizeof buffer) < 0;
    case ROGUE_WRITE_READ_ONLY:
        return sys_cap_mem_write(BOARD, 0, buffer, 4) < 0;
    case ROGUE_LENGTH_NEGATIVE:
        return sys_cap_mem_read(BOARD, 0, buffer, -1) < 0;
    case ROGUE_POINTER_BEYOND:
        return sys_cap_mem_read(BOARD, 0, (void *)0xfffffff0, 64) < 0;
    case ROGUE_LONG_MESSAGE:
        return sys_cap_send(REPORTS, ROGUE_LONG_MESSAGE, (void *)64, PAYLOAD + 1, NO_CAPABILITY) < 0;
    case ROGUE_FOREIGN_SLOT:
        return sys_cap_send(REPORTS, ROGUE_FOREIGN_SLOT, buffer, 4, 40) < 0;
    case ROGUE_STALE_HANDLE:
        return sys_cap_mem_read((int64_t)2 << 32 | 2, 0, buffer, 4) < 0;
    case ROGUE_NEGATIVE_HANDLE:
        return sys_cap_send(-1, ROGUE_NEGATIVE_HANDLE, buffer, 4, NO_CAPABILITY) < 0;
    case ROGUE_WRONG_KIND:
        return sys_cap_mem_read(ORDERS, 0, buffer, 4) < 0;
    case ROGUE_SEND_TO_ORDERS:
        return sys_cap_send(ORDERS, ROGUE_SEND_TO_ORDERS, buffer, 4, NO_CAPABILITY) < 0;
    case ROGUE_LOG_BEYOND:
        sys_log((void *)0xffffff00, 0x1000);
        return false;
    case ROGUE_FLOOD:
        return flood();
    case ROGUE_SPIN:
        spin();
    }
    return true;
}

void _start(void) {
    if (sys_cap_recv(ORDERS, buffer, sizeof buffer) < 0)
        sys_exit(2);
    if (sys_cap_send(REPORTS, BEGUN, buffer, 1, NO_CAPABILITY) < 0)
        sys_exit(2);
    sys_exit(attack(buffer[0]) ? 0 : 1);
}
