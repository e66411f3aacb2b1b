package image

import (
	"bytes"
	"cmp"
	"debug/elf"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"

	"github.com/witan-os/witan/loader/internal/asm"
)

// EntrySymbol is where a kernel starts: the first instruction of the trap layer.
const EntrySymbol = "github.com/witan-os/witan/kernel/metal.entry"

// LinkFlags is what `go build -ldflags` needs to make a program bootable. The program must import
// kernel/metal, directly or not, and be built with CGO_ENABLED=0 GOOS=linux GOARCH=amd64.
const LinkFlags = "-E " + EntrySymbol

const howToLink = `; build it with CGO_ENABLED=0 GOOS=linux GOARCH=amd64 and -ldflags "` + LinkFlags + `"`

const (
	// kernelMin is the lowest address a kernel may use: below lie the boot segment and the legacy area.
	kernelMin = bootBase + bootMemory
	// kernelMax is where the page tables start to map devices.
	kernelMax = deviceGiB << 30

	maxSegments = 32
)

// A kernel is a checked program, ready to be placed in an image.
type kernel struct {
	entry    uint32
	segments []segment // by address, not overlapping
}

// A segment is a part of physical memory that starts out as data followed by zeroes.
type segment struct {
	addr  uint64
	size  uint64 // in memory, at least len(data)
	flags elf.ProgFlag
	data  []byte
}

func (s segment) end() uint64 { return s.addr + s.size }

// parseKernel checks that file is a program that can be booted.
func parseKernel(file []byte) (*kernel, error) {
	f, err := elf.NewFile(bytes.NewReader(file))
	if err != nil {
		return nil, fmt.Errorf("kernel: not a complete ELF file: %w", err)
	}
	if err := checkKind(f); err != nil {
		return nil, fmt.Errorf("kernel: %w%s", err, howToLink)
	}
	k := &kernel{}
	if k.segments, err = loadSegments(f, file); err != nil {
		return nil, fmt.Errorf("kernel: %w", err)
	}
	if err := k.checkEntry(f); err != nil {
		return nil, fmt.Errorf("kernel: %w", err)
	}
	return k, nil
}

// checkKind asks for a static 64-bit x86 program.
func checkKind(f *elf.File) error {
	switch {
	case f.Class != elf.ELFCLASS64 || f.Machine != elf.EM_X86_64 || f.Data != elf.ELFDATA2LSB:
		return fmt.Errorf("built for %v, %v, not for 64-bit x86", f.Machine, f.Class)
	case f.Type != elf.ET_EXEC:
		return fmt.Errorf("an ELF file of type %v, not a program with fixed addresses (%v)", f.Type, elf.ET_EXEC)
	}
	for _, p := range f.Progs {
		if p.Type == elf.PT_INTERP || p.Type == elf.PT_DYNAMIC {
			return errors.New("dynamically linked")
		}
	}
	return nil
}

// loadSegments returns what the program wants in memory, sorted by address.
func loadSegments(f *elf.File, file []byte) ([]segment, error) {
	var segments []segment
	for i, p := range f.Progs {
		if p.Type != elf.PT_LOAD || p.Memsz == 0 {
			continue
		}
		if len(segments) == maxSegments {
			return nil, fmt.Errorf("more than %d loadable segments", maxSegments)
		}
		s, err := loadSegment(p, file)
		if err != nil {
			return nil, fmt.Errorf("program header %d: %w", i, err)
		}
		segments = append(segments, s)
	}
	if len(segments) == 0 {
		return nil, errors.New("no loadable segments")
	}
	slices.SortFunc(segments, func(a, b segment) int { return cmp.Compare(a.addr, b.addr) })
	for i, s := range segments[1:] {
		if before := segments[i]; before.end() > s.addr {
			return nil, fmt.Errorf("the segments at %#x and %#x overlap", before.addr, s.addr)
		}
	}
	return segments, nil
}

