package image_test

import (
	"bytes"
	"debug/pe"
	"io"
	"os"
	"strings"
	"testing"

	"github.com/witan-os/witan/loader/image"
	"github.com/witan-os/witan/loader/internal/openkey"
	"github.com/witan-os/witan/loader/internal/testkernel"
	"github.com/witan-os/witan/loader/payload"
	"github.com/witan-os/witan/loader/qemu"
)

// TestUEFI boots a payload from a disk, as firmware finds it, and looks at what only UEFI tells.
func TestUEFI(t *testing.T) {
	needQEMU(t)
	if _, err := os.Stat(qemu.DefaultFirmware); err != nil {
		t.Fatalf("%v; to install it: apt-get install ovmf", err)
	}
	disk := mustMake(t, image.Boot{
		Program: image.Program{ELF: goProgram(t, testPayload), Ramdisk: smallRamdisk(t), Kind: payload.Demo, Version: 1},
		Key:     openkey.Private(), Format: image.Disk, Dir: ".",
	})
	status, stdout, log := bootImage(t, disk, qemu.Config{Firmware: qemu.DefaultFirmware, Append: "A=b x 'y, z'", Args: []string{"-vga", "std"}})
	want := `version 1, 3 CPUs with stacks of 65536, physical map at 0x7e8000000000
loader measured: true; ACPI: true; ramdisk: "content"
framebuffer: true; heap: 48 MiB; arguments: ["x" "y, z"]
input: ""
`
	if status != 42 || !strings.HasSuffix(stdout, want) || strings.Contains(log, "witan") {
		t.Errorf("status %d, log %q, output\n%s", status, log, stdout)
	}
}

// TestEFI looks at the program for UEFI with a reader of its format that is not ours.
func TestEFI(t *testing.T) {
	img := emptyStage(t, image.EFI)
	if !bytes.Equal(img, emptyStage(t, image.EFI)) {
		t.Error("the same input gave different programs")
	}
	file, err := pe.NewFile(bytes.NewReader(img))
	if err != nil {
		t.Fatal(err)
	}
	header, ok := file.OptionalHeader.(*pe.OptionalHeader64)
	if !ok || file.Machine != pe.IMAGE_FILE_MACHINE_AMD64 || header.Subsystem != pe.IMAGE_SUBSYSTEM_EFI_APPLICATION ||
		header.AddressOfEntryPoint != 0x1000 || len(file.Sections) != 2 {
		t.Fatalf("headers %+v, %+v", file.FileHeader, file.OptionalHeader)
	}
	if last := file.Sections[1]; header.SizeOfImage < last.VirtualAddress+last.VirtualSize || last.VirtualAddress%0x1000 != 0 ||
		file.Sections[0].VirtualAddress+file.Sections[0].VirtualSize != last.VirtualAddress {
		t.Errorf("sections %+v, %+v in %#x bytes", file.Sections[0].SectionHeader, last.SectionHeader, header.SizeOfImage)
	}
	inner, err := io.ReadAll(file.Sections[1].Open())
	if err != nil || !bytes.HasPrefix(inner, emptyStage(t, image.PVH)) {
		t.Errorf("the second section is not the image, %v", err)
	}
}

// TestFormatsHoldTheSame reads what images of all formats hold.
func TestFormatsHoldTheSame(t *testing.T) {
	for _, format := range []image.Format{image.PVH, image.EFI, image.Disk} {
		img := emptyStage(t, format)
		if got, err := image.FormatOf(bytes.NewReader(img)); got != format || err != nil {
			t.Errorf("format %v: it looks like %v, %v", format, got, err)
		}
		files, err := image.Files(bytes.NewReader(img), int64(len(img)))
		if err != nil {
			t.Errorf("format %v: %v", format, err)
			continue
		}
		if data, err := files.ReadFile("file"); err != nil || string(data) != "content" {
			t.Errorf("format %v: file has %q, %v", format, data, err)
		}
		half := bytes.NewReader(img[:len(img)/2])
		if _, err := image.Files(half, half.Size()); err == nil {
			t.Errorf("format %v: half of it is as good as all", format)
		}
	}
}

// emptyStage is an image whose second stage does nothing; its payload has one file.
func emptyStage(t *testing.T, format image.Format) []byte {
	t.Helper()
	container, _, err := image.Pack(image.Program{ELF: emptyELF(), Ramdisk: smallRamdisk(t), Kind: payload.Test}, openkey.Private())
	if err != nil {
		t.Fatal(err)
	}
	var img bytes.Buffer
	if err := image.Assemble(&img, emptyELF(), container, format); err != nil {
		t.Fatal(err)
	}
	return img.Bytes()
}

func emptyELF() []byte {
	a := testkernel.New()
	testkernel.Hang(a)
	return testkernel.ELF(a, 4096)
}

// TestFilesOfDamagedDisk changes, one after the other, the bytes that say where things are on a disk. Whoever looks into it
// gets an error or the files that were put in.
func TestFilesOfDamagedDisk(t *testing.T) {
	disk := emptyStage(t, image.Disk)
	const (
		table     = 512
		entry     = 1024
		partition = 1 << 20
	)
	for _, fields := range []struct{ at, size int }{{table, 92}, {entry, 64}, {partition + 11, 53}, {partition + 512, 16}} {
		for i := fields.at; i < fields.at+fields.size; i++ {
			disk[i] ^= 0xff
			files, err := image.Files(bytes.NewReader(disk), int64(len(disk)))
			if err == nil {
				if data, err := files.ReadFile("file"); err != nil || string(data) != "content" {
					t.Errorf("byte %#x changed: the file has %q, %v", i, data, err)
				}
			}
			disk[i] ^= 0xff
		}
	}
}
