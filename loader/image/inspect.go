package image

import (
	"bytes"
	"debug/elf"
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"github.com/witan-os/witan/kernel/metal"
)

var errNotImage = errors.New("not an image made by this tool")

// Inspect reads what an image, size bytes long, tells its kernel. It checks that the file is an image that
// Build wrote and that none of it is missing, so that whoever is about to boot it can say what is wrong; a
// machine would just hang.
func Inspect(image io.ReaderAt, size int64) (metal.BootInfo, error) {
	info, err := inspect(image, size)
	if err != nil {
		return metal.BootInfo{}, fmt.Errorf("image: %w", err)
	}
	return info, nil
}

func inspect(image io.ReaderAt, size int64) (metal.BootInfo, error) {
	headers := make([]byte, bootOffset)
	if size < bootOffset+bootSize {
		return metal.BootInfo{}, fmt.Errorf("%w: only %d bytes", errNotImage, size)
	}
	if _, err := image.ReadAt(headers, 0); err != nil {
		return metal.BootInfo{}, err
	}
	if err := checkImageHeaders(headers, size); err != nil {
		return metal.BootInfo{}, err
	}
	page := make([]byte, metal.BootInfoSize)
	if _, err := image.ReadAt(page, bootOffset+offBootInfo); err != nil {
		return metal.BootInfo{}, err
	}
	info, err := metal.DecodeBootInfo(page)
	if err != nil {
		return metal.BootInfo{}, fmt.Errorf("%w: %w", errNotImage, err)
	}
	return info, nil
}

// checkImageHeaders compares the headers, one page, with those that Build writes.
func checkImageHeaders(headers []byte, size int64) error {
	var header elf.Header64
	if _, err := binary.Decode(headers, binary.LittleEndian, &header); err != nil {
		return err
	}
	if !bytes.HasPrefix(headers, []byte(elf.ELFMAG)) || header.Entry != bootBase || header.Phoff != elfHeaderSize {
		return errNotImage
	}
	if int(header.Phnum) > (len(headers)-elfHeaderSize)/progHeaderSize {
		return fmt.Errorf("%w: %d program headers", errNotImage, header.Phnum)
	}
	programs := make([]elf.Prog64, header.Phnum)
	if _, err := binary.Decode(headers[elfHeaderSize:], binary.LittleEndian, programs); err != nil {
		return err
	}
	for _, p := range programs {
		if p.Off > uint64(size) || p.Filesz > uint64(size)-p.Off {
			return fmt.Errorf("the image is cut off: %d bytes belong at offset %#x, but the file ends at %#x", p.Filesz, p.Off, size)
		}
	}
	return nil
}