func loadSegment(p *elf.Prog, file []byte) (segment, error) {
	size := uint64(len(file))
	switch {
	case p.Vaddr < kernelMin || p.Vaddr >= kernelMax || p.Memsz > kernelMax-p.Vaddr:
		return segment{}, fmt.Errorf("%#x bytes at %#x are not within %#x and %#x: link the kernel for another address (-T)",
			p.Memsz, p.Vaddr, uint64(kernelMin), uint64(kernelMax))
	case p.Filesz > p.Memsz:
		return segment{}, fmt.Errorf("%#x bytes in the file, but only %#x in memory", p.Filesz, p.Memsz)
	case p.Off > size || p.Filesz > size-p.Off:
		return segment{}, fmt.Errorf("%#x bytes at offset %#x, but the file ends at %#x", p.Filesz, p.Off, size)
	}
	data := file[p.Off : p.Off+p.Filesz]
	return segment{addr: p.Vaddr, size: p.Memsz, flags: p.Flags, data: data}, nil
}

// checkEntry finds the entry point in an executable segment, and asks that it be the trap layer's.
func (k *kernel) checkEntry(f *elf.File) error {
	code := k.codeAt(f.Entry)
	if code == nil {
		return fmt.Errorf("the entry point %#x is not in an executable segment", f.Entry)
	}
	k.entry = uint32(f.Entry) // below 3 GiB, as every segment
	symbols, err := symbolTable(f)
	if err != nil {
		return err
	}
	if symbols == nil {
		if k.startsRuntime(f.Entry) {
			return errors.New("it starts in the Go runtime" + howToLink)
		}
		return nil
	}
	for _, s := range symbols {
		// The linker adds the suffix when Go code refers to the function, too.
		if s.Name != EntrySymbol && s.Name != EntrySymbol+".abi0" {
			continue
		}
		if s.Value != f.Entry {
			return fmt.Errorf("it starts at %#x, and not at %s%s", f.Entry, EntrySymbol, howToLink)
		}
		return nil
	}
	return fmt.Errorf("it has no symbol %s: import github.com/witan-os/witan/kernel/metal%s", EntrySymbol, howToLink)
}

// codeAt returns the bytes of the executable segment around addr, from addr on; nil if there is none.
func (k *kernel) codeAt(addr uint64) []byte {
	for _, s := range k.segments {
		if s.flags&elf.PF_X != 0 && addr >= s.addr && addr-s.addr < uint64(len(s.data)) {
			return s.data[addr-s.addr:]
		}
	}
	return nil
}

// symbolTable returns the symbols of a program, or nil if it was stripped of them.
func symbolTable(f *elf.File) ([]elf.Symbol, error) {
	table := f.SectionByType(elf.SHT_SYMTAB)
	if table == nil {
		return nil, nil
	}
	// Reading a compressed section could take any amount of memory, and no linker writes such a table.
	compressed := table.Flags & elf.SHF_COMPRESSED
	if int64(table.Link) < int64(len(f.Sections)) {
		compressed |= f.Sections[table.Link].Flags & elf.SHF_COMPRESSED
	}
	if compressed != 0 {
		return nil, errors.New("the symbol table is compressed")
	}
	symbols, err := f.Symbols()
	if err != nil && !errors.Is(err, elf.ErrNoSymbols) {
		return nil, fmt.Errorf("symbol table: %w", err)
	}
	return symbols, nil
}

// startsRuntime recognises, in a program without symbols, the way every Go program for Linux starts: a jump
// to code that takes the argument count and vector from the stack, where Linux puts them. Forgetting
// LinkFlags is the most likely mistake, and `go test` strips the programs it runs.
func (k *kernel) startsRuntime(entry uint64) bool {
	fromStack := []byte{
		0x48, 0x8b, 0x3c, 0x24, // mov rdi, [rsp]
		0x48, 0x8d, 0x74, 0x24, 0x08, // lea rsi, [rsp+8]
	}
	code := k.codeAt(entry)
	if len(code) < 5 || code[0] != asm.JMP[0] {
		return false
	}
	target := entry + 5 + uint64(int64(int32(binary.LittleEndian.Uint32(code[1:]))))
	return bytes.HasPrefix(k.codeAt(target), fromStack)
}
