/* What all parts of the shell use. */

#ifndef COMMON_H
#define COMMON_H

#include "shell.h"

#define WORLD shell
#include "../lib/console.h"
#include "../lib/labels.h"
#include "../lib/mailbox.h"

typedef witan_kernel_monitor_info_t process;
typedef witan_kernel_monitor_list_info_t processes;
typedef witan_kernel_processes_ending_t ending;

#define SECOND (1000ull * MILLISECOND)

/* Nanoseconds after which something is taken not to happen any more, however busy the machine is. */
#define PATIENCE (60 * SECOND)

/* -- Commands ------------------------------------------------------------------------------ */

enum { MOST_WORDS = 16 };

/* The words of a command, of which the first one is its name. */
typedef struct command {
    size_t count;
    string_t words[MOST_WORDS];
} command;

/* Carries a command out. Returns its status, 0 for success. */
int execute(const command *c);

/* Puts the words of a command from the n-th on, with spaces between them. */
void put_words(text *t, const command *c, size_t n);

/* Says what is wrong, and returns the status of a failure. */
int complain(const char *what, const string_t *about);

/* The commands, by what they are about. */
int ps(const command *c), top(const command *c), calls(const command *c), audit(const command *c), strace(const command *c),
    end(const command *c), machine(const command *c);
int list(const command *c), show(const command *c), store(const command *c), erase(const command *c), format(const command *c),
    draw(const command *c);
int run(const command *c), tell(const command *c), tail(const command *c);
int selftest(const command *c), soak(const command *c);

/* -- Time ---------------------------------------------------------------------------------- */

static inline uint64_t now(void) {
    return wasi_clocks_monotonic_clock_now();
}

static inline void sleep(uint64_t nanoseconds) {
    wasi_io_poll_own_pollable_t p = wasi_clocks_monotonic_clock_subscribe_duration(nanoseconds);
    wasi_io_poll_method_pollable_block(wasi_io_poll_borrow_pollable(p));
    wasi_io_poll_pollable_drop_own(p);
}

/* -- Processes ----------------------------------------------------------------------------- */

/* Finds a process that has not ended by its name, or by its number in digits. */
bool find_process(const string_t *who, uint64_t *id);

/* Starts a program, waits for its end, and keeps what it reports, or prints it if that is NULL. Returns false if it can't
 * be started, or does not end in so many nanoseconds; then it is killed. Who gets the ending frees it. */
bool run_program(const string_t *name, const strings_t *arguments, uint64_t patience, text *reported, ending *how,
    witan_kernel_processes_error_t *err);

/* A reference to an endpoint for a program to report on: it can send there, and no more. */
bool report_to(mailbox box, witan_kernel_capability_own_capability_t *ret, witan_kernel_capability_error_t *err);

/* What an error of the kernel is called. */
const char *error_name(witan_kernel_capability_error_t err);

/* What a failure of the file system is called. */
const char *failure_name(demo_system_files_failure_t why);

#endif
