#include "kills.h"
#include "load.h"
#include "probe.h"

bool kill(const char *who, text *why) {
    string_t name = {(uint8_t *)who, length(who)};
    uint64_t id;
    witan_kernel_monitor_error_t err;
    for (uint64_t deadline = now() + PATIENCE; now() < deadline; sleep(MILLISECOND)) {
        /* one that is about to start has nothing to end */
        if (find_process(&name, &id) && witan_kernel_monitor_kill(id, &err))
            return true;
    }
    put(why, who);
    return wrong(why, " can't be killed");
}

static const struct {
    const char *name;
    bool files; /* without it nobody can read a file */
} services[] = {{"rng", false}, {"log", false}, {"fs", true}, {"pinger", false}, {"blk", true}, {"saboteur", false}};

enum { SERVICES = sizeof services / sizeof services[0] };

static bool kill_service(uint32_t n, text *why) {
    if (services[n].files)
        load_excuse();
    return kill(services[n].name, why);
}

bool strike(text *why) {
    const uint32_t longest = 4 * MILLISECOND;
    uint32_t n, wait;
    if (!random_below(SERVICES + LOADS, &n, why) || !random_below(longest, &wait, why) || !load_tend_for(wait, why))
        return false;
    bool service = n < SERVICES;
    if (!(service ? kill_service(n, why) : load_kill(n - SERVICES, why)))
        return false;
    if (load_tend(why) && all_answer(why) && load_tend(why))
        return true;
    put(why, ", after the kill of ");
    return wrong(why, service ? services[n].name : load_name(n - SERVICES));
}

bool test_kills(text *why) {
    enum { KILLS = 100 };
    if (!load_start(why))
        return false;
    uint64_t before = load_done();
    for (int i = 0; i < KILLS; i++)
        if (!strike(why))
            return false;
    put_number(why, load_done() - before);
    put(why, " files were read and pictures drawn meanwhile");
    return load_stop(why);
}
