package image

import (
	"encoding/binary"
	"unicode/utf16"

	"github.com/witan-os/witan/kernel/metal"
	"github.com/witan-os/witan/loader/internal/asm"
)

// The UEFI stub is 64-bit code at an address that the firmware chooses. It asks the firmware for the memory that the image's
// segments are for, and for what BootInfo tells; takes the machine over from it; copies the segments; and leaves for the
// boot segment. Offsets of tables and functions are those of the UEFI specification, sections 4.3, 4.4 and 12.9.

const (
	systemConsole = 0x40 // of the system table: console output,
	systemBoot    = 0x60 // boot services,
	systemTables  = 0x68 // number of configuration tables,
	systemTable   = 0x70 // and the tables, 24 bytes each

	bootAllocatePages  = 0x28
	bootGetMemoryMap   = 0x38
	bootExit           = 0xe8
	bootLocateProtocol = 0x140 // of boot services

	consoleOutput = 8

	allocateAddress = 2
	loaderData      = 2

	// mapSize is room for the firmware's memory map.
	mapSize = 48 << 10
	// exitTries is how often the stub tries to leave boot services: asking for the map may change it.
	exitTries = 8

	shadowSpace = 0x38 // room for callees' parameters, ours of the fifth, and alignment
)

// Protocols and tables by their GUIDs, as they lie in memory.
var (
	graphicsOutput = []byte{0xde, 0xa9, 0x42, 0x90, 0xdc, 0x23, 0x38, 0x4a, 0x96, 0xfb, 0x7a, 0xde, 0xd0, 0x80, 0x51, 0x6a}
	acpiTable      = []byte{0x71, 0xe8, 0x68, 0x88, 0xf1, 0xe4, 0xd3, 0x11, 0xbc, 0x22, 0x00, 0x80, 0xc7, 0x3c, 0x88, 0x81}
)

// memoryKinds are the types of memory of the boot memory map for those of UEFI, EfiReservedMemoryType first: what the
// firmware's boot services had is ours when they have ended.
var memoryKinds = []byte{2, 1, 1, 1, 1, 2, 2, 1, 2, 3, 4, 2, 2, 2, 2}

// What the stub says before it gives up.
const (
	noMemory = "witan: cannot boot: the firmware uses memory that the image is for, or there is not enough of it\r\n"
	noMap    = "witan: cannot boot: the firmware does not say what memory there is\r\n"
	noExit   = "witan: cannot boot: the firmware does not let go of the machine\r\n"
)

// uefiStub returns the stub, and the memory it takes, which is whole pages. The image's section follows it.
func uefiStub() (code []byte, memory uint32, err error) {
	a := asm.New(efiStub)
	saveRegisters(a)
	a.Op(0x49, 0x89, 0xcc)             // mov r12, rcx              ; our handle
	a.Op(0x49, 0x89, 0xd5)             // mov r13, rdx              ; system table
	a.Op(0x4c, 0x8b, 0x72, systemBoot) // mov r14, [rdx+systemBoot] ; boot services
	a.OpRel("image", 0x4c, 0x8d, 0x3d) // lea r15, [image]
	allocateSegments(a)
	findScreen(a)
	findACPI(a)
	exitFirmware(a)
	giveUp(a)
	a.Label("ours")
	copySegments(a)
	writeMemoryMap(a)
	if err := leaveStub(a); err != nil {
		return nil, 0, err
	}
	stubData(a)
	memory = uint32(pageUp(uint64(a.Address("map")) + mapSize - efiStub))
	a.LabelAt("image", efiStub+memory)
	code, err = a.Link()
	return code, memory, err
}

// saveRegisters keeps what callers of the Microsoft convention expect to be kept, and aligns the stack.
func saveRegisters(a *asm.Assembler) {
	a.Op(0x53, 0x55, 0x56, 0x57, 0x41, 0x54, 0x41, 0x55, 0x41, 0x56, 0x41, 0x57) // push rbx, rbp, rsi, rdi, r12 to r15
	a.Op(0x48, 0x83, 0xec, shadowSpace)                                          // sub rsp, shadowSpace
}

