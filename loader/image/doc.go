// Package image turns an ordinary static Go program into an image that a machine can boot.
//
// The Go linker cannot produce a bootable file, and a machine starts in a mode that Go code cannot run in.
// Build closes that gap without any other tool: it writes a fresh ELF file that a PVH boot loader (such as
// QEMU's -kernel, https://xenbits.xen.org/docs/unstable/misc/pvh.html) accepts, and that carries
//
//   - a boot segment at 1 MiB: a stub of 32-bit code that checks the processor and switches it to 64-bit
//     mode, the tables this needs, and the BootInfo page that tells the kernel what lies where;
//   - the loadable segments of the program, at the addresses it was linked for;
//   - the ramdisk, a TAR archive, page aligned behind the program's .bss.
//
// The program has to be linked so that it starts in kernel/metal and not in the Go runtime; see LinkFlags.
//
// # State on entry
//
// The stub enters the program in 64-bit mode at privilege level 0 with interrupts off, paging on, and the
// first 4 GiB mapped one to one: the lowest 2 MiB in 4 KiB pages, so that page 0 can be unmapped, the rest in
// 2 MiB pages, the fourth GiB uncached because devices live there. CR0 = PG|WP|NE|ET|MP|PE, CR4 =
// PAE|PGE|FSGSBASE|OSFXSR|OSXMMEXCPT, EFER has SCE, LME and NXE. CS is 8, all data segments are 16, RSI is
// the physical address of the BootInfo page. RSP is the end of the first of
// the stacks that BootInfo names.
//
// A processor that lacks a required feature makes the stub say so on the first two serial lines and end the
// virtual machine with status StatusUnsupported.
package image
