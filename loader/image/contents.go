package image

import (
	"debug/elf"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/witan-os/witan/internal/ramdisk"
	"github.com/witan-os/witan/kernel/metal"
	"github.com/witan-os/witan/loader/payload"
)

// ErrNoFiles says that an image has no ramdisk.
var ErrNoFiles = errors.New("the image has no files")

// Files opens the ramdisk of an image of any format, size bytes long: also one within a payload, whoever has signed it. It is for tools that tell what is in an image; a machine starts nothing by it.
func Files(image io.ReaderAt, size int64) (*ramdisk.FS, error) {
	image, size, err := inner(image, size)
	if err != nil {
		return nil, fmt.Errorf("image: %w", err)
	}
	info, err := Inspect(image, size)
	if err != nil {
		return nil, err
	}
	if info.RamdiskSize == 0 {
		return nil, ErrNoFiles
	}
	data, err := loaded(image, info.RamdiskAddr, info.RamdiskSize)
	if err != nil {
		return nil, fmt.Errorf("image: %w", err)
	}
	if info.Flags&metal.BootLoads != 0 {
		if data, err = unpackFiles(data); err != nil {
			return nil, err
		}
	}
	return ramdisk.Open(data)
}

// loaded reads what a machine has at an address after it has loaded the image.
func loaded(image io.ReaderAt, addr, size uint64) ([]byte, error) {
	file, err := elf.NewFile(image)
	if err != nil {
		return nil, err
	}
	for _, p := range file.Progs {
		if p.Paddr == addr && p.Filesz == size && size <= ramdisk.MaxSize {
			data := make([]byte, size) // Inspect has seen that the file has as much
			_, err := io.ReadFull(p.Open(), data)
			return data, err
		}
	}
	return nil, fmt.Errorf("no segment has the %d bytes at %#x that the kernel is told of", size, addr)
}

// unpackFiles unpacks the ramdisk of a payload.
func unpackFiles(container []byte) ([]byte, error) {
	p, err := payload.Inspect(container)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(p.Parts, func(part payload.Part) bool { return part.Kind == payload.Ramdisk })
	if i < 0 {
		return nil, ErrNoFiles
	}
	if size := p.Parts[i].Size; size > ramdisk.MaxSize {
		return nil, fmt.Errorf("payload: its files have %d bytes, and may have %d", size, ramdisk.MaxSize)
	}
	u, err := payload.NewUnpacker()
	if err != nil {
		return nil, err
	}
	data := make([]byte, p.Parts[i].Size)
	return data[:p.Parts[i].DataSize], u.Unpack(p, i, data)
}