// giveUp writes the text at RDI, and returns EFI_OUT_OF_RESOURCES to the firmware.
func giveUp(a *asm.Assembler) {
	a.Label("give up")
	a.Op(0x49, 0x8b, 0x4d, systemConsole)                                        // mov rcx, [r13+systemConsole]
	a.Op(0x48, 0x89, 0xfa)                                                       // mov rdx, rdi
	a.Op(0xff, 0x51, consoleOutput)                                              // call [rcx+consoleOutput]
	a.Op(0x48, 0xb8, 9, 0, 0, 0, 0, 0, 0, 0x80)                                  // mov rax, EFI_OUT_OF_RESOURCES
	a.Op(0x48, 0x83, 0xc4, shadowSpace)                                          // add rsp, shadowSpace
	a.Op(0x41, 0x5f, 0x41, 0x5e, 0x41, 0x5d, 0x41, 0x5c, 0x5f, 0x5e, 0x5d, 0x5b) // pop r15 to r12, rdi, rsi, rbp, rbx
	a.Op(0xc3)                                                                   // ret
}

// Offsets in an ELF header and a program header (System V ABI, chapters 4 and 5).
const (
	elfCount  = 56
	progType  = 0
	progOff   = 8
	progPaddr = 24
	progFile  = 32
	progMem   = 40
)

// eachSegment emits body for every loadable segment of the image: its program header is at RBP. EBX counts.
func eachSegment(a *asm.Assembler, name string, body func()) {
	a.Op(0x41, 0x0f, 0xb7, 0x5f, elfCount) // movzx ebx, word [r15+elfCount]
	a.Op(0x49, 0x8d, 0x6f, elfHeaderSize)  // lea rbp, [r15+elfHeaderSize]
	a.Label(name)                          //
	a.Op(0x83, 0x7d, progType, 1)          // cmp dword [rbp+progType], PT_LOAD
	a.Jump("next "+name, asm.JNZ...)       // jnz next
	body()                                 //
	a.Label("next " + name)                //
	a.Op(0x48, 0x83, 0xc5, progHeaderSize) // add rbp, progHeaderSize
	a.Op(0xff, 0xcb)                       // dec ebx
	a.Jump(name, asm.JNZ...)               // jnz
}

// allocateSegments makes sure that nobody else has the memory of the segments.
func allocateSegments(a *asm.Assembler) {
	eachSegment(a, "allocate", func() {
		a.Op32(allocateAddress, 0xb9)             // mov ecx, allocateAddress
		a.Op32(loaderData, 0xba)                  // mov edx, loaderData
		a.Op(0x4c, 0x8b, 0x45, progMem)           // mov r8, [rbp+progMem]
		a.Op32(pageSize-1, 0x49, 0x81, 0xc0)      // add r8, pageSize-1
		a.Op(0x49, 0xc1, 0xe8, 12)                // shr r8, 12
		a.Op(0x48, 0x8b, 0x45, progPaddr)         // mov rax, [rbp+progPaddr]
		a.OpRel("address", 0x4c, 0x8d, 0x0d)      // lea r9, [address]
		a.Op(0x49, 0x89, 0x01)                    // mov [r9], rax
		a.Op(0x41, 0xff, 0x56, bootAllocatePages) // call [r14+bootAllocatePages]
		a.OpRel("no memory", 0x48, 0x8d, 0x3d)    // lea rdi, [no memory]
		a.Op(0x48, 0x85, 0xc0)                    // test rax, rax
		a.Jump("give up", asm.JNZ...)             // jnz give up
	})
}

// Offsets in the Graphics Output Protocol, its mode, and the mode's information.
const (
	gopMode      = 0x18
	gopInfo      = 8
	gopBase      = 0x18
	gopSize      = 0x20
	gopWidth     = 4
	gopHeight    = 8
	gopFormat    = 12
	gopScanLine  = 32
	gopBitmask   = 2 // the first format that is neither of ours
	bytesOfPixel = 2 // as a power of two
)

