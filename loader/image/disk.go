package image

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/diskfs/go-diskfs/backend/file"
	"github.com/diskfs/go-diskfs/filesystem/fat32"
	"github.com/diskfs/go-diskfs/partition/gpt"
)

// A disk that UEFI boots by itself has a GUID partition table (UEFI specification, chapter 5), an EFI system partition with
// FAT in it (section 13.3), and in that the program to start under the name for removable media (section 3.5.1.1).

const (
	efiPath = "/EFI/BOOT/BOOTX64.EFI"

	sectorSize     = 512
	partitionStart = 2048 // in sectors: at 1 MiB, where everybody expects it
	tableSectors   = 34   // behind the partition: the second copy of the table, and one to spare

	// fatLeast is the least size of a file system that all firmware takes for FAT32: fewer clusters make it FAT16.
	fatLeast = 40 << 20
	// fatShare is how much larger than its files the file system is: tables and directories.
	fatShare = 32
)

// GUIDs that nobody has to tell apart from those of another disk. They are fixed, so that the same input gives the same
// disk.
const (
	diskGUID      = "8C5A1B32-6E0F-4D7C-9A41-574954414E01"
	partitionGUID = "8C5A1B32-6E0F-4D7C-9A41-574954414E02"
)

// writeDisk writes a disk that boots the image.
func writeDisk(w io.Writer, image []byte) error {
	var program bytes.Buffer
	if err := writeEFI(&program, image); err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "witan-disk-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	name := filepath.Join(dir, "disk")
	if err := createDisk(name, program.Bytes()); err != nil {
		return fmt.Errorf("disk: %w", err)
	}
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	_, err = io.Copy(w, f)
	return err
}

// createDisk makes the disk in a file: the library that knows the formats writes nowhere else.
func createDisk(name string, program []byte) error {
	const mega = 1 << 20
	partition := max(fatLeast, (len(program)+len(program)/fatShare+mega-1)/mega*mega)
	sectors := uint64(partition / sectorSize)
	size := int64(partitionStart+sectors+tableSectors) * sectorSize
	disk, err := file.CreateFromPath(name, size)
	if err != nil {
		return err
	}
	defer disk.Close()
	table := &gpt.Table{
		LogicalSectorSize: sectorSize, PhysicalSectorSize: sectorSize, ProtectiveMBR: true, GUID: diskGUID,
		Partitions: []*gpt.Partition{{
			Index: 1, Start: partitionStart, End: partitionStart + sectors - 1, Size: uint64(partition),
			Type: gpt.EFISystemPartition, Name: "EFI system partition", GUID: partitionGUID,
		}},
	}
	out, err := disk.Writable()
	if err != nil {
		return err
	}
	if err := table.Write(out, size); err != nil {
		return err
	}
	fs, err := fat32.Create(disk, int64(partition), partitionStart*sectorSize, sectorSize, "WITAN", true)
	if err != nil {
		return err
	}
	if err := fs.Mkdir(filepath.ToSlash(filepath.Dir(efiPath))); err != nil {
		return err
	}
	f, err := fs.OpenFile(efiPath, os.O_CREATE|os.O_RDWR)
	if err != nil {
		return err
	}
	if _, err := f.Write(program); err != nil {
		return err
	}
	return f.Close()
}
