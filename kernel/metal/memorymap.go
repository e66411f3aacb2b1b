package metal

// The firmware's memory map lists what is RAM. This file turns it into the
// ranges that page frames may come from: whole pages, of usable type, above the
// kernel. Everything the map says is checked; nothing outside of it is used.

// memoryRange is a page-aligned range of physical memory.
type memoryRange struct{ start, end uint64 }

const (
	// maxRanges bounds the ranges that are kept. UEFI lists up to a hundred, of which
	// the loader has merged the neighbours.
	maxRanges = 128
	// memoryUsable is the type of RAM in the PVH memory map (as in E820).
	memoryUsable = 1
	// memoryLimit is the end of the physical memory that the direct map covers.
	memoryLimit = 512 << 30
)

// memoryMap collects the usable ranges of RAM, in the map's order.
type memoryMap struct {
	n      int
	ranges [maxRanges]memoryRange
	total  uint64 // bytes of RAM reported, before clipping

	// all lists the RAM as it was reported.
	all      [maxRanges]memoryRange
	reported int

	// lost counts the ranges of RAM that there was no room for: they are not used.
	lost int
}

// add takes one entry of the firmware's map; floor is the first free address.
func (m *memoryMap) add(start, size uint64, kind uint32, floor uint64) {
	if kind != memoryUsable || start >= memoryLimit {
		return
	}
	end := start + min(size, memoryLimit-start)
	m.total += end - start
	if m.reported == maxRanges {
		m.lost++
		return
	}
	m.all[m.reported] = memoryRange{start, end}
	m.reported++
	start = (max(start, floor) + pageMask) &^ pageMask
	end &^= pageMask
	if start < end && m.n < maxRanges {
		m.ranges[m.n] = memoryRange{start, end}
		m.n++
	}
}

// overlaps reports whether [start, end) has any RAM in it, or may have: where some was
// lost nothing is known.
func (m *memoryMap) overlaps(start, end uint64) bool {
	if m.lost > 0 {
		return true
	}
	for _, r := range m.all[:m.reported] {
		if start < r.end && r.start < end {
			return true
		}
	}
	return false
}

// takeTop cuts up to size bytes, in whole pages, off the upper end of the highest range
// below limit, and leaves at least as much in it.
func (m *memoryMap) takeTop(size, limit uint64) memoryRange {
	best := -1
	for i := range m.n {
		if r := m.ranges[i]; r.end <= limit && (best < 0 || r.end > m.ranges[best].end) {
			best = i
		}
	}
	if best < 0 {
		return memoryRange{}
	}
	r := &m.ranges[best]
	size = min(size, (r.end-r.start)/2) &^ pageMask
	r.end -= size
	return memoryRange{r.end, r.end + size}
}

// reverse turns the order of the ranges around.
func (m *memoryMap) reverse() {
	for i, j := 0, m.n-1; i < j; i, j = i+1, j-1 {
		m.ranges[i], m.ranges[j] = m.ranges[j], m.ranges[i]
	}
}

// reuse adds a page-aligned range of the kernel's own that it can do without.
func (m *memoryMap) reuse(start, end uint64) {
	if start < end && m.n < maxRanges {
		m.ranges[m.n] = memoryRange{start, end}
		m.n++
	}
}

// top returns the end of the highest range.
func (m *memoryMap) top() uint64 {
	top := uint64(0)
	for i := range m.n {
		top = max(top, m.ranges[i].end)
	}
	return top
}

// free returns how many bytes the ranges hold.
func (m *memoryMap) free() uint64 {
	sum := uint64(0)
	for i := range m.n {
		sum += m.ranges[i].end - m.ranges[i].start
	}
	return sum
}