// findScreen keeps what the firmware shows, if that is a picture in memory of a known format.
func findScreen(a *asm.Assembler) {
	a.OpRel("graphics output", 0x48, 0x8d, 0x0d) // lea rcx, [graphics output]
	a.Op(0x31, 0xd2)                             // xor edx, edx
	a.OpRel("interface", 0x4c, 0x8d, 0x05)       // lea r8, [interface]
	a.Op32(bootLocateProtocol, 0x41, 0xff, 0x96) // call [r14+bootLocateProtocol]
	a.Op(0x48, 0x85, 0xc0)                       // test rax, rax
	a.Jump("no screen", asm.JNZ...)              // jnz no screen
	a.OpRel("interface", 0x48, 0x8b, 0x05)       // mov rax, [interface]
	a.Op(0x48, 0x8b, 0x50, gopMode)              // mov rdx, [rax+gopMode]
	a.Op(0x48, 0x8b, 0x42, gopInfo)              // mov rax, [rdx+gopInfo]
	a.Op(0x8b, 0x48, gopFormat)                  // mov ecx, [rax+gopFormat]
	a.Op(0x83, 0xf9, gopBitmask)                 // cmp ecx, gopBitmask
	a.Jump("no screen", asm.JAE...)              // jae no screen
	a.OpRel("screen", 0x48, 0x8d, 0x3d)          // lea rdi, [screen]      ; as in BootInfo
	a.Op(0xff, 0xc1)                             // inc ecx                ; metal.RGBX is UEFI's 0
	a.Op(0x89, 0x4f, 28)                         // mov [rdi+28], ecx
	a.Op(0x48, 0x8b, 0x4a, gopBase)              // mov rcx, [rdx+gopBase]
	a.Op(0x48, 0x89, 0x0f)                       // mov [rdi], rcx
	a.Op(0x48, 0x8b, 0x4a, gopSize)              // mov rcx, [rdx+gopSize]
	a.Op(0x48, 0x89, 0x4f, 8)                    // mov [rdi+8], rcx
	a.Op(0x48, 0x8b, 0x48, gopWidth)             // mov rcx, [rax+gopWidth] ; and the height behind it
	a.Op(0x48, 0x89, 0x4f, 16)                   // mov [rdi+16], rcx
	a.Op(0x8b, 0x48, gopScanLine)                // mov ecx, [rax+gopScanLine]
	a.Op(0xc1, 0xe1, bytesOfPixel)               // shl ecx, bytesOfPixel
	a.Op(0x89, 0x4f, 24)                         // mov [rdi+24], ecx
	a.Label("no screen")
}

// findACPI keeps the address of ACPI's root pointer.
func findACPI(a *asm.Assembler) {
	a.Op(0x41, 0x8b, 0x4d, systemTables) // mov ecx, [r13+systemTables]
	a.Op(0x49, 0x8b, 0x55, systemTable)  // mov rdx, [r13+systemTable]
	a.Label("table")                     //
	a.Op(0x85, 0xc9)                     // test ecx, ecx
	a.Jump("no ACPI", asm.JZ...)         // jz no ACPI
	a.Op(0x48, 0x8b, 0x02)               // mov rax, [rdx]
	a.OpRel("ACPI", 0x48, 0x3b, 0x05)    // cmp rax, [ACPI]
	a.Jump("other table", asm.JNZ...)    // jnz other table
	a.Op(0x48, 0x8b, 0x42, 8)            // mov rax, [rdx+8]
	a.OpRel("ACPI+8", 0x48, 0x3b, 0x05)  // cmp rax, [ACPI+8]
	a.Jump("other table", asm.JNZ...)    // jnz other table
	a.Op(0x48, 0x8b, 0x42, 16)           // mov rax, [rdx+16]
	a.OpRel("RSDP", 0x48, 0x89, 0x05)    // mov [RSDP], rax
	a.Jump("no ACPI", asm.JMP...)        // jmp no ACPI
	a.Label("other table")               //
	a.Op(0x48, 0x83, 0xc2, 24)           // add rdx, 24
	a.Op(0xff, 0xc9)                     // dec ecx
	a.Jump("table", asm.JMP...)          // jmp table
	a.Label("no ACPI")
}

// exitFirmware gets the memory map and ends the boot services, which takes the key of the latest map.
func exitFirmware(a *asm.Assembler) {
	a.Op32(exitTries, 0xbb)                         // mov ebx, exitTries
	a.Label("exit")                                 //
	a.OpRel("map size", 0x48, 0x8d, 0x0d)           // lea rcx, [map size]
	a.Op32(mapSize, 0x48, 0xc7, 0x01)               // mov qword [rcx], mapSize
	a.OpRel("map", 0x48, 0x8d, 0x15)                // lea rdx, [map]
	a.OpRel("map key", 0x4c, 0x8d, 0x05)            // lea r8, [map key]
	a.OpRel("descriptor size", 0x4c, 0x8d, 0x0d)    // lea r9, [descriptor size]
	a.OpRel("descriptor version", 0x48, 0x8d, 0x05) // lea rax, [descriptor version]
	a.Op(0x48, 0x89, 0x44, 0x24, 0x20)              // mov [rsp+0x20], rax
	a.Op(0x41, 0xff, 0x56, bootGetMemoryMap)        // call [r14+bootGetMemoryMap]
	a.OpRel("no map", 0x48, 0x8d, 0x3d)             // lea rdi, [no map]
	a.Op(0x48, 0x85, 0xc0)                          // test rax, rax
	a.Jump("give up", asm.JNZ...)                   // jnz give up
	a.Op(0x4c, 0x89, 0xe1)                          // mov rcx, r12
	a.OpRel("map key", 0x48, 0x8b, 0x15)            // mov rdx, [map key]
	a.Op32(bootExit, 0x41, 0xff, 0x96)              // call [r14+bootExit]
	a.Op(0x48, 0x85, 0xc0)                          // test rax, rax
	a.Jump("ours", asm.JZ...)                       // jz ours
	a.Op(0xff, 0xcb)                                // dec ebx
	a.Jump("exit", asm.JNZ...)                      // jnz exit
	a.OpRel("no exit", 0x48, 0x8d, 0x3d)            // lea rdi, [no exit]
}

