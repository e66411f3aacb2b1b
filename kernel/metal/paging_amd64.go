//go:build linux

package metal

// Page tables. The loader's stub maps the first 4 GiB one to one; the kernel
// replaces that with tables of its own:
//
//	kernel image      at its link address, each segment with its own rights
//	ramdisk           one to one, read only
//	mmap              whatever the program maps, page by page on demand
//	direct map        all physical memory at directBase, never executable
//	stacks            of the CPUs, with unmapped pages between them
//
// Everything else, page 0 above all, is not mapped.

const (
	pagePresent  = 1 << 0
	pageWritable = 1 << 1
	pageUncached = 1<<3 | 1<<4

	// pageWriteCombining selects entry 1 of the page attribute table, see setPageAttributes.
	pageWriteCombining = 1 << 3

	pageLarge     = 1 << 7
	pageNoExecute = 1 << 63

	frameMask     = 0x000f_ffff_ffff_f000
	largePageSize = 2 << 20
	tableReach    = 2 << 20 // bytes that one lowest-level table maps
	deviceStart   = 3 << 30 // PCI and APIC registers lie from here to 4 GiB
	deviceEnd     = 4 << 30

	directBase = 0xffff_8000_0000_0000
	cpuStacks  = 0xffff_9000_0000_0000
)

// directOffset is added to a physical address to reach it: 0 on the stub's
// tables, directBase on the kernel's.
var directOffset uintptr

// tableRoot is the physical address of the kernel's top-level table.
var tableRoot uintptr

// direct returns where a physical address is mapped.
func direct(physical uintptr) uintptr { return physical + directOffset }

// createEntry returns the address of the entry for va in the table of the given
// level (0 is the lowest), making tables on the way, or 0 when out of memory.
func createEntry(va uintptr, level uint) uintptr {
	table := tableRoot
	for l := uint(3); l > level; l-- {
		entry := entryIn(table, va, l)
		if *entry&pagePresent == 0 {
			fresh, ok := frames.alloc()
			if !ok {
				return 0
			}
			*entry = fresh | pagePresent | pageWritable
		}
		table = *entry & frameMask
	}
	return addressOf(entryIn(table, va, level))
}

func entryIn(table, va uintptr, level uint) *uintptr {
	return at[uintptr](direct(table) + va>>(12+9*level)&511*8)
}

// findEntry returns the entry that maps va, or would: that of a small page, or of a large
// one. When there is no table for it, it returns nil and the first address that another
// table maps.
func findEntry(va uintptr) (entry *uintptr, next uintptr) {
	table := tableRoot
	for l := uint(3); l > 0; l-- {
		e := entryIn(table, va, l)
		reach := uintptr(1) << (12 + 9*l)
		switch {
		case *e&pagePresent == 0:
			return nil, va&^(reach-1) + reach
		case *e&pageLarge != 0:
			return e, va&^(reach-1) + reach
		}
		table = *e & frameMask
	}
	return entryIn(table, va, 0), va + pageSize
}

// rights returns the entry bits for what p allows. Every mapping that allows
// anything can be read.
func (p prot) rights() uintptr {
	bits := uintptr(0)
	if p != protNone {
		bits = pagePresent
	}
	if p&protWrite != 0 {
		bits |= pageWritable
	}
	if p&protExec == 0 {
		bits |= pageNoExecute
	}
	return bits
}

// mapPages maps [va, va+size) to consecutive frames at boot.
func mapPages(va, physical, size, bits uintptr) {
	for off := uintptr(0); off < size; {
		level, step := uint(0), uintptr(pageSize)
		if (va+off)|(physical+off) == ((va+off)|(physical+off))&^(largePageSize-1) && size-off >= largePageSize {
			level, step = 1, largePageSize
		}
		entry := createEntry(va+off, level)
		if entry == 0 {
			outOfMemory("page tables", va+off)
		}
		*at[uintptr](entry) = (physical + off) | bits
		if level == 1 {
			*at[uintptr](entry) |= pageLarge
		}
		off += step
	}
}

// mapKernelMemory gives [va, va+size) frames of its own.
func mapKernelMemory(va, size uintptr) {
	for off := uintptr(0); off < size; off += pageSize {
		mapPages(va+off, frames.need("kernel stacks"), pageSize, pagePresent|pageWritable|pageNoExecute)
	}
}

// buildTables builds the kernel's tables, except for its image, and nothing yet
// runs on them.
func buildTables() {
	tableRoot = frames.need("page tables")
	const data = pagePresent | pageWritable | pageNoExecute
	mapPages(directBase, 0, deviceStart, data)
	mapPages(directBase+deviceStart, deviceStart, deviceEnd-deviceStart, data|pageUncached)
	if top := (uintptr(frames.memory.top()) + largePageSize - 1) &^ (largePageSize - 1); top > deviceEnd {
		mapPages(directBase+deviceEnd, deviceEnd, top-deviceEnd, data)
	}
}

// useTables switches to the kernel's tables.
func useTables() {
	writeCR3(tableRoot)
	directOffset = directBase
}
