package image

import (
	"fmt"

	"github.com/witan-os/witan/kernel/metal"
	"github.com/witan-os/witan/loader/internal/asm"
)

// StatusUnsupported is the exit status of a virtual machine whose processor lacks something that the kernel
// cannot do without. It is the shell's status for "found, but cannot be executed".
const StatusUnsupported = 126

// I/O ports of the PC.
const (
	portCOM1 = 0x3f8
	portCOM2 = 0x2f8
	portExit = 0xf4 // QEMU's isa-debug-exit: writing n ends QEMU with status n<<1|1

	lineStatus         = 5 // offset of a UART's line status register
	transmitReady      = 1 << 5
	transmitterDrained = 1 << 6
)

// consoles are the lines a refusal is written to: the first, for a machine that has only one, and the second,
// where the kernel's log goes.
var consoles = []uint32{portCOM1, portCOM2}

// Bits of control registers (Intel SDM volume 3, section 2.5) and of EFER (volume 3, section 2.2.1).
const (
	cr0PE = 1 << 0  // protected mode
	cr0MP = 1 << 1  // WAIT observes TS
	cr0ET = 1 << 4  // reads as one on every processor we run on
	cr0NE = 1 << 5  // report x87 errors as exceptions
	cr0WP = 1 << 16 // read-only pages bind the kernel, too
	cr0PG = 1 << 31 // paging

	cr4PAE        = 1 << 5  // page tables of 64-bit entries
	cr4PGE        = 1 << 7  // global pages
	cr4OSFXSR     = 1 << 9  // SSE instructions
	cr4OSXMMEXCPT = 1 << 10 // SSE exceptions as #XM
	cr4FSGSBASE   = 1 << 16 // WRFSBASE and its siblings

	msrEFER = 0xc0000080
	eferSCE = 1 << 0  // SYSCALL
	eferLME = 1 << 8  // long mode
	eferNXE = 1 << 11 // no-execute pages
)

// A cpuFeature is one bit of CPUID output that the stub insists on.
type cpuFeature struct {
	name   string
	family uint32 // the leaf that says how many leaves of this family there are
	leaf   uint32
	ebx    bool // the bit is in EBX; otherwise in EDX
	bit    byte
}

var requiredFeatures = []cpuFeature{
	{name: "long mode", family: 0x80000000, leaf: 0x80000001, bit: 29},
	{name: "NX (no-execute pages)", family: 0x80000000, leaf: 0x80000001, bit: 20},
	{name: "FSGSBASE", family: 0, leaf: 7, ebx: true, bit: 0},
}

// refusal is what the stub writes when a feature is missing.
func (f cpuFeature) refusal() string {
	return "witan: cannot boot: this processor lacks " + f.name + " (under QEMU, use -cpu max)\n"
}

// A bootStub is the code of the boot segment. It has two entries: of PVH, at its start, and of the UEFI stub.
type bootStub struct {
	code []byte
	uefi uint32
}

// stub assembles the code that PVH enters in 32-bit protected mode with flat segments and EBX pointing to
// hvm_start_info. It has no stack, and keeps EBX's value in EDI from the first instructions to the last.
func stub(entry uint32) (bootStub, error) {
	a := asm.New(bootBase)
	a.Op(0xfa)       // cli
	a.Op(0xfc)       // cld
	a.Op(0x89, 0xdf) // mov edi, ebx
	checkStartInfo(a)
	for _, f := range requiredFeatures {
		checkFeature(a, f)
	}
	enableLongMode(a)
	copyStartInfo(a)
	enterKernel(a, entry)
	enterFromUEFI(a)
	refuse(a)
	a.Label(notPVH)
	a.Op([]byte(notPVH + "\x00")...)
	for _, f := range requiredFeatures {
		a.Label(f.name)
		a.Op(append([]byte(f.refusal()), 0)...) // the text, ended by a zero byte
	}
	code, err := a.Link()
	return bootStub{code: code, uefi: a.Address("uefi")}, err
}

