/* The component of the calculator that calculates: the world demo:calculator/unit. */

#include "unit.h"

#define FAIL(fault) \
    do { \
        *err = EXPORTS_DEMO_CALCULATOR_ARITHMETIC_FAULT_##fault; \
        return false; \
    } while (0)

typedef exports_demo_calculator_arithmetic_fault_t fault;

bool exports_demo_calculator_arithmetic_add(int64_t a, int64_t b, int64_t *ret, fault *err) {
    if (__builtin_add_overflow(a, b, ret))
        FAIL(OVERFLOW);
    return true;
}

bool exports_demo_calculator_arithmetic_subtract(int64_t a, int64_t b, int64_t *ret, fault *err) {
    if (__builtin_sub_overflow(a, b, ret))
        FAIL(OVERFLOW);
    return true;
}

/* The compiler's own check of products needs a library for numbers of 128 bits. */
static bool product_fits(int64_t a, int64_t b) {
    if (a == 0 || b == 0)
        return true;
    if (a > 0)
        return b > 0 ? a <= INT64_MAX / b : b >= INT64_MIN / a;
    return b > 0 ? a >= INT64_MIN / b : b >= INT64_MAX / a;
}

bool exports_demo_calculator_arithmetic_multiply(int64_t a, int64_t b, int64_t *ret, fault *err) {
    if (!product_fits(a, b))
        FAIL(OVERFLOW);
    *ret = a * b;
    return true;
}

bool exports_demo_calculator_arithmetic_divide(int64_t a, int64_t b, int64_t *ret, fault *err) {
    if (b == 0)
        FAIL(DIVISION_BY_ZERO);
    if (a == INT64_MIN && b == -1)
        FAIL(OVERFLOW);
    *ret = a / b;
    return true;
}
