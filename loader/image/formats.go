package image

import (
	"bytes"
	"debug/elf"
	"debug/pe"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"time"

	"github.com/diskfs/go-diskfs/backend"
	"github.com/diskfs/go-diskfs/filesystem/fat32"
	"github.com/diskfs/go-diskfs/partition/gpt"
)

// maxProgram bounds what is read of a disk into memory.
const maxProgram = kernelMax

// FormatOf returns the format of an image, by what it begins with. The rest may be anything.
func FormatOf(image io.ReaderAt) (Format, error) {
	format, err := formatOf(image)
	if err != nil {
		return 0, fmt.Errorf("image: %w", err)
	}
	return format, nil
}

func formatOf(image io.ReaderAt) (Format, error) {
	start := make([]byte, 2*sectorSize)
	if _, err := image.ReadAt(start, 0); err != nil && !errors.Is(err, io.EOF) {
		return 0, err
	}
	switch {
	case bytes.HasPrefix(start, []byte("MZ")):
		return EFI, nil
	case bytes.HasPrefix(start[sectorSize:], []byte("EFI PART")):
		return Disk, nil
	case bytes.HasPrefix(start, []byte(elf.ELFMAG)):
		return PVH, nil
	}
	return 0, errNotImage
}

// inner returns the image for PVH within an image of any format.
func inner(image io.ReaderAt, size int64) (io.ReaderAt, int64, error) {
	format, err := formatOf(image)
	switch {
	case err != nil:
		return nil, 0, err
	case format == EFI:
		return innerOfEFI(image, size)
	case format == Disk:
		program, err := programOfDisk(image, size)
		if err != nil {
			return nil, 0, fmt.Errorf("disk: %w", err)
		}
		return innerOfEFI(bytes.NewReader(program), int64(len(program)))
	}
	return image, size, nil
}

// innerOfEFI finds the section that writeEFI put the image in.
func innerOfEFI(program io.ReaderAt, size int64) (io.ReaderAt, int64, error) {
	file, err := pe.NewFile(program)
	if err != nil {
		return nil, 0, fmt.Errorf("%w: %w", errNotImage, err)
	}
	section := file.Section(efiImageName)
	if section == nil || section.VirtualSize > section.Size {
		return nil, 0, errNotImage
	}
	offset, length := int64(section.Offset), int64(section.VirtualSize)
	if offset+length > size {
		return nil, 0, fmt.Errorf("the image is cut off: %d bytes belong at offset %#x, but the file ends at %#x", length, offset, size)
	}
	return io.NewSectionReader(program, offset, length), length, nil
}

// programOfDisk reads the program that UEFI starts.
func programOfDisk(disk io.ReaderAt, size int64) ([]byte, error) {
	storage := readOnly{io.NewSectionReader(disk, 0, size)}
	table, err := gpt.Read(storage, sectorSize, sectorSize)
	if err != nil {
		return nil, err
	}
	for _, p := range table.Partitions {
		if p.Type != gpt.EFISystemPartition {
			continue
		}
		if p.GetStart() < 0 || p.GetSize() <= 0 || p.GetSize() > size-p.GetStart() {
			return nil, fmt.Errorf("the partition of %d bytes at %d reaches past the end at %d", p.GetSize(), p.GetStart(), size)
		}
		files, err := fat32.Read(storage, p.GetSize(), p.GetStart(), sectorSize)
		if err != nil {
			return nil, err
		}
		file, err := files.OpenFile(efiPath, os.O_RDONLY)
		if err != nil {
			return nil, err
		}
		return io.ReadAll(io.LimitReader(file, maxProgram))
	}
	return nil, errors.New("no EFI system partition")
}

// readOnly is a disk for the library that reads disks.
type readOnly struct{ *io.SectionReader }

func (readOnly) Close() error                            { return nil }
func (readOnly) Sys() (*os.File, error)                  { return nil, backend.ErrNotSuitable }
func (readOnly) Writable() (backend.WritableFile, error) { return nil, backend.ErrIncorrectOpenMode }
func (readOnly) Path() string                            { return "" }
func (d readOnly) Stat() (fs.FileInfo, error)            { return diskInfo{d.Size()}, nil }

// diskInfo says how large a disk is.
type diskInfo struct{ size int64 }

func (diskInfo) Name() string       { return "disk" }
func (d diskInfo) Size() int64      { return d.size }
func (diskInfo) Mode() fs.FileMode  { return 0o444 }
func (diskInfo) ModTime() time.Time { return time.Time{} }
func (diskInfo) IsDir() bool        { return false }
func (diskInfo) Sys() any           { return nil }
