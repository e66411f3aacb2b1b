package metal

import "encoding/binary"

// The loader and the kernel are built at different times by different
// programs; BootInfo is the one page they agree on. It is plain Go without
// build tags so that the image builder, which runs on any machine, encodes with
// the same code that the kernel decodes with.

// BootInfoSize is the encoded size in bytes of a [BootInfo].
const BootInfoSize = 256

// BootInfoVersion is the version of the layout that this package writes, and
// the only one that it reads.
const BootInfoVersion = 2

const (
	bootInfoFamily   = "WITANBI"
	bootInfoMagic    = bootInfoFamily + "2"
	bootInfoPage     = 4096
	bootInfoReserved = 168 // from here on all bytes are zero

	// loadLimit is the first physical address that the loader's page tables map
	// as device memory. Kernel and ramdisk lie below it.
	loadLimit = 3 << 30

	// maxStack bounds what one CPU gets as a stack, and maxStacks for how many.
	minStack  = 2 * bootInfoPage
	maxStack  = 16 << 20
	maxStacks = 256
)

// Offsets of the fields that a boot stub fills in with what the firmware says, or
// reads itself.
const (
	BootInfoRSDP         = 40
	BootInfoCommandLine  = 48
	BootInfoMemoryMap    = 56
	BootInfoMemoryLength = 64 // of MemoryEntries, 4 bytes
	BootInfoStacks       = 72
	BootInfoStackSize    = 80
	BootInfoFramebuffer  = 120
)

// MemoryEntrySize is the size in bytes of an entry of the memory map.
const MemoryEntrySize = 24

// PixelFormat says where the colours of a pixel, 32 bits in memory, lie.
type PixelFormat uint32

// The pixel formats that firmware hands over.
const (
	NoPixels PixelFormat = iota
	RGBX                 // red in the first byte
	BGRX                 // blue in the first byte
)

// A Framebuffer is a picture that the firmware shows. All fields are zero when
// there is none.
type Framebuffer struct {
	Addr, Size    uint64 // physical, in bytes
	Width, Height uint32 // in pixels
	Stride        uint32 // bytes from one line to the next
	Format        PixelFormat
}

// BootInfo tells the kernel what the loader put where, and what the firmware
// said. All addresses are physical unless they say otherwise. On the wire it is
// little endian, at the start of one page:
//
//	offset size
//	  0     8   magic "WITANBI2"
//	  8     4   version, 2
//	 12     4   size of the structure in bytes, 256
//	 16     8   RamdiskAddr
//	 24     8   RamdiskSize
//	 32     8   KernelEnd
//	 40     8   RSDP
//	 48     8   CommandLine
//	 56     8   MemoryMap
//	 64     4   MemoryEntries
//	 68     4   CPUs
//	 72     8   Stacks
//	 80     8   StackSize
//	 88     8   PhysicalMap
//	 96     8   PayloadVersion
//	104     8   TSCRate
//	112     8   TimerRate
//	120    32   Framebuffer: Addr, Size (8 each), Width, Height, Stride, Format (4 each)
//	152     8   Flags
//	160     8   Started
//	168    88   zero
type BootInfo struct {
	// RamdiskAddr is the page-aligned address of the ramdisk, a TAR file.
	// It is zero when there is none.
	RamdiskAddr uint64
	// RamdiskSize is the size of the ramdisk in bytes; zero means none.
	RamdiskSize uint64
	// KernelEnd is the page-aligned first address past the kernel, its .bss, the
	// ramdisk and the stacks. Usable memory from here on is free.
	KernelEnd uint64
	// RSDP is the address of ACPI's root pointer, or 0 when the firmware named none.
	RSDP uint64
	// CommandLine is the address of the command line, which a NUL ends, or 0.
	CommandLine uint64
	// MemoryMap is the address of MemoryEntries entries of 24 bytes: start, size (8
	// each), type (4; 1 is usable RAM), 4 of padding. It is what the firmware listed.
	MemoryMap     uint64
	MemoryEntries uint32
	// CPUs bounds the CPUs that the kernel may start, its first one included.
	CPUs uint32
	// Stacks is the page-aligned address of the CPUs' stacks, one behind the other,
	// StackSize bytes each, as many as CPUs says: stack n ends at Stacks +
	// (n+1)*StackSize. The first CPU enters the kernel at the end of stack 0.
	Stacks, StackSize uint64
	// PhysicalMap is a virtual address, canonical and a multiple of 512 GiB, at which the
	// loader's page tables map the first 4 GiB of physical memory, besides at 0.
	PhysicalMap uint64
	// PayloadVersion is the version that the payload was signed with.
	PayloadVersion uint64
	// TSCRate and TimerRate are counts per second of the time stamp counter and of the
	// local APIC's timer, where the loader has measured them; otherwise zero.
	TSCRate, TimerRate uint64
	// Framebuffer is what the firmware left on the screen.
	Framebuffer Framebuffer
	// Flags are those below.
	Flags BootFlags
	// Started is what the time stamp counter was when the loader was entered, or 0 when
	// nothing came before the kernel.
	Started uint64
}