// enterFromUEFI is 64-bit code, entered in 64-bit mode on the firmware's tables, which map this segment one to one, when
// the firmware is done and BootInfo is complete. It replaces all that is the firmware's.
func enterFromUEFI(a *asm.Assembler) {
	a.Label("uefi")
	for _, f := range requiredFeatures {
		checkFeature(a, f) // the same bytes do the same in 64-bit mode
	}
	a.Op32(addrGDTR, 0x0f, 0x01, 0x14, 0x25) // lgdt [gdtr]
	loadControls(a)
	a.Op32(addrBootInfo, 0xbe)                   // mov esi, bootInfo
	a.Op(0x48, 0x8b, 0x66, metal.BootInfoStacks) // mov rsp, [rsi+Stacks]
	a.Op(0x48, 0x03, 0x66, metal.BootInfoStackSize)
	a.Op(0x6a, codeSelector) // push codeSelector
	a.OpAddr("enter", 0xb8)  // mov eax, enter
	a.Op(0x50)               // push rax
	a.Op(0x48, 0xcb)         // retfq
}

// notPVH is what the stub writes when EBX points to something else.
const notPVH = "witan: cannot boot: not started by a PVH boot loader\n"

// Fields of hvm_start_info.
const (
	startMagic        = 0x336ec578
	startVersion      = 4
	startCommandLine  = 24
	startRSDP         = 32
	startMemoryMap    = 40
	startMemoryLength = 48
)

// checkStartInfo goes to "refuse" if EDI does not point to a start info with a memory map, which came with version 1.
func checkStartInfo(a *asm.Assembler) {
	a.OpAddr(notPVH, 0xbe)            // mov esi, text
	a.Op32(startMagic, 0x81, 0x3f)    // cmp dword [edi], startMagic
	a.Jump("refuse", asm.JNZ...)      // jnz refuse
	a.Op(0x83, 0x7f, startVersion, 1) // cmp dword [edi+startVersion], 1
	a.Jump("refuse", asm.JB...)       // jb refuse
}

// checkFeature goes to "refuse" with ESI pointing to the refusal if the feature is missing.
func checkFeature(a *asm.Assembler, f cpuFeature) {
	a.OpAddr(f.name, 0xbe)      // mov esi, text
	a.Op32(f.family, 0xb8)      // mov eax, family
	a.Op(0x0f, 0xa2)            // cpuid            ; eax = last leaf of the family
	a.Op32(f.leaf, 0x3d)        // cmp eax, leaf
	a.Jump("refuse", asm.JB...) // jb refuse
	a.Op32(f.leaf, 0xb8)        // mov eax, leaf
	a.Op(0x31, 0xc9)            // xor ecx, ecx     ; sub-leaf 0
	a.Op(0x0f, 0xa2)            // cpuid
	if f.ebx {
		a.Op(0x0f, 0xba, 0xe3, f.bit) // bt ebx, bit
	} else {
		a.Op(0x0f, 0xba, 0xe2, f.bit) // bt edx, bit
	}
	a.Jump("refuse", asm.JNC...) // jnc refuse
}

// enableLongMode loads the tables and switches on 64-bit mode in the order of Intel SDM volume 3, section
// 10.8.5.
func enableLongMode(a *asm.Assembler) {
	a.Op32(addrGDTR, 0x0f, 0x01, 0x15) // lgdt [gdtr]
	loadControls(a)
	a.OpAddr("long", 0xea) // jmp codeSelector:long
	a.Op(codeSelector, 0)  // (the selector of that jump)
	a.Label("long")
}

// loadControls sets the registers that decide on the mode. Control registers get whole values, so that nothing depends on
// what the firmware left in them. The bytes are the same in 32-bit and 64-bit code.
func loadControls(a *asm.Assembler) {
	a.Op32(cr4PAE|cr4PGE|cr4FSGSBASE|cr4OSFXSR|cr4OSXMMEXCPT, 0xb8) // mov eax, flags
	a.Op(0x0f, 0x22, 0xe0)                                          // mov cr4, eax
	a.Op32(addrPML4, 0xb8)                                          // mov eax, pml4
	a.Op(0x0f, 0x22, 0xd8)                                          // mov cr3, eax
	a.Op32(msrEFER, 0xb9)                                           // mov ecx, EFER
	a.Op(0x0f, 0x32)                                                // rdmsr
	a.Op32(eferSCE|eferLME|eferNXE, 0x0d)                           // or eax, flags
	a.Op(0x0f, 0x30)                                                // wrmsr
	a.Op32(cr0PG|cr0WP|cr0NE|cr0ET|cr0MP|cr0PE, 0xb8)               // mov eax, flags
	a.Op(0x0f, 0x22, 0xc0)                                          // mov cr0, eax
}

