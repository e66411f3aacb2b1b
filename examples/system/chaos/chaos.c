/* Has other processes attack the system, one after the other, and looks after each what has become of it and whether all
 * others answer: the world demo:system/chaos. An attack is blocked if it was refused, or cost its own process, and nothing
 * else. Whoever attacks says before that the attack comes next: without that nothing is known about it, however it ends. */

#include "chaos.h"

#define WORLD chaos
#include "../lib/attacks.h"
#include "../lib/report.h"
#include "../lib/rogue.h"

typedef enum how { TRAPS, FAILS, LASTS } how;
typedef enum outcome { BLOCKED, BREACHED, UNTRIED, OUTCOMES } outcome;

/* What has become of an attack, and how one sees that. */
typedef struct verdict {
    outcome outcome;
    const char *why;
} verdict;

typedef witan_kernel_processes_own_child_t child;
typedef witan_kernel_processes_ending_t ending;
typedef witan_kernel_capability_own_capability_t capability;

enum {
    WHILE = 20,       /* milliseconds that an attack goes on which has no end */
    PATIENCE = 60000, /* milliseconds until one must have begun, and until one must have ended that has an end, on a machine
                         that is busy with others, too */
    STEP = 5,         /* milliseconds between looks at two things */
};

static unsigned count[OUTCOMES];

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

static verdict breached(const char *why) {
    return (verdict){BREACHED, why};
}

static verdict untried(const char *why) {
    return (verdict){UNTRIED, why};
}

/* Takes what has been left in a queue. Returns whether the first of it says that an attack comes next. */
static bool drain(mailbox box) {
    delivery d;
    witan_kernel_endpoint_error_t err;
    bool begun = false;
    for (int i = 0; mail_receive(box, 0, &d, &err); i++) {
        begun = begun || (i == 0 && d.message.label == BEGUN);
        witan_kernel_endpoint_delivery_free(&d);
    }
    return begun;
}

/* Waits until an attack says that it comes next. Returns false if its process ends without that, or takes too long. */
static bool begins(witan_kernel_processes_borrow_child_t c, mailbox said) {
    const uint64_t step = STEP * (uint64_t)MILLISECOND;
    ending e;
    witan_kernel_processes_error_t err;
    for (int left = PATIENCE; left > 0; left -= STEP) {
        if (drain(said))
            return true;
        if (witan_kernel_processes_method_child_wait(c, &step, &e, &err)) {
            witan_kernel_processes_ending_free(&e);
            return drain(said); /* what it said last */
        }
    }
    return false;
}

/* Judges the end of an attack. */
static verdict judge(const ending *e, how h) {
    bool trapped = e->tag == WITAN_KERNEL_PROCESSES_ENDING_TRAPPED;
    if (e->tag == WITAN_KERNEL_PROCESSES_ENDING_EXITED && e->val.exited != 0)
        return breached("it has had its way");
    if (h == LASTS)
        return breached("it has come to an end");
    if (trapped != (h == TRAPS))
        return breached(trapped ? "it was to fail, and has trapped" : "it was to trap, and has not");
    return (verdict){BLOCKED, trapped ? "cost its process" : "refused"};
}

/* Waits for the end of an attack that has begun, at most so many milliseconds, and judges it. Returns false if there is
 * none. */
static bool ends(witan_kernel_processes_borrow_child_t c, how h, uint64_t within, verdict *ret) {
    const uint64_t time = within * MILLISECOND;
    ending e;
    witan_kernel_processes_error_t err;
    if (!witan_kernel_processes_method_child_wait(c, &time, &e, &err))
        return false;
    *ret = judge(&e, h);
    witan_kernel_processes_ending_free(&e);
    return true;
}

/* Has an attack that has begun go on for a while, and the others answer meanwhile. */
static verdict outlast(witan_kernel_processes_borrow_child_t c) {
    verdict v;
    if (ends(c, LASTS, WHILE, &v))
        return v;
    const char *who = silent();
    if (ends(c, LASTS, 0, &v))
        return v;
    return who ? breached(who) : (verdict){BLOCKED, "killed"};
}

/* Watches an attack from its begin to its end, which is brought about if need be. */
static verdict watch(witan_kernel_processes_borrow_child_t c, mailbox said, how h) {
    verdict v;
    witan_kernel_processes_error_t err;
    if (!begins(c, said))
        v = untried("it did not begin");
    else if (h == LASTS)
        v = outlast(c);
    else if (!ends(c, h, PATIENCE, &v))
        v = breached("it does not end");
    return witan_kernel_processes_method_child_kill(c, &err) ? v : breached("it can't be killed");
}