// BootFlags are what the loader asks of the kernel.
type BootFlags uint64

// BootLoads says that the program will launch another: the kernel leaves serial
// input alone, which is meant for that, and does not look into the ramdisk.
const BootLoads BootFlags = 1 << 0

// Encode returns the wire form, [BootInfoSize] bytes. It does not validate; see
// [BootInfo.Validate].
func (b *BootInfo) Encode() []byte {
	le := binary.LittleEndian
	out := make([]byte, 0, BootInfoSize)
	out = append(out, bootInfoMagic...)
	out = le.AppendUint32(out, BootInfoVersion)
	out = le.AppendUint32(out, BootInfoSize)
	for _, v := range [...]uint64{
		b.RamdiskAddr, b.RamdiskSize, b.KernelEnd, b.RSDP, b.CommandLine, b.MemoryMap,
		uint64(b.MemoryEntries) | uint64(b.CPUs)<<32,
		b.Stacks, b.StackSize, b.PhysicalMap, b.PayloadVersion, b.TSCRate, b.TimerRate,
		b.Framebuffer.Addr, b.Framebuffer.Size,
		uint64(b.Framebuffer.Width) | uint64(b.Framebuffer.Height)<<32,
		uint64(b.Framebuffer.Stride) | uint64(b.Framebuffer.Format)<<32,
		uint64(b.Flags), b.Started,
	} {
		out = le.AppendUint64(out, v)
	}
	return out[:BootInfoSize]
}

// DecodeBootInfo reads the wire form from the start of p and validates it.
// It does not allocate.
func DecodeBootInfo(p []byte) (BootInfo, error) {
	if err := checkBootInfo(p); err != nil {
		return BootInfo{}, err
	}
	le := binary.LittleEndian
	b := BootInfo{
		RamdiskAddr: le.Uint64(p[16:]), RamdiskSize: le.Uint64(p[24:]), KernelEnd: le.Uint64(p[32:]),
		RSDP: le.Uint64(p[40:]), CommandLine: le.Uint64(p[48:]),
		MemoryMap: le.Uint64(p[56:]), MemoryEntries: le.Uint32(p[64:]),
		CPUs: le.Uint32(p[68:]), Stacks: le.Uint64(p[72:]), StackSize: le.Uint64(p[80:]),
		PhysicalMap: le.Uint64(p[88:]), PayloadVersion: le.Uint64(p[96:]),
		TSCRate: le.Uint64(p[104:]), TimerRate: le.Uint64(p[112:]),
		Framebuffer: Framebuffer{
			Addr: le.Uint64(p[120:]), Size: le.Uint64(p[128:]),
			Width: le.Uint32(p[136:]), Height: le.Uint32(p[140:]),
			Stride: le.Uint32(p[144:]), Format: PixelFormat(le.Uint32(p[148:])),
		},
		Flags: BootFlags(le.Uint64(p[152:])), Started: le.Uint64(p[160:]),
	}
	if err := b.Validate(); err != nil {
		return BootInfo{}, err
	}
	return b, nil
}

