/* An actor that answers messages: it sends back what it gets, in reverse order. It counts them in memory that it shares with
 * others, and tells the log of the first one.
 *
 * The first byte of a message says how many count of those behind it: actors are not told the length. */

#include "../lib/actor.h"
#include "../lib/labels.h"

#define PINGS GRANT(0)
#define PONGS GRANT(1)
#define BOARD GRANT(2)
#define LOG GRANT(3)

static void reverse(uint8_t *bytes, size_t len) {
    for (size_t i = 0; i < len / 2; i++) {
        uint8_t first = bytes[i];
        bytes[i] = bytes[len - 1 - i];
        bytes[len - 1 - i] = first;
    }
}

void _start(void) {
    static const char line[] = "an actor has got its first message";
    uint8_t payload[PAYLOAD];
    uint32_t count = 0;
    while (sys_cap_recv(PINGS, payload, sizeof payload) >= 0) {
        if (payload[0] < PAYLOAD)
            reverse(payload + 1, payload[0]);
        if (count++ == 0)
            sys_cap_send(LOG, LOG_LINE, line, sizeof line - 1, NO_CAPABILITY);
        sys_cap_mem_write(BOARD, 0, &count, sizeof count);
        if (sys_cap_send(PONGS, PONG, payload, sizeof payload, NO_CAPABILITY) < 0)
            sys_exit(1);
    }
    sys_exit(1);
}
