//go:build linux

package metal

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
	kind, flags                 uint32
	offset                      uint64
	address, physical           uint64
	fileSize, memorySize, align uint64
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
		mapFixed(start, end, rights)
	}
}

// mapFixed maps [start, end) one to one, for good. It uses small pages only:
// where large ones lie among them, emulators forget all translations whenever
// one is invalidated.
func mapFixed(start, end uintptr, rights prot) {
	for page := start; page < end; page += pageSize {
		mapPages(page, page, pageSize, rights.rights())
	}
	areas.insert(vma{start: start, end: end, prot: rights, backing: fixed})
}
