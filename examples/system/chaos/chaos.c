/* Has other processes attack the system, one after the other, and looks after each what has become of it and whether all
 * others answer: the world demo:system/chaos. An attack is blocked if it was refused, or cost its own process, and nothing
 * else. */

#include "chaos.h"

#define WORLD chaos
#include "../lib/attacks.h"
#include "../lib/report.h"
#include "../lib/rogue.h"

typedef enum how { TRAPS, FAILS, LASTS } how;
typedef witan_kernel_processes_own_child_t child;
typedef witan_kernel_processes_ending_t ending;

enum {
    WHILE = 20,       /* milliseconds that an attack lasts which has no end */
    PATIENCE = 60000, /* milliseconds until one that has must have come to it, on a machine that is busy with others, too */
};

static unsigned attacks, blocked;

/* -- The others ---------------------------------------------------------------------------- */

static bool entropy_answers(void) {
    bytes_t bytes;
    demo_system_entropy_failure_t why;
    if (!demo_system_entropy_bytes(8, &bytes, &why))
        return false;
    bytes_free(&bytes);
    return true;
}

static bool files_answer(void) {
    demo_system_files_list_entry_t all;
    demo_system_files_failure_t why;
    if (!demo_system_files_entries(&all, &why))
        return false;
    demo_system_files_list_entry_free(&all);
    return true;
}

static bool log_answers(void) {
    static mailbox box;
    static bool open;
    witan_kernel_endpoint_error_t err;
    message m = mail(LOG_COUNT, NULL, 0), answer;
    open = open || mailbox_open("log", &box, &err);
    if (!open || !mail_call(box, &m, PATIENCE * (uint64_t)MILLISECOND, &answer, &err))
        return false;
    witan_kernel_endpoint_message_free(&answer);
    return true;
}

/* Says who does not answer, NULL if all do. */
static const char *silent(void) {
    if (!entropy_answers())
        return "the random number driver does not answer";
    if (!files_answer())
        return "the file system does not answer";
    return log_answers() ? NULL : "the log does not answer";
}

/* -- Attacks ------------------------------------------------------------------------------- */

/* Says what is wrong about an ending, NULL if nothing is, and how the attack was blocked. */
static const char *judge(const ending *e, how h, const char **by) {
    bool trapped = e->tag == WITAN_KERNEL_PROCESSES_ENDING_TRAPPED;
    *by = trapped ? "cost its process" : "refused";
    if (e->tag == WITAN_KERNEL_PROCESSES_ENDING_EXITED && e->val.exited != 0)
        return "it has had its way";
    if (h == LASTS)
        return "it has come to an end";
    return trapped == (h == TRAPS) ? NULL : trapped ? "it was to fail, and has trapped" : "it was to trap, and has not";
}

/* Waits for the end of an attack, and judges it. */
static const char *await(witan_kernel_processes_borrow_child_t c, how h, const char **by) {
    uint64_t patience = (h == LASTS ? WHILE : PATIENCE) * (uint64_t)MILLISECOND;
    ending e;
    witan_kernel_processes_error_t err;
    if (witan_kernel_processes_method_child_wait(c, &patience, &e, &err)) {
        const char *wrong = judge(&e, h, by);
        witan_kernel_processes_ending_free(&e);
        return wrong;
    }
    const char *wrong = h == LASTS ? silent() : "it does not end";
    *by = "killed";
    if (!witan_kernel_processes_method_child_kill(c, &err))
        return "it can't be killed";
    return wrong;
}

/* Prints what has become of an attack. */
static void tell(const char *what, const char *wrong, const char *by) {
    TEXT(t, 256);
    attacks++;
    blocked += !wrong;
    put(&t, wrong ? "BREACHED " : "blocked  ");
    put(&t, what);
    put(&t, ": ");
    put(&t, wrong ? wrong : by);
    put(&t, "\n");
    report(&t);
}

