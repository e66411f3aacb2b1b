/* Whether the others answer: what the self-test and the soak test ask again and again. */

#ifndef PROBE_H
#define PROBE_H

#include "common.h"

/* Asks each service something, and tells which one does not answer as it should. */
bool all_answer(text *why);

/* Has the actor send bytes back, 47 at most. */
bool ping(const uint8_t *bytes, size_t len, text *why);

/* Asks the log, and reads its answer as text. */
bool ask_log(uint64_t label, text *answer, text *why);

/* Gets random bytes from the driver. Who has them frees them. */
bool entropy(uint32_t n, bytes_t *ret, text *why);

/* A random number below n. */
bool random_below(uint32_t n, uint32_t *ret, text *why);

/* Has the saboteur do nothing. */
bool ask_saboteur(text *why);

/* Makes a file and looks whether it is what was written. */
bool round_trip(const char *name, const bytes_t *content, text *why);

/* Says that something failed with an error of the kernel, and returns false. */
bool failed(text *why, const char *what, witan_kernel_capability_error_t err);

/* Says what is wrong, and returns false. */
bool wrong(text *why, const char *what);

#endif
