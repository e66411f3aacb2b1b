//go:build linux

package metal

// mmap and its kin, and the page faults that bring pages in. A page table entry
// is in one of three states: zero (no page yet), present, or not present with a
// frame (a page whose area was made PROT_NONE and keeps its content).

// areas is the one address space.
var areas vmaTable

const (
	mapShared         = 0x01
	mapFixedAddress   = 0x10
	mapAnonymous      = 0x20
	mapFixedNoReplace = 0x100000

	adviseDontNeed = 4

	faultWrite   = 1 << 1
	faultExecute = 1 << 4
)

// pageRange rounds [start, start+size) out to pages. It reports false when the
// range is empty, starts inside a page, or leaves the program's half.
func pageRange(start, size uintptr) (end uintptr, ok bool) {
	if start&pageMask != 0 || size == 0 || start > mmapLimit || size > mmapLimit-start {
		return 0, false
	}
	return (start + size + pageMask) &^ pageMask, true
}

// sysMmap serves mmap(addr, length, prot, flags, fd, offset).
func sysMmap(t *thread) uintptr {
	f := &t.frame
	hint, flags := f.di, f.r10
	size := (f.si + pageMask) &^ pageMask
	v := vma{prot: prot(f.dx) & protAll}
	if size == 0 || size < f.si {
		return errno(einval)
	}
	if v.prot.writableCode() {
		return errno(eacces)
	}
	if flags&mapAnonymous == 0 {
		file, ok := memoryFileOf(f.r8)
		if !ok || flags&mapShared == 0 || f.r9&pageMask != 0 || f.r9 > memoryFileLimit {
			return errno(enodev)
		}
		v.backing, v.file, v.offset = shared, file, f.r9
	} else if v.prot&protWrite != 0 && !frames.promises(size) {
		return errno(enomem)
	}
	c := thisCPU()
	memoryLock.acquire(c)
	result := placeArea(c, v, hint, size, flags)
	memoryLock.unlock()
	return result
}

// placeArea gives v its place and records it. It returns where that is, or an
// error.
func placeArea(c *cpu, v vma, hint, size, flags uintptr) uintptr {
	if !areas.roomForSplits() {
		return errno(enomem)
	}
	if flags&(mapFixedAddress|mapFixedNoReplace) != 0 {
		end, ok := pageRange(hint, size)
		if !ok || hint < mmapLowest {
			return errno(einval)
		}
		if flags&mapFixedNoReplace != 0 && areas.find(hint) != areas.find(end) {
			return errno(eexist)
		}
		unmap(c, hint, end)
		v.start, v.end = hint, end
	} else {
		start, ok := areas.place(hint&^pageMask, size)
		if !ok {
			return errno(enomem)
		}
		v.start, v.end = start, start+size
	}
	areas.insert(v)
	return v.start
}

// sysMunmap serves munmap(addr, length).
func sysMunmap(t *thread) uintptr {
	end, ok := pageRange(t.frame.di, t.frame.si)
	if !ok || t.frame.di < mmapLowest {
		return errno(einval)
	}
	if !areas.roomForSplits() {
		return errno(enomem)
	}
	c := thisCPU()
	memoryLock.acquire(c)
	unmap(c, t.frame.di, end)
	memoryLock.unlock()
	return 0
}

// sysMprotect serves mprotect(addr, length, prot).
func sysMprotect(t *thread) uintptr {
	start, rights := t.frame.di, prot(t.frame.dx)&protAll
	end, ok := pageRange(start, t.frame.si)
	if !ok || start < mmapLowest {
		return errno(einval)
	}
	if rights.writableCode() {
		return errno(eacces)
	}
	c := thisCPU()
	memoryLock.acquire(c)
	if ok = areas.protect(start, end, rights); ok {
		protectPages(c, start, end, rights)
	}
	memoryLock.unlock()
	if !ok {
		return errno(enomem)
	}
	return 0
}