/* Prints what has become of an attack. */
static void tell(const char *what, verdict v) {
    static const char *const names[OUTCOMES] = {"blocked  ", "BREACHED ", "UNTRIED  "};
    TEXT(t, 256);
    count[v.outcome]++;
    put(&t, names[v.outcome]);
    put(&t, what);
    put(&t, ": ");
    put(&t, v.why);
    put(&t, "\n");
    report(&t);
}

/* Has a process do an attack, which it is told of by its argument. It says on an endpoint that it begins, to which it is
 * given a reference unless it has one. */
static void attack(const char *process, const char *name, how h, const char *what, mailbox said, capability *passed) {
    string_t who = {(uint8_t *)process, length(process)}, argument = {(uint8_t *)name, length(name)};
    strings_t arguments = {&argument, 1};
    child c;
    witan_kernel_processes_error_t err;
    if (!witan_kernel_processes_static_child_spawn(&who, &arguments, passed, &c, &err)) {
        tell(what, untried("it can't be started"));
        return;
    }
    verdict v = watch(witan_kernel_processes_borrow_child(c), said, h);
    witan_kernel_processes_child_drop_own(c);
    drain(said);
    const char *who_not = silent();
    tell(what, who_not ? breached(who_not) : v);
}

/* Has a process do an attack that it finds under a name, and say on an endpoint of ours that it begins. */
static void attack_by_name(const char *process, const char *name, how h, const char *what) {
    const witan_kernel_capability_rights_t rights =
        WITAN_KERNEL_CAPABILITY_RIGHTS_SEND | WITAN_KERNEL_CAPABILITY_RIGHTS_GRANT;
    static mailbox said;
    static bool open;
    capability whole, to;
    witan_kernel_endpoint_error_t err;
    if (!open && !(open = witan_kernel_endpoint_static_endpoint_create(1, &said, &err))) {
        tell(what, untried("there is no endpoint to hear of it"));
        return;
    }
    whole = witan_kernel_endpoint_method_endpoint_capability(witan_kernel_endpoint_borrow_endpoint(said));
    if (witan_kernel_capability_method_capability_derive(
            witan_kernel_capability_borrow_capability(whole), rights, 0, &to, &err))
        attack(process, name, h, what, said, &to);
    else
        tell(what, untried("there is no reference to hear of it"));
    witan_kernel_capability_capability_drop_own(whole);
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

/* Has the actor do all of its attacks. It gets its orders in a message, since actors have no arguments. */
static void attack_as_actor(void) {
    mailbox orders, reports;
    witan_kernel_endpoint_error_t err;
    bool reached = mailbox_open("orders", &orders, &err) && mailbox_open("reports", &reports, &err);
    for (uint8_t n = 1; n < ROGUE_END; n++) {
        message m = mail(n, &n, 1);
        if (reached && mail_send(orders, &m, 0, &err))
            attack("rogue", "", rogue_attacks[n].how, rogue_attacks[n].what, reports, NULL);
        else
            tell(rogue_attacks[n].what, untried("the actor can't be told to"));
    }
}

/* ------------------------------------------------------------------------------------------ */

#define ATTACK(h, name, what) attack_by_name("attacker", #name, h, what);
#define PROBE(h, name, what) attack_by_name("prober", #name, h, what);

static void sum_up(void) {
    TEXT(t, 512);
    put_number(&t, count[BLOCKED] + count[BREACHED] + count[UNTRIED]);
    put(&t, " attacks, ");
    put_number(&t, count[BLOCKED]);
    put(&t, " blocked, ");
    put_number(&t, count[BREACHED]);
    put(&t, " breached, ");
    put_number(&t, count[UNTRIED]);
    put(&t, " untried\n");
    put(&t, "not attacked: memory by way of a device. There is no IOMMU: a driver with DMA is trusted with all memory\n");
    report(&t);
}

bool exports_wasi_cli_run_run(void) {
    ATTACKS(ATTACK)
    DEVICE_ATTACKS(PROBE)
    attack_as_actor();
    sum_up();
    return count[BREACHED] + count[UNTRIED] == 0;
}
