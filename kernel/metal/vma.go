package metal

// A virtual memory area (VMA) is what the program asked for with mmap, before
// any page of it exists. The table of VMAs decides whether a page fault is
// legal; pages and page tables follow from it. This file is the pure part: it
// works on numbers only and is tested as such.

const (
	pageSize = 4096
	pageMask = pageSize - 1

	// mmapLowest and mmapLimit bound where mmap places and honours addresses:
	// above the kernel image and below the end of the lower canonical half.
	mmapLowest = 0x10_0000_0000
	mmapLimit  = 0x7fff_ffff_f000
	// mmapBase is where the search for room starts when there is no hint.
	mmapBase = 0x7f00_0000_0000
)

// prot is a set of PROT_ bits.
type prot uint8

const (
	protNone  prot = 0
	protRead  prot = 1
	protWrite prot = 2
	protExec  prot = 4
	protAll        = protRead | protWrite | protExec
)

// writableCode reports whether p is what no page may be.
func (p prot) writableCode() bool { return p&(protWrite|protExec) == protWrite|protExec }

// backing says where the pages of a VMA come from.
type backing uint8

const (
	anonymous backing = iota // zero-filled frames, on demand
	fixed                    // mapped at boot, never given back: image and ramdisk
	shared                   // pages of a memory file, see memfile
)

// vma is one area; start and end are page aligned.
type vma struct {
	start, end uintptr
	prot       prot
	backing    backing
	file       uint16  // index of the memory file, for shared
	offset     uintptr // offset of start in the memory file, for shared
}

// maxVMAs bounds the table. Areas that touch and agree are merged, so it takes
// thousands of separate mappings to fill it; then mmap fails with ENOMEM.
const maxVMAs = 4096

// vmaTable is sorted by address and free of overlaps.
type vmaTable struct {
	n     int
	areas [maxVMAs]vma
}

// find returns the index of the first area that ends after a.
func (t *vmaTable) find(a uintptr) int {
	lo, hi := 0, t.n
	for lo < hi {
		mid := int(uint(lo+hi) / 2)
		if t.areas[mid].end <= a {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	return lo
}

// at returns the area that contains a, or nil.
func (t *vmaTable) at(a uintptr) *vma {
	if i := t.find(a); i < t.n && t.areas[i].start <= a {
		return &t.areas[i]
	}
	return nil
}

// covers reports whether all of [start, end) may be accessed with need.
func (t *vmaTable) covers(start, end uintptr, need prot) bool {
	for i := t.find(start); start < end; i++ {
		if i >= t.n || t.areas[i].start > start || t.areas[i].prot&need != need {
			return false
		}
		start = t.areas[i].end
	}
	return true
}

// roomForSplits reports whether one removal and one insertion can be recorded
// whatever they cut.
func (t *vmaTable) roomForSplits() bool { return t.n+3 <= maxVMAs }

// remove forgets [start, end). It reports false, changing nothing, when the
// table is too full to record the cuts.
func (t *vmaTable) remove(start, end uintptr) bool {
	if !t.cut(start, end) {
		return false
	}
	i := t.find(start)
	j := i
	for j < t.n && t.areas[j].start < end {
		j++
	}
	copy(t.areas[i:t.n], t.areas[j:t.n])
	t.n -= j - i
	return true
}

// insert records v, whose range must be free. It reports false when the table
// is full.
func (t *vmaTable) insert(v vma) bool {
	if t.n == maxVMAs {
		return false
	}
	i := t.find(v.start)
	copy(t.areas[i+1:t.n+1], t.areas[i:t.n])
	t.areas[i] = v
	t.n++
	t.merge(i + 1)
	t.merge(i)
	return true
}

// protect changes what [start, end) allows. It reports false, changing nothing,
// when part of the range is not mapped or the table is too full.
func (t *vmaTable) protect(start, end uintptr, p prot) bool {
	if !t.covers(start, end, protNone) || !t.cut(start, end) {
		return false
	}
	i := t.find(start)
	j := i
	for ; j < t.n && t.areas[j].start < end; j++ {
		t.areas[j].prot = p
	}
	for ; j >= i; j-- {
		t.merge(j)
	}
	return true
}

// place returns where an area of size bytes fits: at the hint if that is free,
// else the lowest gap from mmapBase up.
func (t *vmaTable) place(hint, size uintptr) (uintptr, bool) {
	if hint >= mmapLowest && hint <= mmapLimit && size <= mmapLimit-hint {
		if i := t.find(hint); i == t.n || t.areas[i].start >= hint+size {
			return hint, true
		}
	}
	at := uintptr(mmapBase)
	for i := t.find(at); i < t.n && (t.areas[i].start < at || t.areas[i].start-at < size); i++ {
		at = t.areas[i].end
	}
	return at, at <= mmapLimit && size <= mmapLimit-at
}

// cut makes start and end area boundaries.
func (t *vmaTable) cut(start, end uintptr) bool {
	if t.n+2 > maxVMAs {
		return false
	}
	t.cutAt(start)
	t.cutAt(end)
	return true
}

func (t *vmaTable) cutAt(a uintptr) {
	i := t.find(a)
	if i == t.n || t.areas[i].start >= a {
		return
	}
	copy(t.areas[i+1:t.n+1], t.areas[i:t.n])
	t.n++
	t.areas[i].end = a
	upper := &t.areas[i+1]
	if upper.backing == shared {
		upper.offset += a - upper.start
	}
	upper.start = a
}

// merge joins area i to the one before it when they touch and agree.
func (t *vmaTable) merge(i int) {
	if i <= 0 || i >= t.n {
		return
	}
	a, b := &t.areas[i-1], &t.areas[i]
	if a.end != b.start || a.prot != b.prot || a.backing != b.backing {
		return
	}
	if a.backing == shared && (a.file != b.file || a.offset+(a.end-a.start) != b.offset) {
		return
	}
	a.end = b.end
	copy(t.areas[i:t.n-1], t.areas[i+1:t.n])
	t.n--
}
