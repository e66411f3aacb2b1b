package metal

import "encoding/binary"

// A CPU that is started begins in 16-bit code at a page below 1 MiB. The code made
// here brings it to 64 bits, on the kernel's page tables, and to the kernel's entry
// for such CPUs, with the address of its own block in RDI. It is the only code that
// is not in the kernel's image.

// trampoline is what that code depends on. Page must be mapped one to one.
type trampoline struct {
	page               uint32 // where the code runs: a page below 1 MiB
	cr0, cr3, cr4      uint32 // of the boot CPU; all lie below 4 GiB
	extendedFeatures   uint32 // lower half of EFER
	blocks, entryPoint uint64 // table of blocks by APIC ID; the kernel's entry
}

// What lies where in the page.
const (
	trampolineLong      = 0x80 // 64-bit code
	trampolineGDT       = 0xc0
	trampolineGDTR      = 0xd8
	trampolineSize      = 0xde
	lowMemoryEnd        = 0xa0000 // video memory starts here
	noTrampoline        = 0
	msrExtendedFeatures = 0xc0000080 // EFER
	extendedEnabled     = 1 << 10    // EFER.LMA: set by the CPU itself
	accessed            = 1 << 40    // of a descriptor: the CPU would set it, but the page is read only
)

// lowPage returns the highest page of RAM that a CPU can start in, or noTrampoline.
func (m *memoryMap) lowPage() uint32 {
	best := uint64(noTrampoline)
	for _, r := range m.all[:m.reported] {
		page := min(r.end, lowMemoryEnd)&^pageMask - pageSize
		if end := min(r.end, lowMemoryEnd); end >= 2*pageSize && page >= r.start && page > best {
			best = page
		}
	}
	return uint32(best)
}

// write makes the code at the start of page.
func (t *trampoline) write(page []byte) {
	w := codeWriter{code: page}
	w.bytes(0xfa, 0xfc)                                                 // cli; cld
	w.bytes(0x8c, 0xc8, 0x8e, 0xd8)                                     // mov ax, cs; mov ds, ax
	w.bytes(0x66, 0x0f, 0x01, 0x16, trampolineGDTR, 0)                  // lgdt [gdtr], with a 32-bit base
	w.bytes(0x66, 0xb8).word(t.cr4).bytes(0x0f, 0x22, 0xe0)             // mov eax, cr4; mov cr4, eax
	w.bytes(0x66, 0xb8).word(t.cr3).bytes(0x0f, 0x22, 0xd8)             // mov eax, cr3; mov cr3, eax
	w.bytes(0x66, 0xb9).word(msrExtendedFeatures)                       // mov ecx, EFER
	w.bytes(0x66, 0xb8).word(t.extendedFeatures &^ extendedEnabled)     // mov eax, features
	w.bytes(0x66, 0x31, 0xd2, 0x0f, 0x30)                               // xor edx, edx; wrmsr
	w.bytes(0x66, 0xb8).word(t.cr0).bytes(0x0f, 0x22, 0xc0)             // mov eax, cr0; mov cr0, eax
	w.bytes(0x66, 0xea).word(t.page + trampolineLong)                   // jmp code:long
	w.bytes(codeSelector, 0)                                            // (its selector)
	w.n = trampolineLong                                                //
	w.bytes(0x66, 0xb8, dataSelector, 0)                                // mov ax, data
	w.bytes(0x8e, 0xd8, 0x8e, 0xc0, 0x8e, 0xd0, 0x8e, 0xe0, 0x8e, 0xe8) // mov ds, es, ss, fs and gs, ax
	w.bytes(0xb8).word(1).bytes(0x0f, 0xa2)                             // mov eax, 1; cpuid
	w.bytes(0xc1, 0xeb, 24)                                             // shr ebx, 24      ; APIC ID
	w.bytes(0x48, 0xb8).long(t.blocks)                                  // mov rax, blocks
	w.bytes(0x48, 0x8b, 0x3c, 0xd8)                                     // mov rdi, [rax+rbx*8]
	w.bytes(0x48, 0x85, 0xff, 0x74, 12)                                 // test rdi, rdi; jz halt
	w.bytes(0x48, 0xb8).long(t.entryPoint).bytes(0xff, 0xe0)            // mov rax, entry; jmp rax
	w.bytes(0xfa, 0xf4, 0xeb, 0xfc)                                     // halt: cli; hlt; jmp halt
	w.n = trampolineGDT
	w.long(0).long(codeDescriptor | accessed).long(dataDescriptor | accessed)
	w.bytes(3*8-1, 0).word(t.page + trampolineGDT)
}

// codeWriter appends machine code to a buffer.
type codeWriter struct {
	code []byte
	n    int
}

func (w *codeWriter) bytes(b ...byte) *codeWriter {
	w.n += copy(w.code[w.n:], b)
	return w
}

func (w *codeWriter) word(v uint32) *codeWriter {
	binary.LittleEndian.PutUint32(w.code[w.n:], v)
	w.n += 4
	return w
}

func (w *codeWriter) long(v uint64) *codeWriter {
	binary.LittleEndian.PutUint64(w.code[w.n:], v)
	w.n += 8
	return w
}
