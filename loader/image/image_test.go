package image

import (
	"bytes"
	"debug/elf"
	"encoding/binary"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/witan-os/witan/internal/ramdisk"
	"github.com/witan-os/witan/kernel/metal"
)

func testRamdisk(t testing.TB) []byte {
	t.Helper()
	var b ramdisk.Builder
	if err := b.AddFile("hello", 0o644, []byte("hello from the ramdisk")); err != nil {
		t.Fatal(err)
	}
	archive, err := b.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	return archive
}

func build(t testing.TB, img Image) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := Build(&out, img); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestLayout(t *testing.T) {
	img := Image{Kernel: withSegments(load(0x20_0000, 0x1234)), Ramdisk: testRamdisk(t)}
	file := build(t, img)
	if !bytes.Equal(file, build(t, img)) {
		t.Error("the same input gave different images")
	}
	f, err := elf.NewFile(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	code := uint64(len(img.Kernel))
	disk := uint64(len(img.Ramdisk))
	want := []elf.ProgHeader{
		{Type: elf.PT_LOAD, Flags: elf.PF_R | elf.PF_W | elf.PF_X, Off: 0x1000, Vaddr: 0x10_0000, Paddr: 0x10_0000, Filesz: 0x9000, Memsz: 0xf000, Align: 0x1000},
		{Type: elf.PT_LOAD, Flags: elf.PF_R, Off: 0xa000, Vaddr: 0x20_0000, Paddr: 0x20_0000, Filesz: 0, Memsz: 0x1234, Align: 0x1000},
		{Type: elf.PT_LOAD, Flags: elf.PF_R | elf.PF_W | elf.PF_X, Off: 0xa000, Vaddr: 0x40_0000, Paddr: 0x40_0000, Filesz: code, Memsz: code + 1<<20, Align: 0x1000},
		{Type: elf.PT_LOAD, Flags: elf.PF_R, Off: 0xc000, Vaddr: 0x50_2000, Paddr: 0x50_2000, Filesz: disk, Memsz: disk, Align: 0x1000},
		{Type: elf.PT_NOTE, Flags: elf.PF_R, Off: 0x1880, Vaddr: 0x10_0880, Paddr: 0x10_0880, Filesz: 20, Memsz: 20, Align: 4},
	}
	if len(f.Progs) != len(want) {
		t.Fatalf("%d program headers, want %d", len(f.Progs), len(want))
	}
	for i, p := range f.Progs {
		if p.ProgHeader != want[i] {
			t.Errorf("program header %d is\n%+v, want\n%+v", i, p.ProgHeader, want[i])
		}
	}
	for i, data := range map[int][]byte{2: img.Kernel, 3: img.Ramdisk} {
		if got, err := io.ReadAll(f.Progs[i].Open()); err != nil || !bytes.Equal(got, data) {
			t.Errorf("program header %d: the data differs, %v", i, err)
		}
	}
	info, err := Inspect(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	if want := (metal.BootInfo{
		RamdiskAddr: 0x50_2000, RamdiskSize: disk, Stacks: 0x50_3000, StackSize: 0x1_0000, CPUs: 16, KernelEnd: 0x60_3000,
	}); info != want {
		t.Errorf("boot info %+v, want %+v", info, want)
	}
}

func TestLayoutWithoutRamdisk(t *testing.T) {
	file := build(t, Image{Kernel: emptyKernel()})
	info, err := Inspect(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	if want := (metal.BootInfo{Stacks: 0x50_2000, StackSize: 0x1_0000, CPUs: 16, KernelEnd: 0x60_2000}); info != want {
		t.Errorf("boot info %+v, want %+v", info, want)
	}
}

// TestPageTables walks the tables as a processor does.
func TestPageTables(t *testing.T) {
	segment := make([]byte, bootSize)
	writePageTables(segment)
	table := func(addr, index uint64) uint64 {
		return binary.LittleEndian.Uint64(segment[addr&^0xfff-bootBase+8*index:])
	}
	const flags = pagePresent | pageWritable
	for _, addr := range []uint64{0, 0x1000, 0x1f_f000, 0x20_0000, 0x3fff_f000, 0x4000_0000, 0xbfff_f000, 0xc000_0000, 0xfee0_0000, 0xffff_f000} {
		l4 := table(addrPML4, addr>>39)
		l3 := table(l4, addr>>30&511)
		l2 := table(l3, addr>>21&511)
		if l4&0xfff != flags || l3&0xfff != flags || l2&flags != flags {
			t.Fatalf("%#x: entries %#x %#x %#x", addr, l4, l3, l2)
		}
		got, last := l2&^0x1f_ffff|addr&0x1f_ffff, l2
		if l2&pageLarge == 0 {
			last = table(l2, addr>>12&511)
			got = last &^ 0xfff
		}
		if got != addr {
			t.Errorf("%#x is mapped to %#x", addr, got)
		}
		if small := l2&pageLarge == 0; small != (addr < 2<<20) {
			t.Errorf("%#x: small page %v", addr, small)
		}
		if uncached := last&(pageUncached|pageWriteThrough) != 0; uncached != (addr >= 3<<30) {
			t.Errorf("%#x: uncached %v", addr, uncached)
		}
	}
}

func TestBuildErrors(t *testing.T) {
	for _, test := range []struct {
		name string
		img  Image
		want string
	}{
		{"no kernel", Image{}, "image: kernel: not a complete ELF file"},
		{"bad ramdisk", Image{Kernel: emptyKernel(), Ramdisk: []byte("PK")}, "image: ramdisk: entry at offset 0x0"},
		{"no room", Image{Kernel: withSegments(load(kernelMax-1, 1)), Ramdisk: testRamdisk(t)}, "image: kernel and ramdisk end at 0xc0101000, the limit is 0xc0000000"},
	} {
		t.Run(test.name, func(t *testing.T) {
			var out bytes.Buffer
			err := Build(&out, test.img)
			if err == nil || !strings.HasPrefix(err.Error(), test.want) || out.Len() > 0 {
				t.Errorf("error %v after %d bytes, want %q", err, out.Len(), test.want)
			}
		})
	}
}

func TestBuildReportsWriteErrors(t *testing.T) {
	img := Image{Kernel: emptyKernel(), Ramdisk: testRamdisk(t)}
	size := len(build(t, img))
	full := errors.New("disk full")
	for room := 0; room < size; room += 0x0fff {
		if err := Build(&limitedWriter{room: room, err: full}, img); !errors.Is(err, full) {
			t.Errorf("after %#x bytes: error %v", room, err)
		}
	}
}

// A limitedWriter fails when it has no room for a Write.
type limitedWriter struct {
	room int
	err  error
}

func (w *limitedWriter) Write(p []byte) (int, error) {
	if len(p) > w.room {
		return 0, w.err
	}
	w.room -= len(p)
	return len(p), nil
}

func TestInspectErrors(t *testing.T) {
	good := build(t, Image{Kernel: emptyKernel(), Ramdisk: testRamdisk(t)})
	change := func(at int, b byte) []byte {
		file := bytes.Clone(good)
		file[at] = b
		return file
	}
	for _, test := range []struct {
		name string
		file []byte
		want string
	}{
		{"empty", nil, "not an image made by this tool: only 0 bytes"},
		{"text", bytes.Repeat([]byte("text"), 1<<14), "not an image made by this tool"},
		{"a kernel", append(emptyKernel(), make([]byte, 1<<16)...), "not an image made by this tool"},
		{"cut", good[:len(good)-pageSize], "the image is cut off: 2048 bytes belong at offset 0xc000, but the file ends at 0xc000"},
		{"cut early", good[:bootOffset+bootSize], "the image is cut off"},
		{"program headers", change(57, 0xff), "65284 program headers"},
		{"boot info", change(bootOffset+offBootInfo, 'X'), "boot info: magic is not WITANBI2"},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := Inspect(bytes.NewReader(test.file), int64(len(test.file)))
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("error %v, want one with %q", err, test.want)
			}
		})
	}
}

