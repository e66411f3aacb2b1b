package image

import (
	"bytes"
	"debug/elf"
	"encoding/binary"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/witan-os/witan/loader/internal/testkernel"
)

// emptyKernel is a valid kernel that does nothing.
func emptyKernel() []byte {
	a := testkernel.New()
	testkernel.Hang(a)
	return testkernel.ELF(a, 1<<20)
}

// patched returns emptyKernel with changed headers.
func patched(change func(h *elf.Header64, p *elf.Prog64)) []byte {
	file := emptyKernel()
	var h elf.Header64
	var p elf.Prog64
	le := binary.LittleEndian
	mustDo(binary.Decode(file, le, &h))
	mustDo(binary.Decode(file[elfHeaderSize:], le, &p))
	change(&h, &p)
	mustDo(binary.Encode(file, le, h))
	mustDo(binary.Encode(file[elfHeaderSize:], le, p))
	return file
}

func mustDo(_ int, err error) {
	if err != nil {
		panic(err)
	}
}

// withSegments returns emptyKernel with further program headers.
func withSegments(more ...elf.Prog64) []byte {
	file := patched(func(h *elf.Header64, _ *elf.Prog64) { h.Phnum += uint16(len(more)) })
	mustDo(binary.Encode(file[elfHeaderSize+progHeaderSize:], binary.LittleEndian, more))
	return file
}

func load(addr, size uint64) elf.Prog64 {
	return elf.Prog64{Type: uint32(elf.PT_LOAD), Flags: uint32(elf.PF_R), Vaddr: addr, Memsz: size}
}

// withSymbols returns emptyKernel with a symbol table of one function. The flags go to the table's section.
func withSymbols(name string, value uint64, flags elf.SectionFlag) []byte {
	file := patched(func(h *elf.Header64, _ *elf.Prog64) { h.Shentsize, h.Shnum, h.Shstrndx = 64, 3, 2 })
	var out bytes.Buffer
	write := func(data any) (offset uint64) {
		offset = uint64(len(file) + out.Len())
		if err := binary.Write(&out, binary.LittleEndian, data); err != nil {
			panic(err)
		}
		return offset
	}
	symbols := []elf.Sym64{{}, {Name: 1, Info: byte(elf.STT_FUNC), Shndx: uint16(elf.SHN_ABS), Value: value}}
	symbolsAt := write(symbols)
	names := []byte("\x00" + name + "\x00")
	namesAt := write(names)
	sectionsAt := write([]elf.Section64{
		{},
		{Type: uint32(elf.SHT_SYMTAB), Flags: uint64(flags), Off: symbolsAt, Size: namesAt - symbolsAt, Link: 2, Entsize: elf.Sym64Size},
		{Type: uint32(elf.SHT_STRTAB), Off: namesAt, Size: uint64(len(names))},
	})
	file = append(file, out.Bytes()...)
	binary.LittleEndian.PutUint64(file[40:], sectionsAt) // Shoff
	return file
}

func TestParseKernel(t *testing.T) {
	for name, file := range map[string][]byte{
		"plain":         emptyKernel(),
		"symbol":        withSymbols(EntrySymbol, testkernel.Entry, 0),
		"wrapped":       withSymbols(EntrySymbol+".abi0", testkernel.Entry, 0),
		"empty segment": withSegments(load(0, 0)),
		"at the limits": withSegments(load(kernelMin, 1), load(kernelMax-1, 1)),
	} {
		t.Run(name, func(t *testing.T) {
			k, err := parseKernel(file)
			if err != nil {
				t.Fatal(err)
			}
			if k.entry != testkernel.Entry {
				t.Errorf("entry %#x", k.entry)
			}
		})
	}
}

