//go:build linux

package metal

import "unsafe"

// The kernel image lies where the loader put it, at its link address. Its own
// ELF program headers, which the Go linker places at the start of the text
// segment, say which rights each part needs.

const (
	elfMagic       = 0x464c457f
	elfHeaderSize  = 64
	elfMaxSegments = 16
	elfLoad        = 1 // PT_LOAD
	elfExecutable  = 1
	elfWritable    = 2
)

// elfHeader is the start of a 64-bit ELF file, as far as it matters here.
type elfHeader struct {
	magic            uint32
	_                [28]byte
	programHeaders   uint64
	_                [14]byte
	entrySize, count uint16
}

// elfSegment is a 64-bit program header.
type elfSegment struct {
	kind, flags          uint32
	_                    uint64 // offset in the file
	address              uint64
	_                    uint64 // physical address
	fileSize, memorySize uint64
	_                    uint64 // alignment
}

// linkedText returns the address of the first instruction of the image; the
// page before it holds the ELF header.
func linkedText() uintptr

// mapImage maps every segment with its rights and records it as a VMA, so that
// system calls accept buffers there.
func mapImage() {
	base := linkedText()&^pageMask - pageSize
	header := at[elfHeader](base)
	if header.magic != elfMagic || header.programHeaders != elfHeaderSize || header.count > elfMaxSegments {
		fail("the kernel image does not start with its ELF header")
	}
	for i := range uintptr(header.count) {
		s := at[elfSegment](base + elfHeaderSize + i*uintptr(header.entrySize))
		if s.kind != elfLoad {
			continue
		}
		rights := protRead
		if s.flags&elfWritable != 0 {
			rights |= protWrite
		}
		if s.flags&elfExecutable != 0 {
			rights |= protExec
		}
		start := uintptr(s.address) &^ pageMask
		end := (uintptr(s.address+s.memorySize) + pageMask) &^ pageMask
		if s.flags&elfWritable != 0 {
			end = releaseTail(uintptr(s.address+s.fileSize), end)
		}
		mapFixed(start, end, rights)
		if rights&protWrite == 0 {
			protectDirect(start, end)
		}
	}
}

// protectDirect takes the right to write from what the direct map has of [start, end):
// code and constants must not change by another way, either.
func protectDirect(start, end uintptr) {
	for page := start; page < end; page += pageSize {
		block := at[uintptr](createEntry(directBase+page, 1))
		if *block&pageLarge != 0 {
			splitLarge(block)
		}
		entry := at[uintptr](createEntry(directBase+page, 0))
		*entry &^= pageWritable
	}
}

// splitLarge replaces a large page by small ones that are the same. The tables are not in
// use yet.
func splitLarge(block *uintptr) {
	const entries = pageSize / 8
	table := frames.need("page tables")
	bits := *block &^ pageLarge
	for i := range uintptr(entries) {
		*at[uintptr](direct(table) + i*8) = bits + i*pageSize
	}
	*block = table | pagePresent | pageWritable
}

// releaseTail gives the frames under the far end of .bss to the pool and returns
// where that end starts. The standard library has single variables of 32 MiB
// there, which most programs never touch; as an anonymous area they take memory
// only when used.
//
// What handlers use must stay mapped, and must be zero from the start. The linker
// sorts variables by size, so that lies below the end of the kernel's largest
// variable, of which the loader knows from usedBSS.
func releaseTail(dataEnd, end uintptr) uintptr {
	const worthwhile = 1 << 20
	largest := addressOf(usedBSS.last) + uintptr(usedBSS.size)
	for _, used := range [...]uintptr{
		dataEnd, addressOf(&bootCPU), addressOf(&gates), addressOf(&input), addressOf(&ready),
		addressOf(&waiters), addressOf(&stale), addressOf(&descriptors), addressOf(&memoryFiles), addressOf(&threads),
		addressOf(&wordBuffer),
	} {
		if used > largest {
			fail("the linker has put a variable of the kernel behind what the loader clears")
		}
	}
	tail := (largest + pageMask) &^ pageMask
	if end < tail+worthwhile {
		clear(bytesAt(largest, end-largest))
		return end
	}
	clear(bytesAt(largest, tail-largest))
	areas.insert(vma{start: tail, end: end, prot: protRead | protWrite})
	frames.memory.reuse(uint64(tail), uint64(end))
	return tail
}

// usedBSS tells the image builder what of .bss to clear.
var usedBSS = bssNote{mark: [2]uint64{bssMarkLow, bssMarkHigh}, last: &areas, size: uint64(unsafe.Sizeof(areas))}

// mapFixed maps [start, end) one to one, for good. It uses small pages only:
// where large ones lie among them, emulators forget all translations whenever
// one is invalidated.
func mapFixed(start, end uintptr, rights prot) {
	for page := start; page < end; page += pageSize {
		mapPages(page, page, pageSize, rights.rights())
	}
	areas.insert(vma{start: start, end: end, prot: rights, backing: fixed})
}
