package metal

import "encoding/binary"

// The firmware says in ACPI's tables which CPUs there are. This file reads tables
// that it is given as bytes, and believes nothing that it has not checked: sums,
// lengths, counts. Sections are those of the ACPI specification, version 6.5.

const (
	rootPointerSize = 20 // of version 1, which is all that is needed (5.2.5.3)
	rootPointerWide = 36
	acpiHeaderSize  = 36      // (5.2.6)
	acpiMaxTable    = 1 << 20 // what a table may take; real ones take kilobytes

	madtEntries     = 44 // offset in the MADT (5.2.12)
	madtLocalAPIC   = 0  // entry types
	madtLocalX2APIC = 9
	madtEnabled     = 1 << 0
)

// acpiSum reports whether the bytes add up to zero, as all of these structures do.
func acpiSum(b []byte) bool {
	sum := byte(0)
	for _, v := range b {
		sum += v
	}
	return sum == 0
}

// parseRootPointer reads the RSDP, from at least rootPointerWide bytes. It returns
// where the root table is, and whether that has 64-bit addresses.
func parseRootPointer(b []byte) (root uint64, wide, ok bool) {
	le := binary.LittleEndian
	if len(b) < rootPointerWide || string(b[:8]) != "RSD PTR " || !acpiSum(b[:rootPointerSize]) {
		return 0, false, false
	}
	const revision, rsdt, xsdt = 15, 16, 24
	if b[revision] >= 2 && acpiSum(b[:rootPointerWide]) && le.Uint64(b[xsdt:]) != 0 {
		return le.Uint64(b[xsdt:]), true, true
	}
	return uint64(le.Uint32(b[rsdt:])), false, true
}

// acpiLength returns the length of the table whose header is b, or 0 if it is none
// of the given signature.
func acpiLength(b []byte, signature string) int {
	if len(b) < acpiHeaderSize || string(b[:4]) != signature {
		return 0
	}
	n := binary.LittleEndian.Uint32(b[4:])
	if n < acpiHeaderSize || n > acpiMaxTable {
		return 0
	}
	return int(n)
}

// rootEntry returns entry i of a root table, which is the address of another table.
func rootEntry(table []byte, wide bool, i int) (address uint64, ok bool) {
	size := 4
	if wide {
		size = 8
	}
	at := acpiHeaderSize + i*size
	if at+size > len(table) {
		return 0, false
	}
	address = uint64(binary.LittleEndian.Uint32(table[at:]))
	if wide {
		address |= uint64(binary.LittleEndian.Uint32(table[at+4:])) << 32
	}
	return address, true
}

// apicIDs are the local APICs of CPUs.
type apicIDs struct {
	n    int
	ids  [maxCPUs]uint8
	over int // CPUs beyond what there is room for
}

// add notes a CPU, once. Only IDs of eight bits can be interrupted here; the
// highest of them means all CPUs.
func (l *apicIDs) add(id uint32) {
	for _, known := range l.ids[:l.n] {
		if uint32(known) == id {
			return
		}
	}
	if id >= 0xff || l.n == maxCPUs {
		l.over++
		return
	}
	l.ids[l.n] = uint8(id)
	l.n++
}

// parseMADT notes the CPUs of a MADT, whose length and sum were checked.
func parseMADT(table []byte, into *apicIDs) {
	le := binary.LittleEndian
	for at := madtEntries; at+2 <= len(table); {
		kind, size := table[at], int(table[at+1])
		if size < 2 || size > len(table)-at {
			return
		}
		e := table[at : at+size]
		switch {
		case kind == madtLocalAPIC && size >= 8 && le.Uint32(e[4:])&madtEnabled != 0:
			into.add(uint32(e[3]))
		case kind == madtLocalX2APIC && size >= 16 && le.Uint32(e[8:])&madtEnabled != 0:
			into.add(le.Uint32(e[4:]))
		}
		at += size
	}
}