/* Has a process do an attack, which it is told of by its argument. */
static void attack(const char *process, const char *name, how h, const char *what) {
    string_t who = {(uint8_t *)process, length(process)}, argument = {(uint8_t *)name, length(name)};
    strings_t arguments = {&argument, 1};
    child c;
    witan_kernel_processes_error_t err;
    const char *by = "";
    if (!witan_kernel_processes_static_child_spawn(&who, &arguments, NULL, &c, &err)) {
        tell(what, "it can't be started", by);
        return;
    }
    const char *wrong = await(witan_kernel_processes_borrow_child(c), h, &by);
    witan_kernel_processes_child_drop_own(c);
    tell(what, wrong ? wrong : silent(), by);
}

/* -- The rogue actor ----------------------------------------------------------------------- */

static const struct {
    const char *what;
    how how;
} rogue_attacks[ROGUE_END] = {
    [ROGUE_READ_BEYOND] = {"an actor that reads behind shared memory", FAILS},
    [ROGUE_READ_NEGATIVE] = {"an actor that reads at a negative offset", FAILS},
    [ROGUE_READ_OVERFLOW] = {"an actor whose offset and length overflow", FAILS},
    [ROGUE_WRITE_READ_ONLY] = {"an actor that writes where it may read", FAILS},
    [ROGUE_LENGTH_NEGATIVE] = {"an actor that reads -1 bytes", TRAPS},
    [ROGUE_POINTER_BEYOND] = {"an actor that reads to behind its memory", TRAPS},
    [ROGUE_LONG_MESSAGE] = {"an actor that sends 49 bytes", FAILS},
    [ROGUE_FOREIGN_SLOT] = {"an actor that passes on what it does not have", FAILS},
    [ROGUE_STALE_HANDLE] = {"an actor with a handle of another generation", FAILS},
    [ROGUE_NEGATIVE_HANDLE] = {"an actor with the handle -1", FAILS},
    [ROGUE_WRONG_KIND] = {"an actor that reads an endpoint as memory", FAILS},
    [ROGUE_SEND_TO_ORDERS] = {"an actor that sends where it may receive", FAILS},
    [ROGUE_LOG_BEYOND] = {"an actor that logs what is behind its memory", TRAPS},
    [ROGUE_FLOOD] = {"an actor that floods a queue", FAILS},
    [ROGUE_SPIN] = {"an actor that loops for ever", LASTS},
};

/* Takes what an actor has left in a queue. */
static void drain(mailbox box) {
    delivery d;
    witan_kernel_endpoint_error_t err;
    while (mail_receive(box, 0, &d, &err))
        witan_kernel_endpoint_delivery_free(&d);
}

/* Has the actor do all of its attacks. It gets its orders in a message, since actors have no arguments. */
static void attack_as_actor(void) {
    mailbox orders, reports;
    witan_kernel_endpoint_error_t err;
    if (!mailbox_open("orders", &orders, &err) || !mailbox_open("reports", &reports, &err)) {
        tell("the rogue actor", "it can't be reached", "");
        return;
    }
    for (uint8_t n = 1; n < ROGUE_END; n++) {
        message m = mail(n, &n, 1);
        mail_send(orders, &m, 1000ull * MILLISECOND, &err);
        attack("rogue", "", rogue_attacks[n].how, rogue_attacks[n].what);
        drain(reports);
    }
}

/* ------------------------------------------------------------------------------------------ */

#define ATTACK(h, name, what) attack("attacker", #name, h, what);
#define PROBE(h, name, what) attack("prober", #name, h, what);

bool exports_wasi_cli_run_run(void) {
    ATTACKS(ATTACK)
    DEVICE_ATTACKS(PROBE)
    attack_as_actor();
    TEXT(t, 128);
    put_number(&t, attacks);
    put(&t, " attacks, ");
    put_number(&t, blocked);
    put(&t, " blocked, ");
    put_number(&t, attacks - blocked);
    put(&t, " breached\n");
    report(&t);
    return attacks == blocked;
}