// protectPages changes the rights of the pages that there are in [start, end).
func protectPages(c *cpu, start, end uintptr, rights prot) {
	for va := start; va < end; {
		entry, next := findEntry(va)
		if entry != nil && *entry != 0 {
			was := *entry
			*entry = was&frameMask | rights.rights()
			stale.changed(va, was, *entry)
		}
		va = next
	}
	stale.settle(c)
}

// sysMadvise serves madvise(addr, length, advice). Only MADV_DONTNEED has an
// effect that can be seen: anonymous pages read as zero afterwards. The other
// advice is about speed.
func sysMadvise(t *thread) uintptr {
	start := t.frame.di
	end, ok := pageRange(start, t.frame.si)
	if !ok || start < mmapLowest {
		return errno(einval)
	}
	if t.frame.dx == adviseDontNeed {
		c := thisCPU()
		memoryLock.acquire(c)
		dropPages(c, start, end)
		memoryLock.unlock()
	}
	return 0
}

// unmap removes whatever [start, end) holds. The caller has made sure of room
// for the splits.
func unmap(c *cpu, start, end uintptr) {
	dropPages(c, start, end)
	hadShared := false
	for i := areas.find(start); i < areas.n && areas.areas[i].start < end; i++ {
		hadShared = hadShared || areas.areas[i].backing == shared
	}
	areas.remove(start, end)
	if hadShared {
		collectMemoryFiles()
	}
}

// dropPages takes the pages of [start, end) away: frames of anonymous areas go
// back to the pool, those of memory files stay with the file.
func dropPages(c *cpu, start, end uintptr) {
	for i := areas.find(start); i < areas.n && areas.areas[i].start < end; i++ {
		v := &areas.areas[i]
		if v.backing == fixed {
			continue
		}
		for va := max(start, v.start); va < min(end, v.end); {
			entry, next := findEntry(va)
			if entry != nil && *entry != 0 {
				was := *entry
				*entry = 0
				stale.changed(va, was, 0)
				if v.backing == anonymous {
					stale.drop(c, was&frameMask)
				}
			}
			va = next
		}
	}
	stale.settle(c)
}

// pageFault brings in the page at CR2. It reports false when the access is not
// allowed. It runs nested in handlers too, and so uses no thread state, and no lock
// that they hold while they touch the program's memory.
func pageFault(f *frame) bool {
	address, c := readCR2(), thisCPU()
	memoryLock.acquire(c)
	c.faulting = addressOf(f)
	ok := bringIn(address, f.errorCode)
	c.faulting = 0
	memoryLock.unlock()
	return ok
}

// bringIn is pageFault for an address and an error code. Another CPU may have been
// faster.
func bringIn(address, errorCode uintptr) bool {
	v := areas.at(address)
	if v == nil || v.backing == fixed {
		return false
	}
	need := protRead
	switch {
	case errorCode&faultWrite != 0:
		need = protWrite
	case errorCode&faultExecute != 0:
		need = protExec
	}
	if v.prot == protNone || need != protRead && v.prot&need == 0 {
		return false
	}
	counters.PageFaults++
	page := address &^ pageMask
	entryAddress := createEntry(page, 0)
	if entryAddress == 0 {
		outOfMemory("a page table", address)
	}
	entry := at[uintptr](entryAddress)
	frame := *entry & frameMask
	if frame == 0 {
		var ok bool
		if v.backing == shared {
			frame, ok = memoryFilePage(v.file, v.offset+(page-v.start))
			if !ok {
				return false
			}
		} else if frame, ok = frames.alloc(); !ok {
			outOfMemory("a page", address)
		}
	}
	// The CPU does not remember an entry that was not present.
	if *entry&pagePresent != 0 {
		invalidatePage(page)
	}
	*entry = frame | v.prot.rights()
	return true
}

// accessible reports whether a system call may use the n bytes at a. The size
// is bounded so that the sum cannot wrap.
func accessible(a, n uintptr, need prot) bool {
	return a <= mmapLimit && n <= mmapLimit-a && areas.covers(a, a+n, need)
}
