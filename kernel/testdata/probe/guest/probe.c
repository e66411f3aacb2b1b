/* The probe of the kernel's tests: the world test:kernel/probe in C, without a C library. */

typedef unsigned char u8;
typedef unsigned int u32;

#define IMPORT(module, name) __attribute__((import_module(module), import_name(name)))
#define EXPORT(name) __attribute__((export_name(name)))

enum { OK, ERR };
enum { SUCCESS, FAILURE, TRAP };

IMPORT("test:kernel/control@0.1.0", "next") u32 next(void);

EXPORT("wasi:cli/run@0.2.12#run")
u32 run(void) {
    u32 ending = next();
    if (ending == TRAP)
        __builtin_trap();
    return ending == SUCCESS ? OK : ERR;
}

EXPORT("add")
u32 add(u32 a, u32 b) { return a + b; }

typedef struct {
    u8 tag;
    union {
        u32 quotient;
        u8 error;
    } value;
} division;

EXPORT("divide")
division *divide(u32 a, u32 b) {
    static division result;
    result.tag = b == 0 ? ERR : OK;
    if (b == 0)
        result.value.error = 33; /* EDOM */
    else
        result.value.quotient = a / b;
    return &result;
}
