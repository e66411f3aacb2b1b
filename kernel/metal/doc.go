// Package metal lets an ordinary GOOS=linux Go program run on a bare x86-64
// machine. The toolchain and the runtime stay as they are: metal sits in the same
// program, takes the machine over at reset, and answers the SYSCALL instructions
// that the Go runtime executes. A program becomes a kernel by importing the
// package and by linking with
//
//	-ldflags "-E github.com/witan-os/witan/kernel/metal.entry"
//
// for GOOS=linux GOARCH=amd64 CGO_ENABLED=0; package loader makes a bootable image
// of it. The same binary still runs under Linux, where [Active] is false.
//
// # How it works
//
// Everything runs in ring 0 and in one address space. SYSCALL then is a cheap way
// to a second stack with interrupts off. The handlers behind it keep threads,
// memory areas, futexes, signals and timers, in Linux's terms, as far as the Go
// runtime uses them; each runs to its end, and under a lock against other CPUs. See
// trap_amd64.s for the way in and out, lock_amd64.go for the locks,
// schedule_amd64.go for who runs where, docs/BOOT.md for the way from reset to main.
//
// What is answered: the calls of the Go runtime, the time and file calls of the
// standard library on files of the image (see [ImageDir]), and mmap, mprotect and
// munmap as JIT compilers use them. Any other call is logged once and fails with
// ENOSYS.
//
// # Devices
//
// The program is in ring 0, too. So it reads and writes device registers itself, and
// drivers are ordinary Go: [Devices] has what is on the PCI bus, [OpenScreen] the screen.
// Only what the kernel keeps account of (interrupt vectors, memory for transfers, page
// tables) takes system calls, of our own.
//
// # Rules for handlers
//
// Code that runs in a trap, or before the Go runtime does, is Go without a
// runtime. Its goroutine is a block of zeros, so stack checks pass and there is no
// stack to grow; it must not
//
//   - allocate: no make, new, append, string building, closures that escape, or
//     conversions to interfaces, except of constants;
//   - store Go pointers in memory: the write barrier would enter the collector.
//     Links between kernel structures are numbers and addresses;
//   - defer, recover, use maps or channels, start goroutines, or block. A panic
//     (an index out of range, say) ends in a register dump, not in recovery;
//   - use variables that need initialising by code: init functions have not run;
//   - touch memory of the program that may not be mapped, except through
//     addresses that accessible approved. A page not yet there is fine: page
//     faults nest in handlers, on a stack of their own.
//
// A page fault may interrupt any handler, so its path (pageFault and below) must
// not touch thread state, and memoryLock, which it takes, must not be held where
// one can happen. Where a handler waits for another CPU, it must answer those that
// wait for it: see forgetStale. TestHandlersKeepTheRules checks the first three
// rules on the compiler's output.
//
// # Limits
//
// Sixteen CPUs at most are used. Page tables are not given back. A mapping that could
// never be backed is refused, but memory is not set aside for any: when it runs out at a
// page fault, the machine ends with a message.
package metal
