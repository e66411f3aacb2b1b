package metal

import "encoding/binary"

// The loader and the kernel are built at different times by different
// programs; BootInfo is the one page they agree on. It is plain Go without
// build tags so that the image builder, which runs on any machine, encodes with
// the same code that the kernel decodes with.

// BootInfoSize is the encoded size in bytes of a version 1 [BootInfo].
const BootInfoSize = 64

const (
	bootInfoMagic   = "WITANBI1"
	bootInfoVersion = 1
	bootInfoPage    = 4096

	// loadLimit is the first physical address that the stub's page tables map
	// as device memory. Kernel and ramdisk lie below it.
	loadLimit = 3 << 30
)

// BootInfo tells the kernel what the loader put where. All addresses are
// physical. On the wire it is little endian, at the start of one page:
//
//	offset size
//	 0     8    magic "WITANBI1"
//	 8     4    version, 1
//	12     4    size of the structure in bytes, 64
//	16     8    RamdiskAddr
//	24     8    RamdiskSize
//	32     8    KernelEnd
//	40    24    reserved, zero
type BootInfo struct {
	// RamdiskAddr is the page-aligned address of the ramdisk, a TAR file.
	// It is zero when there is none.
	RamdiskAddr uint64
	// RamdiskSize is the size of the ramdisk in bytes; zero means none.
	RamdiskSize uint64
	// KernelEnd is the page-aligned first address past the kernel, its .bss and
	// the ramdisk. Memory from here on is free.
	KernelEnd uint64
	// Reserved is zero in version 1.
	Reserved [3]uint64
}

// Encode returns the wire form, [BootInfoSize] bytes. It does not validate; see
// [BootInfo.Validate].
func (b *BootInfo) Encode() []byte {
	le := binary.LittleEndian
	out := make([]byte, 0, BootInfoSize)
	out = append(out, bootInfoMagic...)
	out = le.AppendUint32(out, bootInfoVersion)
	out = le.AppendUint32(out, BootInfoSize)
	for _, v := range [...]uint64{
		b.RamdiskAddr, b.RamdiskSize, b.KernelEnd,
		b.Reserved[0], b.Reserved[1], b.Reserved[2],
	} {
		out = le.AppendUint64(out, v)
	}
	return out
}

// DecodeBootInfo reads the wire form from the start of p and validates it.
// It does not allocate.
func DecodeBootInfo(p []byte) (BootInfo, error) {
	le := binary.LittleEndian
	if len(p) < BootInfoSize {
		return BootInfo{}, staticError("boot info: shorter than 64 bytes")
	}
	if string(p[:8]) != bootInfoMagic {
		return BootInfo{}, staticError("boot info: magic is not WITANBI1")
	}
	if le.Uint32(p[8:]) != bootInfoVersion {
		return BootInfo{}, staticError("boot info: version is not 1")
	}
	if le.Uint32(p[12:]) != BootInfoSize {
		return BootInfo{}, staticError("boot info: size field is not 64")
	}
	b := BootInfo{
		RamdiskAddr: le.Uint64(p[16:]),
		RamdiskSize: le.Uint64(p[24:]),
		KernelEnd:   le.Uint64(p[32:]),
		Reserved:    [3]uint64{le.Uint64(p[40:]), le.Uint64(p[48:]), le.Uint64(p[56:])},
	}
	if err := b.Validate(); err != nil {
		return BootInfo{}, err
	}
	return b, nil
}

// Validate reports the first rule that b breaks: everything is page aligned,
// ordered, and below 3 GiB.
func (b *BootInfo) Validate() error {
	switch {
	case b.KernelEnd == 0 || b.KernelEnd > loadLimit:
		return staticError("boot info: kernel end is not within (0, 3 GiB]")
	case b.KernelEnd%bootInfoPage != 0:
		return staticError("boot info: kernel end is not page aligned")
	case b.Reserved != [3]uint64{}:
		return staticError("boot info: reserved fields are not zero")
	case b.RamdiskSize == 0 && b.RamdiskAddr != 0:
		return staticError("boot info: ramdisk has an address but no size")
	case b.RamdiskSize == 0:
		return nil
	case b.RamdiskAddr == 0 || b.RamdiskAddr%bootInfoPage != 0:
		return staticError("boot info: ramdisk is not page aligned, or at zero")
	case b.RamdiskSize > loadLimit || b.RamdiskAddr > b.KernelEnd || b.RamdiskSize > b.KernelEnd-b.RamdiskAddr:
		return staticError("boot info: ramdisk reaches past the kernel end")
	}
	return nil
}
