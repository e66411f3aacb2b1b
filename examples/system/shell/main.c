/* The shell: commands from the serial port, one on each line, or a single one in the program's arguments, with whose status
 * the system ends then. The world demo:system/shell is all that it may do: it sees all processes and ends those that are
 * not essential, and it starts what boot.toml has down as startable. */

#include "common.h"

static int help(const command *c);

static const struct {
    const char *name, *usage, *what;
    size_t least; /* words, with the name */
    int (*run)(const command *);
} commands[] = {
    {"help", "", "show this list", 1, help},
    {"ps", "", "list all processes", 1, ps},
    {"top", "[SECONDS]", "show which processes are busy", 1, top},
    {"calls", "PROCESS", "show which system calls a process has made", 2, calls},
    {"audit", "[N]", "show the last entries of the kernel's record", 1, audit},
    {"strace", "PROCESS on|off", "print the system calls of a process", 3, strace},
    {"kill", "PROCESS", "end a process", 2, end},
    {"run", "PROGRAM [ARGUMENT...]", "run a program: words, sums, picture, chaos", 2, run},
    {"chaos", "", "attack the system, and report what came of that", 1, run},
    {"ls", "", "list files", 1, list},
    {"cat", "FILE", "print a file", 2, show},
    {"write", "FILE TEXT...", "make a file", 2, store},
    {"rm", "FILE", "remove a file", 2, erase},
    {"format", "", "remove all files", 1, format},
    {"rand", "[N]", "print random bytes of the device", 1, draw},
    {"log", "TEXT...", "tell the log something", 2, tell},
    {"tail", "", "show the end of the log", 1, tail},
    {"free", "", "show how many processors there are, and how much memory", 1, machine},
    {"cpus", "", "the same", 1, machine},
    {"selftest", "", "test the system", 1, selftest},
    {"soak", "MINUTES", "test the system for longer, and look at memory", 2, soak},
    {"reboot", "", "start the machine anew", 1, machine},
    {"shutdown", "[STATUS]", "turn the machine off", 1, machine},
};

enum { COMMANDS = sizeof commands / sizeof commands[0] };

static int help(const command *c) {
    (void)c;
    TEXT(t, 4096);
    for (size_t i = 0; i < COMMANDS; i++) {
        TEXT(usage, 40);
        put(&usage, commands[i].name);
        put(&usage, " ");
        put(&usage, commands[i].usage);
        put(&t, "  ");
        put_left(&t, usage.bytes, usage.len, 32);
        put(&t, commands[i].what);
        put(&t, "\n");
    }
    print_text(&t);
    return 0;
}

void put_words(text *t, const command *c, size_t n) {
    for (size_t i = n; i < c->count; i++) {
        if (i > n)
            put(t, " ");
        put_n(t, c->words[i].ptr, c->words[i].len);
    }
}

int complain(const char *what, const string_t *about) {
    TEXT(t, 256);
    put(&t, what);
    if (about)
        put_n(&t, about->ptr, about->len < 100 ? about->len : 100); /* and there is room for the end of the line */
    put(&t, "\n");
    print_text(&t);
    return 1;
}

int execute(const command *c) {
    for (size_t i = 0; i < COMMANDS; i++) {
        if (!is(c->words[0].ptr, c->words[0].len, commands[i].name))
            continue;
        if (c->count >= commands[i].least)
            return commands[i].run(c);
        TEXT(t, 256);
        put(&t, "usage: ");
        put(&t, commands[i].name);
        put(&t, " ");
        put(&t, commands[i].usage);
        put(&t, "\n");
        print_text(&t);
        return 1;
    }
    return complain("there is no such command, see help: ", &c->words[0]);
}

/* Takes a line apart. */
static command parse(char *line, size_t len) {
    command c = {0};
    for (size_t i = 0; i < len && c.count < MOST_WORDS; i++) {
        if (line[i] <= ' ')
            continue;
        string_t *word = &c.words[c.count++];
        word->ptr = (uint8_t *)line + i;
        for (word->len = 0; i < len && line[i] > ' '; i++)
            word->len++;
    }
    return c;
}

/* Reads lines until there are no more, and carries each out. A line that is too long is cut off. */
static void interact(void) {
    static char line[512];
    size_t len = 0;
    wasi_cli_stdin_own_input_stream_t in = wasi_cli_stdin_get_stdin();
    bytes_t some;
    wasi_io_streams_stream_error_t why;
    print("This is Witan. help lists the commands.\n> ");
    while (wasi_io_streams_method_input_stream_blocking_read(wasi_io_streams_borrow_input_stream(in), 256, &some, &why)) {
        for (size_t i = 0; i < some.len; i++) {
            char b = (char)some.ptr[i];
            if (b != '\n' && b != '\r') {
                if (len < sizeof line)
                    line[len++] = b;
                continue;
            }
            command c = parse(line, len);
            len = 0;
            if (c.count > 0)
                execute(&c);
            print("> ");
        }
        bytes_free(&some);
    }
}

/* The command in the program's arguments, if there is one. */
static command arguments(void) {
    command c = {0};
    strings_t all; /* is kept, since the command refers to it */
    wasi_cli_environment_get_arguments(&all);
    for (size_t i = 1; i < all.len && c.count < MOST_WORDS; i++)
        c.words[c.count++] = all.ptr[i];
    return c;
}

bool exports_wasi_cli_run_run(void) {
    command c = arguments();
    if (c.count > 0)
        witan_kernel_process_exit((uint8_t)execute(&c));
    interact();
    return true;
}