func TestParseKernelErrors(t *testing.T) {
	good := emptyKernel()
	for _, test := range []struct {
		name string
		file []byte
		want string
	}{
		{"empty", nil, "not a complete ELF file"},
		{"text", []byte("#!/bin/sh\n"), "not a complete ELF file"},
		{"cut in headers", good[:100], "not a complete ELF file"},
		{"cut in code", good[:len(good)-1], "program header 0: 0x1006 bytes at offset 0x0, but the file ends at 0x1005"},
		{"other machine", patched(func(h *elf.Header64, _ *elf.Prog64) { h.Machine = uint16(elf.EM_AARCH64) }), "built for EM_AARCH64"},
		{"position independent", patched(func(h *elf.Header64, _ *elf.Prog64) { h.Type = uint16(elf.ET_DYN) }), "type ET_DYN"},
		{"dynamic", withSegments(elf.Prog64{Type: uint32(elf.PT_INTERP)}), "dynamically linked; build it with CGO_ENABLED=0"},
		{"no segments", patched(func(_ *elf.Header64, p *elf.Prog64) { p.Type = uint32(elf.PT_NULL) }), "no loadable segments"},
		{"over the stub", patched(func(_ *elf.Header64, p *elf.Prog64) { p.Vaddr = kernelMin - 1 }), "link the kernel for another address"},
		{"above 3 GiB", withSegments(load(kernelMax-4096, 4097)), "program header 1: 0x1001 bytes at 0xbffff000 are not within 0x10f000 and 0xc0000000"},
		{"around the end", withSegments(load(kernelMax-1, ^uint64(0))), "are not within"},
		{"overlap", withSegments(load(testkernel.Base+4096, 1)), "the segments at 0x400000 and 0x401000 overlap"},
		{"same address", withSegments(load(testkernel.Base, 1)), "overlap"},
		{"file larger than memory", patched(func(_ *elf.Header64, p *elf.Prog64) { p.Memsz = 1 }), "0x1006 bytes in the file, but only 0x1 in memory"},
		{"offset wraps", patched(func(_ *elf.Header64, p *elf.Prog64) { p.Off = 1 << 62 }), "at offset 0x4000000000000000"},
		{"entry in data", patched(func(_ *elf.Header64, p *elf.Prog64) { p.Flags = uint32(elf.PF_R) }), "the entry point 0x401000 is not in an executable segment"},
		{"entry in bss", patched(func(h *elf.Header64, _ *elf.Prog64) { h.Entry += 4096 }), "the entry point 0x402000 is not in"},
		{"many segments", withSegments(manySegments()...), "more than 32 loadable segments"},
		{"other entry", withSymbols(EntrySymbol, testkernel.Entry+1, 0), "it starts at 0x401000, and not at github.com/witan-os/witan/kernel/metal.entry; build it with"},
		{"no entry", withSymbols("main.main", testkernel.Entry, 0), "import github.com/witan-os/witan/kernel/metal"},
		{"compressed symbols", withSymbols(EntrySymbol, testkernel.Entry, elf.SHF_COMPRESSED), "compress"},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := parseKernel(test.file)
			if err == nil || !strings.Contains(err.Error(), test.want) || !strings.HasPrefix(err.Error(), "kernel: ") {
				t.Errorf("error %v, want one with %q", err, test.want)
			}
		})
	}
}

func manySegments() (segments []elf.Prog64) {
	for i := range uint64(maxSegments) {
		segments = append(segments, load(kernelMin+0x1000*i, 1))
	}
	return segments
}

// TestForgottenLinkFlags has a real program, with and without symbols.
func TestForgottenLinkFlags(t *testing.T) {
	if testing.Short() {
		t.Skip("builds programs")
	}
	dir := t.TempDir()
	source := filepath.Join(dir, "main.go")
	if err := os.WriteFile(source, []byte("package main\nfunc main() {}\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	for ldflags, want := range map[string]string{
		"-s -w": "kernel: it starts in the Go runtime; build it with",
		"":      "kernel: it has no symbol " + EntrySymbol,
	} {
		program := filepath.Join(dir, "program")
		build := exec.Command("go", "build", "-ldflags", ldflags, "-o", program, source)
		build.Dir = dir
		build.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS=linux", "GOARCH=amd64", "GOFLAGS=", "GOWORK=off")
		if out, err := build.CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		file, err := os.ReadFile(program)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := parseKernel(file); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("with -ldflags %q: error %v, want %q", ldflags, err, want)
		}
	}
}
