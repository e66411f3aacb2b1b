// The program of TestResources: drawers that hold accounts of the host.

#include "counters.h"

struct exports_test_counters_teller_cash_drawer_t {
    test_counters_ledger_own_account_t account;
    uint32_t total;
};

typedef exports_test_counters_teller_cash_drawer_t drawer;

static uint32_t alive;

static test_counters_ledger_borrow_account_t account_of(const drawer *d) {
    return test_counters_ledger_borrow_account(d->account);
}

exports_test_counters_teller_own_cash_drawer_t exports_test_counters_teller_constructor_cash_drawer(counters_string_t *name) {
    drawer *d = cabi_malloc(sizeof *d);
    d->account = test_counters_ledger_constructor_account(name);
    d->total = 0;
    counters_string_free(name);
    alive++;
    return exports_test_counters_teller_cash_drawer_new(d);
}

void exports_test_counters_teller_cash_drawer_destructor(drawer *d) {
    test_counters_ledger_account_drop_own(d->account);
    cabi_free(d);
    alive--;
}

bool exports_test_counters_teller_method_cash_drawer_put(drawer *self, uint32_t n, uint32_t *ret, counters_string_t *err) {
    if (n == 0) {
        *ret = 1; // to be forgotten, and not to spoil the error
        counters_string_dup(err, "nothing to put");
        return false;
    }
    self->total += n;
    *ret = test_counters_ledger_method_account_add(account_of(self), n);
    return true;
}

exports_test_counters_teller_own_account_t exports_test_counters_teller_method_cash_drawer_replace(drawer *self, exports_test_counters_teller_own_account_t a) {
    test_counters_ledger_own_account_t old = self->account;
    self->account = test_counters_ledger_static_account_merge(a, test_counters_ledger_borrow_account(old));
    return old;
}

uint32_t exports_test_counters_teller_static_cash_drawer_total(exports_test_counters_teller_list_borrow_cash_drawer_t *all) {
    uint32_t total = 0;
    for (size_t i = 0; i < all->len; i++)
        total += all->ptr[i]->total;
    exports_test_counters_teller_list_borrow_cash_drawer_free(all);
    return total;
}

void exports_test_counters_teller_static_cash_drawer_close(exports_test_counters_teller_own_cash_drawer_t d) {
    exports_test_counters_teller_cash_drawer_drop_own(d);
}

void exports_test_counters_teller_swap(drawer *a, exports_test_counters_teller_own_cash_drawer_t b, exports_test_counters_teller_tuple2_own_cash_drawer_u32_t *ret) {
    drawer *other = exports_test_counters_teller_cash_drawer_rep(b);
    drawer kept = *a;
    *a = *other;
    *other = kept;
    ret->f0 = b;
    ret->f1 = kept.total;
}

void exports_test_counters_teller_peek(exports_test_counters_teller_borrow_account_t a, counters_string_t *ret) {
    test_counters_ledger_method_account_name(a, ret);
    test_counters_ledger_account_drop_borrow(a);
}

uint32_t exports_test_counters_teller_alive(void) {
    return alive;
}

uint32_t exports_counters_blocks(void) {
    return cabi_blocks;
}
