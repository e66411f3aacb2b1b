package image

import (
	"bytes"
	"errors"
	"io/fs"
	"strings"
	"testing"

	"github.com/witan-os/witan/loader/internal/openkey"
	"github.com/witan-os/witan/loader/payload"
)

// container is a payload with these files.
func container(t *testing.T, files []byte) []byte {
	t.Helper()
	h := payload.Header{
		Kind: payload.Test, Type: payload.EntryType{Name: "func()"}, EntryPoint: 0x80_0000, CPUs: 1, Stacks: 0x81_0000, StackSize: 0x4000,
		End: 0x100_0000, Memory: 32 << 20,
		Parts: []payload.Part{{Kind: payload.Segment, Addr: 0x80_0000, Size: 0x1000}},
	}
	data := [][]byte{{1, 2, 3}}
	if files != nil {
		h.Parts = append(h.Parts, payload.Part{Kind: payload.Ramdisk, Addr: 0x82_0000, Size: uint64(len(files))})
		data = append(data, files)
	}
	out, err := payload.Encode(h, data, openkey.Private())
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestFiles(t *testing.T) {
	for name, img := range map[string]Image{
		"directly":     {Kernel: withSegments(), Ramdisk: testRamdisk(t)},
		"in a payload": {Kernel: withSegments(), Payload: container(t, testRamdisk(t))},
	} {
		file := build(t, img)
		disk, err := Files(bytes.NewReader(file), int64(len(file)))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if data, err := fs.ReadFile(disk, "hello"); err != nil || string(data) != "hello from the ramdisk" {
			t.Errorf("%s: the file has %q, %v", name, data, err)
		}
	}
}

func TestNoFiles(t *testing.T) {
	for name, img := range map[string]Image{
		"directly":     {Kernel: withSegments()},
		"in a payload": {Kernel: withSegments(), Payload: container(t, nil)},
	} {
		file := build(t, img)
		if _, err := Files(bytes.NewReader(file), int64(len(file))); !errors.Is(err, ErrNoFiles) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestFilesOfDamagedImage flips bytes of an image with a payload, one after the other, and cuts it off.
func TestFilesOfDamagedImage(t *testing.T) {
	packed := container(t, testRamdisk(t))
	file := build(t, Image{Kernel: withSegments(), Payload: packed})
	at := bytes.Index(file, packed)
	for i := 0; i < len(packed); i++ {
		if i >= 88 && i < 224 || i >= payload.HeaderSize+2*payload.PartSize && i < payload.HeaderSize+2*payload.PartSize+64 {
			continue // key, type of the entry point and signature say nothing about files
		}
		changed := bytes.Clone(file)
		changed[at+i] ^= 0x40
		disk, err := Files(bytes.NewReader(changed), int64(len(changed)))
		if err != nil {
			continue
		}
		// Whatever else is changed, the files are those that were put in.
		if data, err := fs.ReadFile(disk, "hello"); err != nil || string(data) != "hello from the ramdisk" {
			t.Fatalf("byte %d of the payload flipped: the file has %q, %v", i, data, err)
		}
	}
	half := at + len(packed)/2
	_, err := Files(bytes.NewReader(file[:half]), int64(half))
	if err == nil || !strings.Contains(err.Error(), "cut off") {
		t.Errorf("cut off: %v", err)
	}
}
