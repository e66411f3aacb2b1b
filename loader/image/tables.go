package image

import (
	"encoding/binary"

	"github.com/witan-os/witan/kernel/metal"
)

// The boot segment is laid out in pages. What the processor reads by physical address comes with one.
const (
	bootBase = 1 << 20 // the first address above the legacy area that every PC has RAM at

	offCode     = 0x0000
	offGDT      = 0x0800
	offGDTR     = 0x0840
	offNote     = 0x0880
	offPML4     = 0x1000
	offPDPT     = 0x2000
	offPD       = 0x3000 // four page directories, one per GiB
	offPT       = 0x7000 // the page table of the lowest 2 MiB
	offBootInfo = 0x8000
	bootSize    = 0x9000 // what of it is in a file

	// offMemory is where the UEFI stub puts the memory map. From here on the segment is zero at first.
	offMemory     = bootSize
	memoryEntries = 1024
	bootMemory    = offMemory + memoryEntries*metal.MemoryEntrySize

	addrGDT      = bootBase + offGDT
	addrGDTR     = bootBase + offGDTR
	addrPML4     = bootBase + offPML4
	addrBootInfo = bootBase + offBootInfo
	addrMemory   = bootBase + offMemory

	pageSize = 4096
)

// Bits of page table entries (Intel SDM volume 3, section 4.5).
const (
	pagePresent      = 1 << 0
	pageWritable     = 1 << 1
	pageWriteThrough = 1 << 3
	pageUncached     = 1 << 4
	pageLarge        = 1 << 7
)

const (
	mappedGiB   = 4
	deviceGiB   = 3 // from here on addresses belong to devices
	largePage   = 2 << 20
	perTable    = 512
	largePerGiB = 1 << 30 / largePage
)

// writePageTables fills in the identity map of the lowest 4 GiB.
func writePageTables(segment []byte) {
	const table = pagePresent | pageWritable
	le := binary.LittleEndian
	le.PutUint64(segment[offPML4:], bootBase+offPDPT|table)
	for i := range uint64(mappedGiB) {
		le.PutUint64(segment[offPDPT+8*i:], bootBase+offPD+pageSize*i|table)
	}
	for i := range uint64(mappedGiB * largePerGiB) {
		entry := i*largePage | table | pageLarge
		if i >= deviceGiB*largePerGiB {
			entry |= pageUncached | pageWriteThrough
		}
		le.PutUint64(segment[offPD+8*i:], entry)
	}
	le.PutUint64(segment[offPD:], bootBase+offPT|table)
	for i := range uint64(perTable) {
		le.PutUint64(segment[offPT+8*i:], i*pageSize|table)
	}
}

// Selectors of the stub's descriptor table.
const (
	codeSelector = 0x08
	dataSelector = 0x10
)

// writeGDT fills in the descriptors that the stub's selectors name, and the operand of its LGDT (Intel SDM
// volume 3, sections 3.4.5 and 3.5.1).
func writeGDT(segment []byte) {
	const (
		flatLimit = 0x000f_0000_0000_ffff // limit of 2^20 units
		flatPages = 1 << 55               // whose unit is a page
		present   = 1 << 47
		codeOrDat = 1 << 44 // not a system segment
		execute   = 1 << 43
		writeable = 1 << 41 // of a data segment; readable, of a code segment
		longMode  = 1 << 53
		data32    = 1 << 54
		common    = flatLimit | flatPages | present | codeOrDat | writeable
	)
	le := binary.LittleEndian
	le.PutUint64(segment[offGDT+codeSelector:], common|execute|longMode)
	le.PutUint64(segment[offGDT+dataSelector:], common|data32)
	le.PutUint16(segment[offGDTR:], dataSelector+8-1) // limit: the last byte of the table
	le.PutUint32(segment[offGDTR+2:], addrGDT)
}

// noteSize is the size in bytes of the note that writeNote writes.
const noteSize = 20

// writeNote fills in the ELF note by which a PVH boot loader finds the stub.
func writeNote(segment []byte) {
	const physEntry32 = 18 // XEN_ELFNOTE_PHYS32_ENTRY
	const owner = "Xen\x00"
	le := binary.LittleEndian
	note := le.AppendUint32(segment[:offNote], uint32(len(owner)))
	note = le.AppendUint32(note, 4) // size of the description, which is the address
	note = le.AppendUint32(note, physEntry32)
	note = append(note, owner...)
	le.AppendUint32(note, bootBase+offCode)
}