// copyStartInfo is 64-bit code: it copies into BootInfo what the firmware says.
func copyStartInfo(a *asm.Assembler) {
	a.Op(0x89, 0xff)           // mov edi, edi     ; RDI = start info, upper half cleared
	a.Op32(addrBootInfo, 0xbe) // mov esi, bootInfo
	for _, field := range []struct{ from, to byte }{
		{startRSDP, metal.BootInfoRSDP},
		{startCommandLine, metal.BootInfoCommandLine},
		{startMemoryMap, metal.BootInfoMemoryMap},
	} {
		a.Op(0x48, 0x8b, 0x47, field.from) // mov rax, [rdi+from]
		a.Op(0x48, 0x89, 0x46, field.to)   // mov [rsi+to], rax
	}
	a.Op(0x8b, 0x47, startMemoryLength)          // mov eax, [rdi+startMemoryLength]
	a.Op(0x89, 0x46, metal.BootInfoMemoryLength) // mov [rsi+MemoryEntries], eax
}

// enterKernel is 64-bit code: it loads the data segments and leaves for the kernel.
func enterKernel(a *asm.Assembler, entry uint32) {
	a.Label("enter")
	a.Op32(dataSelector, 0xb8)                      // mov eax, dataSelector
	a.Op(0x8e, 0xd8)                                // mov ds, eax
	a.Op(0x8e, 0xc0)                                // mov es, eax
	a.Op(0x8e, 0xd0)                                // mov ss, eax
	a.Op(0x8e, 0xe0)                                // mov fs, eax
	a.Op(0x8e, 0xe8)                                // mov gs, eax
	a.Op32(addrBootInfo, 0xbe)                      // mov esi, bootInfo
	a.Op(0x31, 0xff)                                // xor edi, edi
	a.Op(0x48, 0x8b, 0x66, metal.BootInfoStacks)    // mov rsp, [rsi+Stacks]
	a.Op(0x48, 0x03, 0x66, metal.BootInfoStackSize) // add rsp, [rsi+StackSize]
	a.Op32(entry, 0xb8)                             // mov eax, entry
	a.Op(0xff, 0xe0)                                // jmp rax
}

// refuse is 32-bit code: it writes the text at ESI to the consoles, and ends the virtual machine.
func refuse(a *asm.Assembler) {
	a.Label("refuse")
	a.Op(0xac)                // lodsb            ; al = next byte of the text
	a.Op(0x84, 0xc0)          // test al, al
	a.Jump("quit", asm.JZ...) // jz quit
	a.Op(0x88, 0xc1)          // mov cl, al
	for _, port := range consoles {
		awaitLine(a, port, transmitReady)
		a.Op32(port, 0xba) // mov edx, port
		a.Op(0x88, 0xc8)   // mov al, cl
		a.Op(0xee)         // out dx, al
	}
	a.Jump("refuse", asm.JMP...) // jmp refuse
	a.Label("quit")
	for _, port := range consoles {
		awaitLine(a, port, transmitterDrained)
	}
	a.Op32(portExit, 0xba)          // mov edx, exit port
	a.Op32(StatusUnsupported, 0xb8) // mov eax, status
	a.Op(0xef)                      // out dx, eax
	a.Label("halt")                 //               ; a machine without that port stays here
	a.Op(0xf4)                      // hlt
	a.Jump("halt", asm.JMP...)      // jmp halt
}

// awaitLine spins until a bit of a UART's line status is set. A missing UART reads as all ones.
func awaitLine(a *asm.Assembler, port uint32, bit byte) {
	again := fmt.Sprintf("await %#x %#x", port, bit)
	a.Op32(port+lineStatus, 0xba) // mov edx, status port
	a.Label(again)
	a.Op(0xec)               // in al, dx
	a.Op(0xa8, bit)          // test al, bit
	a.Jump(again, asm.JZ...) // jz again
}
