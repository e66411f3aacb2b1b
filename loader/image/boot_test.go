package image_test

import (
	"bytes"
	"encoding/binary"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/witan-os/witan/internal/ramdisk"
	"github.com/witan-os/witan/kernel/metal"
	"github.com/witan-os/witan/loader/image"
	"github.com/witan-os/witan/loader/internal/testkernel"
	"github.com/witan-os/witan/loader/qemu"
)

// needQEMU skips nothing silently: a run without QEMU is only accepted if it asked for short tests.
func needQEMU(t *testing.T) {
	t.Helper()
	if testing.Short() {
		t.Skip("boots a virtual machine")
	}
	if _, err := exec.LookPath(qemu.DefaultProgram); err != nil {
		t.Fatalf("%v; to install it: apt-get install qemu-system-x86", err)
	}
}

// smallRamdisk is a ramdisk with one file.
func smallRamdisk(t *testing.T) []byte {
	t.Helper()
	var files ramdisk.Builder
	if err := files.AddFile("file", 0o644, []byte("content")); err != nil {
		t.Fatal(err)
	}
	disk, err := files.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	return disk
}

// TestStateOnEntry boots a kernel that reports what the stub promises, in the order of the table.
func TestStateOnEntry(t *testing.T) {
	needQEMU(t)
	const bss = 1 << 20
	disk := smallRamdisk(t)
	const (
		any        = ^uint64(0)
		bootInfoAt = 0x10_8000
	)
	table := []struct {
		name string
		code []byte // leaves the value in RAX
		want uint64
		mask uint64
	}{
		{"RSP", []byte{0x48, 0x89, 0xe0}, 0x51_4000, any},
		{"CR0", []byte{0x0f, 0x20, 0xc0}, 0x8001_0033, any},
		{"CR3", []byte{0x0f, 0x20, 0xd8}, 0x10_1000, any},
		{"CR4", []byte{0x0f, 0x20, 0xe0}, 1<<5 | 1<<7 | 1<<9 | 1<<10 | 1<<16, any},
		{"EFER", []byte{0xb9, 0x80, 0, 0, 0xc0, 0x0f, 0x32}, 1<<0 | 1<<8 | 1<<10 | 1<<11, 0xffff_ffff},
		{"CS", []byte{0x8c, 0xc8}, 0x08, 0xffff},
		{"DS", []byte{0x8c, 0xd8}, 0x10, 0xffff},
		{"ES", []byte{0x8c, 0xc0}, 0x10, 0xffff},
		{"SS", []byte{0x8c, 0xd0}, 0x10, 0xffff},
		{"FS", []byte{0x8c, 0xe0}, 0x10, 0xffff},
		{"GS", []byte{0x8c, 0xe8}, 0x10, 0xffff},
		{"IF and DF", []byte{0xbc, 0, 0, 0x48, 0, 0x9c, 0x58}, 0, 1<<9 | 1<<10}, // mov esp, 0x480000; pushfq; pop rax
		{"RDI", []byte{0x48, 0x89, 0xf8}, 0, any},
		{"RSI", []byte{0x48, 0x89, 0xf0}, bootInfoAt, any},
		{"magic at RSI", []byte{0x48, 0x8b, 0x06}, binary.LittleEndian.Uint64([]byte("WITANBI2")), any},
		{"RamdiskSize", []byte{0x48, 0x8b, 0x46, 24}, uint64(len(disk)), any},
		{"ramdisk", []byte{0x48, 0x8b, 0x46, 16, 0x48, 0x8b, 0x00}, binary.LittleEndian.Uint64(append([]byte("file"), 0, 0, 0, 0)), any},
		{"kind of the first memory", []byte{0x48, 0x8b, 0x46, 56, 0x8b, 0x40, 16}, 1, 0xffff_ffff},                    // mov rax, [rsi+56]; mov eax, [rax+16]
		{"memory is a handful", []byte{0x8b, 0x46, 64, 0x83, 0xe8, 4}, 0, 0xffff_fff0},                                // mov eax, [rsi+64]; sub eax, 4
		{"RSDP", []byte{0x48, 0x8b, 0x46, 40, 0x48, 0x8b, 0x00}, binary.LittleEndian.Uint64([]byte("RSD PTR ")), any}, // mov rax, [rsi+40]; mov rax, [rax]
		{"command line", []byte{0x48, 0x8b, 0x46, 48, 0x8b, 0x00}, uint64(binary.LittleEndian.Uint32([]byte("word"))), 0xffff_ffff},
		{"last bytes of .bss", []byte{0x48, 0x8b, 0x04, 0x25, 0xf8, 0xff, 0x4f, 0}, 0, any},                           // mov rax, [0x4ffff8]
		{"APIC version", []byte{0xb8, 0x30, 0, 0xe0, 0xfe, 0x8b, 0x00}, 0x14, 0xff},                                   // mov eax, 0xfee00030; mov eax, [rax]
		{"reset vector", []byte{0xb8, 0xf0, 0xff, 0xff, 0xff, 0x0f, 0xb6, 0x00}, 0xea, 0xff},                          // mov eax, 0xfffffff0; movzx eax, byte [rax]
		{"low memory", []byte{0xb9, 0, 0, 9, 0, 0xc7, 0x01, 0x21, 0x43, 0, 0, 0x8b, 0x01}, 0x4321, 0xffff_ffff},       // mov ecx, 0x90000; mov dword [rcx], 0x4321; mov eax, [rcx]
		{"write to the boot segment", []byte{0xb9, 0, 0x87, 0x10, 0, 0x89, 0x09, 0x8b, 0x01}, 0x10_8700, 0xffff_ffff}, // mov ecx, 0x108700; mov [rcx], ecx; mov eax, [rcx]
	}
	a := testkernel.New()
	for _, row := range table {
		testkernel.Report(a, row.code...)
	}
	testkernel.Print(a, testkernel.COM3, "exit 0\n")
	testkernel.Exit(a, 1)
	path := filepath.Join(t.TempDir(), "test.img")
	var img, stdout bytes.Buffer
	if err := image.Build(&img, image.Image{Kernel: testkernel.ELF(a, bss), Ramdisk: disk}); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, img.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
	status, err := qemu.Run(t.Context(), qemu.Config{Image: path, Append: "word", Timeout: time.Minute, Stdout: &stdout})
	if err != nil || status != 0 {
		t.Fatalf("status %d, error %v", status, err)
	}
	if stdout.Len() != 8*len(table) {
		t.Fatalf("%d bytes of report, want %d", stdout.Len(), 8*len(table))
	}
	for _, row := range table {
		if got := binary.LittleEndian.Uint64(stdout.Next(8)); got&row.mask != row.want {
			t.Errorf("%s is %#x, want %#x", row.name, got&row.mask, row.want)
		}
	}
	if _, err := metal.DecodeBootInfo(img.Bytes()[0x9000:]); err != nil {
		t.Error(err)
	}
}
