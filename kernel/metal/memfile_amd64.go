//go:build linux

package metal

// A memory file (memfd_create) is a set of frames that can be mapped at several
// addresses at once. Calls between components use that to put two guests'
// memories side by side. A file lives as long as a descriptor or a mapping does.

const (
	maxMemoryFiles = 64

	// memoryFileLimit is the size that the page index below can hold.
	memoryFileLimit  = 512 << 30
	memoryFileLevels = 3
)

// memoryFile is one file: its frames are the leaves of a tree of frames with
// 512 entries each, like page tables.
type memoryFile struct {
	used, open bool
	size       uintptr
	root       uintptr // physical address of the tree's root, or 0
}

var memoryFiles [maxMemoryFiles]memoryFile

// sysMemfdCreate serves memfd_create(name, flags).
func sysMemfdCreate(*thread) uintptr {
	for i := range memoryFiles {
		if f := &memoryFiles[i]; !f.used {
			fd := openDescriptor(descriptor{kind: fdMemory, index: uint32(i)})
			if !isErrno(fd) {
				*f = memoryFile{used: true, open: true} // nothing maps it yet, so no fault looks at it
			}
			return fd
		}
	}
	return errno(enfile)
}

// sysFtruncate serves ftruncate(fd, length). A file that shrinks gives its frames
// back, and mappings lose them.
func sysFtruncate(t *thread) uintptr {
	index, ok := memoryFileOf(t.frame.di)
	if !ok {
		return errno(einval)
	}
	size := t.frame.si
	if size > memoryFileLimit {
		return errno(einval)
	}
	c := thisCPU()
	memoryLock.acquire(c)
	resizeMemoryFile(c, index, size)
	memoryLock.unlock()
	return 0
}

// resizeMemoryFile sets a file's size. When it shrinks, no CPU remembers the pages
// by the time that they go back to the pool.
func resizeMemoryFile(c *cpu, index uint16, size uintptr) {
	f := &memoryFiles[index]
	if size < f.size {
		for i := range areas.n {
			if v := &areas.areas[i]; v.backing == shared && v.file == index {
				dropPages(c, v.start, v.end)
			}
		}
		releaseTree(f.root, memoryFileLevels-1, 0, (size+pageMask)>>12)
	}
	f.size = size
}

// memoryFileOf returns the memory file behind a descriptor.
func memoryFileOf(fd uintptr) (uint16, bool) {
	d := descriptorOf(fd)
	if d == nil || d.kind != fdMemory {
		return 0, false
	}
	return uint16(d.index), true
}

// memoryFilePage returns the frame at an offset, making it if needed. It reports
// false past the end of the file.
func memoryFilePage(index uint16, offset uintptr) (uintptr, bool) {
	f := &memoryFiles[index]
	if offset >= f.size {
		return 0, false
	}
	node := &f.root
	for level := memoryFileLevels; ; level-- {
		if *node == 0 {
			*node = frames.need("a memory file")
		}
		if level == 0 {
			return *node, true
		}
		slot := offset >> (12 + 9*uint(level-1)) & 511
		node = at[uintptr](direct(*node) + slot*8)
	}
}

// releaseTree gives back the frames below a node whose page number is at least
// keep; first is the page number of the node's first leaf.
func releaseTree(node uintptr, level int, first, keep uintptr) {
	if node == 0 {
		return
	}
	span := uintptr(1) << (9 * uint(level)) // pages below each slot
	for slot := range uintptr(512) {
		entry := at[uintptr](direct(node) + slot*8)
		start := first + slot*span
		if *entry == 0 || start+span <= keep {
			continue
		}
		if level > 0 {
			releaseTree(*entry, level-1, start, keep)
		}
		if start >= keep {
			frames.release(*entry)
			*entry = 0
		}
	}
}

// collectMemoryFiles frees the files that neither a descriptor nor a mapping
// holds.
func collectMemoryFiles() {
	var mapped [maxMemoryFiles]bool
	for i := range areas.n {
		if v := &areas.areas[i]; v.backing == shared {
			mapped[v.file] = true
		}
	}
	for i := range memoryFiles {
		f := &memoryFiles[i]
		if !f.used || f.open || mapped[i] {
			continue
		}
		releaseTree(f.root, memoryFileLevels-1, 0, 0)
		if f.root != 0 {
			frames.release(f.root)
		}
		*f = memoryFile{}
	}
}
