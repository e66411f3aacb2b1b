/* Work that goes on in the background while something is tested: programs that read a large file and draw, and two that
 * flood the file system, the log and the kernel with calls. Each is started again when it has ended. */

#ifndef LOAD_H
#define LOAD_H

#include "common.h"

/* Makes the file, starts all of it, and returns when each has done some work. */
bool load_start(text *why);

/* Looks after it: takes what the programs report, which has to be right, and starts those again that have ended. What a
 * program could not read is wrong too, unless the file system was ended in the meantime; see load_excuse. */
bool load_tend(text *why);

/* Tends it for so many nanoseconds. */
bool load_tend_for(uint64_t nanoseconds, text *why);

/* Says that the file system is about to be ended: each of the programs may lose one call by that, and no more. */
void load_excuse(void);

enum { LOADS = 5 };

/* Ends one of the programs, which may be anywhere in what it does. It is started again by load_tend. */
bool load_kill(uint32_t n, text *why);

/* What a program is called, with what it does. */
const char *load_name(uint32_t n);

/* Returns when each has done some work since it was killed last, then ends all of it. */
bool load_stop(text *why);

/* So many times the file was read, or the picture drawn. */
uint64_t load_done(void);

#endif