// copySegments does what a PVH loader does, in words of eight bytes first.
func copySegments(a *asm.Assembler) {
	a.Op(0xfa) // cli
	a.Op(0xfc) // cld
	eachSegment(a, "copy", func() {
		a.Op(0x48, 0x8b, 0x75, progOff)   // mov rsi, [rbp+progOff]
		a.Op(0x4c, 0x01, 0xfe)            // add rsi, r15
		a.Op(0x48, 0x8b, 0x7d, progPaddr) // mov rdi, [rbp+progPaddr]
		a.Op(0x48, 0x8b, 0x4d, progFile)  // mov rcx, [rbp+progFile]
		a.Op(0x48, 0x89, 0xca)            // mov rdx, rcx
		a.Op(0x48, 0xc1, 0xe9, 3)         // shr rcx, 3
		a.Op(0xf3, 0x48, 0xa5)            // rep movsq
		a.Op(0x89, 0xd1)                  // mov ecx, edx
		a.Op(0x83, 0xe1, 7)               // and ecx, 7
		a.Op(0xf3, 0xa4)                  // rep movsb
		a.Op(0x48, 0x8b, 0x4d, progMem)   // mov rcx, [rbp+progMem]
		a.Op(0x48, 0x29, 0xd1)            // sub rcx, rdx
		a.Op(0x48, 0x89, 0xca)            // mov rdx, rcx
		a.Op(0x31, 0xc0)                  // xor eax, eax
		a.Op(0x48, 0xc1, 0xe9, 3)         // shr rcx, 3
		a.Op(0xf3, 0x48, 0xab)            // rep stosq
		a.Op(0x89, 0xd1)                  // mov ecx, edx
		a.Op(0x83, 0xe1, 7)               // and ecx, 7
		a.Op(0xf3, 0xaa)                  // rep stosb
	})
}

