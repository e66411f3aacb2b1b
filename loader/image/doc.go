// Package image makes what a machine boots of an ordinary static Go program.
//
// The Go linker cannot produce a bootable file, and a machine starts in a mode that Go code cannot run in. Make closes that
// gap without any tool but the Go compiler: it makes a signed payload of the program and its ramdisk (Pack), links the second
// stage that checks and starts it (Stage), and writes both as one file (Assemble), in one of three formats.
//
// # PVH
//
// An ELF file that a PVH boot loader (such as QEMU's -kernel, https://xenbits.xen.org/docs/unstable/misc/pvh.html) accepts,
// and that carries
//
//   - a boot segment at 1 MiB: a stub of 32-bit code that checks the processor and switches it to 64-bit mode, the tables
//     this needs, and the BootInfo page that tells the program what lies where;
//   - the loadable segments of the program, at the addresses it was linked for;
//   - its ramdisk or, for a second stage, the payload, page aligned behind the program's .bss; and room for its stacks.
//
// Build writes this for any program. The program has to be linked so that it starts in kernel/metal and not in the Go
// runtime; see LinkFlags.
//
// # UEFI
//
// A PE32+ file has two sections: a stub that does what a PVH boot loader does, and the PVH image as it is. A disk has this
// file where UEFI looks for it.
//
// # State on entry
//
// The stubs enter the program in 64-bit mode at privilege level 0 with interrupts off, paging on, and the first 4 GiB mapped
// one to one: the lowest 2 MiB in 4 KiB pages, so that page 0 can be unmapped, the rest in 2 MiB pages, the fourth GiB
// uncached because devices live there. CR0 = PG|WP|NE|ET|MP|PE, CR4 = PAE|PGE|FSGSBASE|OSFXSR|OSXMMEXCPT, EFER has SCE, LME
// and NXE. CS is 8, all data segments are 16, RSI is the physical address of the BootInfo page. RSP is the end of the first
// of the stacks that BootInfo names. A second stage enters its payload in the same state.
//
// A processor that lacks a required feature makes the stub say so on the first two serial lines and end the virtual machine
// with status StatusUnsupported.
package image
