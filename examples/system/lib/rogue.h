/* The attacks of the rogue actor, by their numbers. */

#ifndef ROGUE_H
#define ROGUE_H

enum {
    ROGUE_READ_BEYOND = 1,
    ROGUE_READ_NEGATIVE,
    ROGUE_READ_OVERFLOW,
    ROGUE_WRITE_READ_ONLY,
    ROGUE_LENGTH_NEGATIVE,
    ROGUE_POINTER_BEYOND,
    ROGUE_LONG_MESSAGE,
    ROGUE_FOREIGN_SLOT,
    ROGUE_STALE_HANDLE,
    ROGUE_NEGATIVE_HANDLE,
    ROGUE_WRONG_KIND,
    ROGUE_SEND_TO_ORDERS,
    ROGUE_LOG_BEYOND,
    ROGUE_FLOOD,
    ROGUE_SPIN,
    ROGUE_END, /* the number of attacks, and one */
};

#endif