// checkBootInfo looks at what every version has, and at what this one leaves zero.
func checkBootInfo(p []byte) error {
	le := binary.LittleEndian
	switch {
	case len(p) < len(bootInfoMagic)+8 || string(p[:len(bootInfoFamily)]) != bootInfoFamily:
		return staticError("boot info: magic is not WITANBI2")
	case p[7] < '0'+BootInfoVersion || le.Uint32(p[8:]) < BootInfoVersion:
		return staticError("boot info: the loader is older than this kernel, which reads version 2: build the image anew")
	case p[7] > '0'+BootInfoVersion || le.Uint32(p[8:]) > BootInfoVersion:
		return staticError("boot info: the loader is newer than this kernel, which reads version 2: build the image anew")
	case le.Uint32(p[12:]) != BootInfoSize:
		return staticError("boot info: size field is not 256")
	case len(p) < BootInfoSize:
		return staticError("boot info: shorter than 256 bytes")
	}
	for _, c := range p[bootInfoReserved:BootInfoSize] {
		if c != 0 {
			return staticError("boot info: reserved bytes are not zero")
		}
	}
	return nil
}

// Validate reports the first rule that b breaks: what the loader placed is page
// aligned, ordered, and below 3 GiB.
func (b *BootInfo) Validate() error {
	switch {
	case b.KernelEnd == 0 || b.KernelEnd > loadLimit:
		return staticError("boot info: kernel end is not within (0, 3 GiB]")
	case b.KernelEnd%bootInfoPage != 0:
		return staticError("boot info: kernel end is not page aligned")
	case b.MemoryMap >= loadLimit || b.CommandLine >= loadLimit:
		return staticError("boot info: what the firmware left lies outside the loader's page tables")
	case b.PhysicalMap%(512<<30) != 0 || !canonical(b.PhysicalMap):
		return staticError("boot info: the map of physical memory is not at a multiple of 512 GiB that is a virtual address")
	}
	if err := b.checkRamdisk(); err != nil {
		return err
	}
	if b.Flags&^BootLoads != 0 {
		return staticError("boot info: unknown flags")
	}
	if err := b.checkStacks(); err != nil {
		return err
	}
	return b.Framebuffer.validate()
}

// canonical reports whether an address is one of the 48 bits that a CPU translates,
// the highest repeated above them (Intel SDM volume 1, section 3.3.7.1).
func canonical(addr uint64) bool {
	const unused = 64 - 48
	return uint64(int64(addr<<unused)>>unused) == addr
}

func (b *BootInfo) checkRamdisk() error {
	switch {
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

func (b *BootInfo) checkStacks() error {
	switch {
	case b.Stacks == 0 || b.Stacks%bootInfoPage != 0 || b.StackSize == 0 || b.StackSize%bootInfoPage != 0:
		return staticError("boot info: stacks are not page aligned, or at zero")
	case b.StackSize < minStack || b.StackSize > maxStack || b.CPUs == 0 || b.CPUs > maxStacks:
		return staticError("boot info: stacks of a senseless size, or for a senseless number of CPUs")
	case b.Stacks > b.KernelEnd || b.StackSize*uint64(b.CPUs) > b.KernelEnd-b.Stacks:
		return staticError("boot info: stacks reach past the kernel end")
	}
	return nil
}

func (f *Framebuffer) validate() error {
	if *f == (Framebuffer{}) {
		return nil
	}
	const bytesPerPixel = 4
	switch {
	case f.Addr == 0 || f.Addr+f.Size < f.Addr:
		return staticError("boot info: framebuffer is at zero, or wraps around")
	case f.Format != RGBX && f.Format != BGRX:
		return staticError("boot info: framebuffer has an unknown pixel format")
	case f.Width == 0 || f.Height == 0 || uint64(f.Width)*bytesPerPixel > uint64(f.Stride):
		return staticError("boot info: framebuffer has lines without pixels, or that overlap")
	case uint64(f.Stride)*uint64(f.Height) > f.Size:
		return staticError("boot info: framebuffer is smaller than its lines")
	}
	return nil
}