// writeMemoryMap writes the firmware's memory map to the boot segment, in the form that BootInfo has it, neighbours of the
// same kind as one. EDI is the entry before the next, EBX the number of entries.
func writeMemoryMap(a *asm.Assembler) {
	a.OpRel("map", 0x48, 0x8d, 0x35)               // lea rsi, [map]
	a.OpRel("map size", 0x4c, 0x8b, 0x05)          // mov r8, [map size]
	a.Op(0x49, 0x01, 0xf0)                         // add r8, rsi
	a.Op32(addrMemory-metal.MemoryEntrySize, 0xbf) // mov edi, memory-24
	a.Op(0x31, 0xdb)                               // xor ebx, ebx
	a.Label("descriptor")                          //
	a.Op(0x4c, 0x39, 0xc6)                         // cmp rsi, r8
	a.Jump("listed", asm.JAE...)                   // jae listed
	a.Op(0x8b, 0x06)                               // mov eax, [rsi]      ; type
	a.Op(0x4c, 0x8b, 0x4e, 8)                      // mov r9, [rsi+8]     ; address
	a.Op(0x4c, 0x8b, 0x56, 24)                     // mov r10, [rsi+24]   ; pages
	a.Op(0x49, 0xc1, 0xe2, 12)                     // shl r10, 12
	a.Op(0x83, 0xf8, byte(len(memoryKinds)))       // cmp eax, len(memoryKinds)
	a.Jump("known kind", asm.JB...)                // jb known kind
	a.Op(0x31, 0xc0)                               // xor eax, eax        ; reserved
	a.Label("known kind")                          //
	a.OpRel("kinds", 0x48, 0x8d, 0x0d)             // lea rcx, [kinds]
	a.Op(0x0f, 0xb6, 0x0c, 0x01)                   // movzx ecx, byte [rcx+rax]
	a.Op(0x85, 0xdb)                               // test ebx, ebx
	a.Jump("new entry", asm.JZ...)                 // jz new entry
	a.Op(0x3b, 0x4f, 16)                           // cmp ecx, [rdi+16]
	a.Jump("new entry", asm.JNZ...)                // jnz new entry
	a.Op(0x48, 0x8b, 0x07)                         // mov rax, [rdi]
	a.Op(0x48, 0x03, 0x47, 8)                      // add rax, [rdi+8]
	a.Op(0x4c, 0x39, 0xc8)                         // cmp rax, r9
	a.Jump("new entry", asm.JNZ...)                // jnz new entry
	a.Op(0x4c, 0x01, 0x57, 8)                      // add [rdi+8], r10
	a.Jump("next descriptor", asm.JMP...)          // jmp next descriptor
	a.Label("new entry")                           //
	a.Op32(memoryEntries, 0x81, 0xfb)              // cmp ebx, memoryEntries
	a.Jump("listed", asm.JZ...)                    // jz listed           ; what there is no room for is not used
	a.Op(0x83, 0xc7, metal.MemoryEntrySize)        // add edi, 24
	a.Op(0xff, 0xc3)                               // inc ebx
	a.Op(0x4c, 0x89, 0x0f)                         // mov [rdi], r9
	a.Op(0x4c, 0x89, 0x57, 8)                      // mov [rdi+8], r10
	a.Op(0x89, 0x4f, 16)                           // mov [rdi+16], ecx
	a.Label("next descriptor")                     //
	a.OpRel("descriptor size", 0x48, 0x03, 0x35)   // add rsi, [descriptor size]
	a.Jump("descriptor", asm.JMP...)               // jmp descriptor
	a.Label("listed")
}

// leaveStub completes BootInfo and jumps to the boot segment.
func leaveStub(a *asm.Assembler) error {
	boot, err := stub(0) // for the address only, which does not depend on the kernel's entry
	if err != nil {
		return err
	}
	a.Op32(addrBootInfo, 0xba)                        // mov edx, bootInfo
	a.Op(0x89, 0x5a, metal.BootInfoMemoryLength)      // mov [rdx+MemoryEntries], ebx
	a.Op32(addrMemory, 0xb8)                          // mov eax, memory
	a.Op(0x48, 0x89, 0x42, metal.BootInfoMemoryMap)   // mov [rdx+MemoryMap], rax
	a.OpRel("RSDP", 0x48, 0x8b, 0x05)                 // mov rax, [RSDP]
	a.Op(0x48, 0x89, 0x42, metal.BootInfoRSDP)        // mov [rdx+RSDP], rax
	a.OpRel("screen", 0x48, 0x8d, 0x35)               // lea rsi, [screen]
	a.Op(0x48, 0x8d, 0x7a, metal.BootInfoFramebuffer) // lea rdi, [rdx+Framebuffer]
	a.Op32(4, 0xb9)                                   // mov ecx, 4
	a.Op(0xf3, 0x48, 0xa5)                            // rep movsq
	a.Op32(boot.uefi, 0xb8)                           // mov eax, uefi
	a.Op(0xff, 0xe0)                                  // jmp rax
	return nil
}

// stubData emits what the stub reads and writes. The memory map lies behind it, where the file has no bytes.
func stubData(a *asm.Assembler) {
	data := func(name string, bytes ...byte) {
		a.Label(name)
		a.Op(bytes...)
	}
	data("graphics output", graphicsOutput...)
	data("ACPI", acpiTable[:8]...)
	data("ACPI+8", acpiTable[8:]...)
	for _, name := range []string{"interface", "address", "RSDP", "map size", "map key", "descriptor size", "descriptor version"} {
		data(name, make([]byte, 8)...)
	}
	data("screen", make([]byte, 32)...)
	data("kinds", memoryKinds...)
	for _, message := range []struct{ name, text string }{{"no memory", noMemory}, {"no map", noMap}, {"no exit", noExit}} {
		data(message.name, utf16Text(message.text)...)
	}
	a.LabelAt("map", uint32(pageUp(uint64(a.Here()))))
}

// utf16Text is text as the firmware's console takes it.
func utf16Text(text string) (out []byte) {
	for _, unit := range utf16.Encode([]rune(text + "\x00")) {
		out = binary.LittleEndian.AppendUint16(out, unit)
	}
	return out
}