// FuzzBuild checks that any kernel gives an error or an image that Inspect takes.
func FuzzBuild(f *testing.F) {
	good := emptyKernel()
	f.Add(good, []byte{})
	f.Add(good[:len(good)-1], []byte{})
	f.Add(withSymbols(EntrySymbol, 0x401000, 0), testRamdisk(f))
	f.Add(withSymbols(EntrySymbol, 0x401000, elf.SHF_COMPRESSED), []byte{})
	f.Add(withSegments(load(0x20_0000, 1<<30)), testRamdisk(f))
	f.Fuzz(func(t *testing.T, kernel, disk []byte) {
		var out bytes.Buffer
		if err := Build(&out, Image{Kernel: kernel, Ramdisk: disk}); err != nil {
			return
		}
		info, err := Inspect(bytes.NewReader(out.Bytes()), int64(out.Len()))
		if err != nil {
			t.Fatal(err)
		}
		if info.RamdiskSize != uint64(len(disk)) {
			t.Fatalf("ramdisk of %d bytes, want %d", info.RamdiskSize, len(disk))
		}
	})
}

// FuzzInspect checks that any bytes give an error or a valid BootInfo.
func FuzzInspect(f *testing.F) {
	good := build(f, Image{Kernel: emptyKernel(), Ramdisk: testRamdisk(f)})
	f.Add(good)
	f.Add(good[:len(good)-pageSize])
	f.Add([]byte("\x7fELF"))
	f.Fuzz(func(t *testing.T, file []byte) {
		info, err := Inspect(bytes.NewReader(file), int64(len(file)))
		if err == nil {
			err = info.Validate()
			if err != nil {
				t.Fatal(err)
			}
		}
	})
}
