// Package testkernel makes kernels of a few dozen instructions, for tests of what lies around a kernel: the
// boot stub, the image format and the virtual machine's runner can be tested without any of the code that
// they exist for.
package testkernel

import (
	"bytes"
	"debug/elf"
	"encoding/binary"
	"fmt"

	"github.com/witan-os/witan/loader/internal/asm"
)

// Base is where the kernels are linked, as Go programs are.
const Base = 0x400000

// codeOffset is where the code starts in the only segment, behind the ELF headers.
const codeOffset = 0x1000

// Entry is the address of a kernel's first instruction.
const Entry = Base + codeOffset

// The serial lines and QEMU's exit port.
const (
	COM1 = 0x3f8
	COM2 = 0x2f8
	COM3 = 0x3e8

	exitPort = 0xf4

	fifoControl = 2
	lineStatus  = 5
	fifoEnable  = 0xc7 // enabled, cleared, 14 bytes deep
	dataReady   = 1 << 0
	sendReady   = 1 << 5
)

// New returns an assembler for a kernel's code, which starts at Entry.
func New() *asm.Assembler { return asm.New(Entry) }

// ELF links a kernel and wraps it as the Go linker does, with bss bytes of zeroes behind the code.
func ELF(a *asm.Assembler, bss uint64) []byte {
	code, err := a.Link()
	if err != nil {
		panic(err) // a mistake in a test
	}
	size := codeOffset + uint64(len(code))
	header := elf.Header64{
		Type: uint16(elf.ET_EXEC), Machine: uint16(elf.EM_X86_64), Version: uint32(elf.EV_CURRENT),
		Entry: Entry, Phoff: 64, Ehsize: 64, Phentsize: 56, Phnum: 1, Shentsize: 64,
	}
	copy(header.Ident[:], elf.ELFMAG+"\x02\x01\x01")
	program := elf.Prog64{
		Type: uint32(elf.PT_LOAD), Flags: uint32(elf.PF_R | elf.PF_W | elf.PF_X),
		Vaddr: Base, Paddr: Base, Filesz: size, Memsz: size + bss, Align: 0x1000,
	}
	var out bytes.Buffer
	for _, part := range []any{header, program} {
		if err := binary.Write(&out, binary.LittleEndian, part); err != nil {
			panic(err)
		}
	}
	out.Write(make([]byte, codeOffset-out.Len()))
	out.Write(code)
	return out.Bytes()
}

// Print writes text to a serial line.
func Print(a *asm.Assembler, port uint32, text string) {
	for _, c := range []byte(text) {
		a.Op(0xb1, c) // mov cl, c
		send(a, port)
	}
}

// Exit ends QEMU with status n<<1|1.
func Exit(a *asm.Assembler, n uint32) {
	a.Op32(exitPort, 0xba) // mov edx, exitPort
	a.Op32(n, 0xb8)        // mov eax, n
	a.Op(0xef)             // out dx, eax
	Hang(a)
}

// TripleFault resets the machine: it loads an empty interrupt table and raises an exception.
func TripleFault(a *asm.Assembler) {
	a.OpAddr("zeroes", 0x0f, 0x01, 0x1c, 0x25) // lidt [zeroes]
	a.Op(0x0f, 0x0b)                           // ud2
	a.Label("zeroes")
	a.Op(make([]byte, 10)...) // (the operand of LIDT: limit and address)
}

// Hang waits forever.
func Hang(a *asm.Assembler) {
	name := unique(a, "hang")
	a.Label(name)
	a.Op(0xf4)               // hlt
	a.Jump(name, asm.JMP...) // jmp
}

// Ready sets up the UARTs that receive, and tells the host.
func Ready(a *asm.Assembler) {
	for _, port := range []uint32{COM1, COM3} {
		a.Op32(port+fifoControl, 0xba) // mov edx, FIFO control port
		a.Op(0xb0, fifoEnable)         // mov al, fifoEnable
		a.Op(0xee)                     // out dx, al
	}
	Print(a, COM3, "ready\n")
}

