package image_test

import (
	"bytes"
	"debug/elf"
	"encoding/binary"
	"errors"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/witan-os/witan/loader"
	"github.com/witan-os/witan/loader/image"
	"github.com/witan-os/witan/loader/internal/openkey"
	"github.com/witan-os/witan/loader/payload"
)

func pack(elf []byte) (payload.Header, error) {
	_, header, err := image.Pack(image.Program{ELF: elf, Kind: payload.Demo}, openkey.Private())
	return header, err
}

// TestDeclaration packs a program that declares an entry point, as it is and with changed declarations.
func TestDeclaration(t *testing.T) {
	program := goProgram(t, testPayload)
	header, err := pack(program)
	if err != nil {
		t.Fatal(err)
	}
	if header.Type != image.DeclaredType(2) || header.StackSize != 64<<10 || header.CPUs != 3 || header.Memory != 64<<20 || header.PhysicalMap != 0x7e80_0000_0000 {
		t.Errorf("header %+v", header)
	}
	last := header.Parts[len(header.Parts)-1]
	if last.Size >= 32<<20 || header.Stacks+header.StackSize*3 != header.End {
		t.Errorf("the loader clears %#x bytes; stacks at %#x end at %#x", last.Size, header.Stacks, header.End)
	}

	le := binary.LittleEndian
	options := bytes.Index(program, le.AppendUint64(le.AppendUint64(nil, 64<<10), 3))
	for _, c := range []struct {
		name  string
		at    int // in words from the options
		value uint64
		want  string
	}{
		{"an older BootInfo", -2, 1, "takes version 1 of BootInfo, this loader gives version 2"},
		{"a newer BootInfo", -2, 3, "takes version 3"},
		{"a stack within pages", 0, 10_000, "declares 3 CPUs with stacks of 10000 bytes"},
		{"a huge stack", 0, 1 << 62, "declares 3 CPUs with stacks of 4611686018427387904 bytes"},
		{"a thousand CPUs", 1, 1000, "1000 CPUs: want 1 to 256"},
		{"CPUs without end", 1, 1 << 63, "declares 9223372036854775808 CPUs"},
		{"a map within a table", 4, 1 << 30, "multiple of 0x8000000000"},
		{"a map where no address can be", 4, 1 << 47, "at 0x800000000000 is not at a multiple of 0x8000000000 that is a virtual address"},
	} {
		changed := bytes.Clone(program)
		le.PutUint64(changed[options+8*c.at:], c.value)
		if _, err := pack(changed); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, want %q", c.name, err, c.want)
		}
	}
}

// TestTailLeftAlone makes images of a program whose .bss has 32 MiB that the kernel makes use of page by page. For PVH loaders, which
// fill whole segments, most of it is no part of the segment; for UEFI, which gives memory away, all of it is.
func TestTailLeftAlone(t *testing.T) {
	program := goProgram(t, "github.com/witan-os/witan/loader/stage2")
	for format, whole := range map[image.Format]bool{image.PVH: false, image.EFI: true} {
		var out bytes.Buffer
		if err := image.Assemble(&out, program, []byte("payload"), format); err != nil {
			t.Fatal(err)
		}
		file := out.Bytes()
		file = file[max(0, bytes.Index(file, []byte(elf.ELFMAG))):]
		f, err := elf.NewFile(bytes.NewReader(file))
		if err != nil {
			t.Fatal(err)
		}
		writable := f.Progs[len(f.Progs)-3] // before the payload and the note
		if all := writable.Memsz >= 32<<20; writable.Flags&elf.PF_W == 0 || writable.Memsz <= writable.Filesz || all != whole {
			t.Errorf("format %d: segment %+v: it has all of .bss: %t, want %t", format, writable.ProgHeader, all, whole)
		}
	}
}

// TestHiddenDeclaration packs a program that fills in its declaration when it runs, as one without inlining does.
func TestHiddenDeclaration(t *testing.T) {
	file := filepath.Join(t.TempDir(), "program")
	cmd := exec.Command("go", "build", "-gcflags="+testPayload+"=-l", "-ldflags", "-s -w "+image.LinkFlags, "-o", file, testPayload)
	if _, err := pack(build(t, cmd, file)); !errors.Is(err, loader.ErrHidden) {
		t.Errorf("error %v, want %v", err, loader.ErrHidden)
	}
}

// TestUndeclared packs a program that declares nothing.
func TestUndeclared(t *testing.T) {
	header, err := pack(emptyELF())
	if err != nil {
		t.Fatal(err)
	}
	if header.Type != image.MainType() || header.StackSize != loader.DefaultStackSize || header.CPUs != loader.DefaultCPUs || header.Memory != 0 {
		t.Errorf("header %+v", header)
	}
}
