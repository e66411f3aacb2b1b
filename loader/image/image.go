package image

import (
	"debug/elf"
	"fmt"
	"io"

	"github.com/witan-os/witan/internal/ramdisk"
	"github.com/witan-os/witan/kernel/metal"
	"github.com/witan-os/witan/loader"
)

// An Image is what a machine boots.
type Image struct {
	// Kernel is a static linux/amd64 Go program, linked with LinkFlags.
	Kernel []byte
	// Ramdisk is a TAR archive as package ramdisk builds it. It may be empty.
	Ramdisk []byte
	// Payload is a container, for a kernel that is a second stage. Then there is no ramdisk.
	Payload []byte
}

// Build writes the image as a bootable ELF file. The same input gives the same bytes. Errors in the input
// are found before anything is written, and say which part they are about.
func Build(w io.Writer, img Image) error { return buildFor(PVH, w, img) }

// buildFor writes the ELF file that an image of the given format is, or has inside.
func buildFor(format Format, w io.Writer, img Image) error {
	segments, err := layOut(img, format)
	if err != nil {
		return fmt.Errorf("image: %w", err)
	}
	if err := writeELF(w, segments); err != nil {
		return fmt.Errorf("image: %w", err)
	}
	return nil
}

// layOut returns the segments of the image in the order of their addresses, the boot segment first. A PVH loader fills
// all of a segment, so what need not be cleared is no part of it. The UEFI stub also asks the firmware for the memory.
func layOut(img Image, format Format) ([]segment, error) {
	k, err := parseKernel(img.Kernel)
	if err != nil {
		return nil, err
	}
	segments := append([]segment{{}}, k.segments...)
	info := metal.BootInfo{KernelEnd: pageUp(segments[len(segments)-1].end()), CPUs: loader.DefaultCPUs, StackSize: loader.DefaultStackSize}
	if format == PVH {
		for i := range k.segments {
			segments[i+1].size = k.clearedSize(&k.segments[i])
		}
	}
	data := img.Ramdisk
	if img.Payload != nil {
		data, info.CPUs, info.Flags = img.Payload, 1, metal.BootLoads
	} else if len(data) > 0 {
		if _, err := ramdisk.Open(data); err != nil {
			return nil, err
		}
	}
	if size := uint64(len(data)); size > 0 {
		disk := segment{addr: info.KernelEnd, size: size, flags: elf.PF_R, data: data}
		segments = append(segments, disk)
		info.RamdiskAddr, info.RamdiskSize, info.KernelEnd = disk.addr, size, pageUp(disk.end())
	}
	info.Stacks = info.KernelEnd
	info.KernelEnd += info.StackSize * uint64(info.CPUs)
	if info.KernelEnd > kernelMax {
		return nil, fmt.Errorf("kernel and ramdisk end at %#x, the limit is %#x", info.KernelEnd, uint64(kernelMax))
	}
	if err := info.Validate(); err != nil {
		return nil, err
	}
	segments[0], err = bootSegment(k.entry, &info)
	return segments, err
}

func bootSegment(entry uint32, info *metal.BootInfo) (segment, error) {
	data := make([]byte, bootSize)
	boot, err := stub(entry)
	if err != nil {
		return segment{}, fmt.Errorf("boot stub: %w", err)
	}
	if len(boot.code) > offGDT-offCode {
		return segment{}, fmt.Errorf("boot stub: %d bytes do not fit in %d", len(boot.code), offGDT-offCode)
	}
	copy(data[offCode:], boot.code)
	writeGDT(data)
	writeNote(data)
	writePageTables(data)
	copy(data[offBootInfo:], info.Encode())
	return segment{addr: bootBase, size: bootMemory, flags: elf.PF_R | elf.PF_W | elf.PF_X, data: data}, nil
}

func pageUp(n uint64) uint64 { return (n + pageSize - 1) &^ (pageSize - 1) }