// Receive waits for as many bytes on a serial line as text has, and goes to label at the first other one.
func Receive(a *asm.Assembler, port uint32, text, label string) {
	for _, c := range []byte(text) {
		wait := unique(a, "receive")
		a.Label(wait)
		a.Op32(port+lineStatus, 0xba) // mov edx, status of the line
		a.Op(0xec)                    // in al, dx
		a.Op(0xa8, dataReady)         // test al, dataReady
		a.Jump(wait, asm.JZ...)       // jz wait
		a.Op32(port, 0xba)            // mov edx, port
		a.Op(0xec)                    // in al, dx
		a.Op(0x3c, c)                 // cmp al, c
		a.Jump(label, asm.JNZ...)     // jnz label
	}
}

// Echo sends everything that comes in on COM1 back, until as many bytes have passed as the host announces
// on COM3 with "eof COUNT\n". It then continues behind the code it emits.
func Echo(a *asm.Assembler) {
	a.Op(0x31, 0xdb)       // xor ebx, ebx     ; bytes echoed
	a.Op(0x31, 0xf6)       // xor esi, esi     ; COUNT so far
	a.Op(0x45, 0x31, 0xc0) // xor r8d, r8d     ; COUNT is complete
	a.Label("poll")
	a.Op32(COM1+lineStatus, 0xba) // mov edx, status of COM1
	a.Op(0xec)                    // in al, dx
	a.Op(0xa8, dataReady)         // test al, dataReady
	a.Jump("control", asm.JZ...)  // jz control
	a.Op32(COM1, 0xba)            // mov edx, COM1
	a.Op(0xec)                    // in al, dx
	a.Op(0x88, 0xc1)              // mov cl, al
	send(a, COM1)
	a.Op(0xff, 0xc3) // inc ebx
	a.Label("control")
	a.Op(0x45, 0x84, 0xc0)        // test r8b, r8b
	a.Jump("compare", asm.JNZ...) // jnz compare
	a.Op32(COM3+lineStatus, 0xba) // mov edx, status of COM3
	a.Op(0xec)                    // in al, dx
	a.Op(0xa8, dataReady)         // test al, dataReady
	a.Jump("poll", asm.JZ...)     // jz poll
	a.Op32(COM3, 0xba)            // mov edx, COM3
	a.Op(0xec)                    // in al, dx
	a.Op(0x3c, '\n')              // cmp al, '\n'
	a.Jump("complete", asm.JZ...) // jz complete
	a.Op(0x2c, '0')               // sub al, '0'
	a.Op(0x3c, 10)                // cmp al, 10
	a.Jump("poll", asm.JNC...)    // jnc poll        ; not a digit
	a.Op(0x0f, 0xb6, 0xc0)        // movzx eax, al
	a.Op(0x6b, 0xf6, 10)          // imul esi, esi, 10
	a.Op(0x01, 0xc6)              // add esi, eax
	a.Jump("poll", asm.JMP...)    // jmp poll
	a.Label("complete")
	a.Op(0x41, 0xb0, 1) // mov r8b, 1
	a.Label("compare")
	a.Op(0x39, 0xf3)           // cmp ebx, esi
	a.Jump("poll", asm.JNZ...) // jnz poll
}

// send writes the byte in CL to a serial line.
func send(a *asm.Assembler, port uint32) {
	name := unique(a, "send")
	a.Op32(port+lineStatus, 0xba) // mov edx, status port
	a.Label(name)
	a.Op(0xec)              // in al, dx
	a.Op(0xa8, sendReady)   // test al, sendReady
	a.Jump(name, asm.JZ...) // jz
	a.Op32(port, 0xba)      // mov edx, port
	a.Op(0x88, 0xc8)        // mov al, cl
	a.Op(0xee)              // out dx, al
}

// unique makes a label that can be used once per address.
func unique(a *asm.Assembler, name string) string { return fmt.Sprintf("%s %#x", name, a.Here()) }

// Report sends what code leaves in RAX over COM1, as eight bytes, lowest first. Code may use RAX, RCX and RDX.
func Report(a *asm.Assembler, code ...byte) {
	a.Op(code...)
	a.Op(0x48, 0x89, 0xc5) // mov rbp, rax
	for range 8 {
		a.Op(0x48, 0x89, 0xe9) // mov rcx, rbp
		send(a, COM1)
		a.Op(0x48, 0xc1, 0xed, 8) // shr rbp, 8
	}
}
