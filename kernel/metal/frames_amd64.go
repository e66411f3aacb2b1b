//go:build linux

package metal

// Physical memory is handed out in page frames. Frames that were never used are
// taken from the memory map's ranges; frames given back form a list, linked
// through their first words. Memory for devices is apart, see contiguous.go.

// framePool hands out page frames.
type framePool struct {
	memory memoryMap
	next   int     // range that fresh frames come from
	free   uintptr // first frame given back, or 0
	used   uintptr // frames handed out
	lock   spinLock

	contiguous contiguousPool
}

var frames framePool

// alloc returns a zeroed frame's physical address. It reports false when memory
// is used up.
func (p *framePool) alloc() (uintptr, bool) {
	p.lock.lock()
	frame, ok := p.take()
	p.lock.unlock()
	if ok {
		zeroFrame(direct(frame))
	}
	return frame, ok
}

// take removes a frame from the pool.
func (p *framePool) take() (frame uintptr, ok bool) {
	if frame = p.free; frame != 0 {
		p.free = *at[uintptr](direct(frame))
	} else if frame, ok = p.fresh(); !ok {
		return 0, false
	}
	p.used++
	return frame, true
}

// fresh takes a frame that was never used.
func (p *framePool) fresh() (uintptr, bool) {
	for p.next < p.memory.n {
		if r := &p.memory.ranges[p.next]; r.start < r.end {
			r.start += pageSize
			return uintptr(r.start - pageSize), true
		}
		p.next++
	}
	return p.contiguous.single()
}

// keepContiguous puts memory aside for devices.
func (p *framePool) keepContiguous() {
	kept := p.memory.takeTop(min(p.memory.total/contiguousShare, contiguousMost), contiguousLimit)
	p.contiguous.start, p.contiguous.end = uintptr(kept.start), uintptr(kept.end)
}

// release gives a frame back.
func (p *framePool) release(frame uintptr) {
	p.lock.lock()
	*at[uintptr](direct(frame)) = p.free
	p.free = frame
	p.used--
	p.lock.unlock()
}

// need is alloc for those who cannot do without; what names the use.
func (p *framePool) need(what string) uintptr {
	frame, ok := p.alloc()
	if !ok {
		outOfMemory(what, 0)
	}
	return frame
}

// outOfMemory ends the machine. Linux kills the process in its place: with
// overcommit, memory runs out at a page fault, when it is too late to refuse.
func outOfMemory(what string, address uintptr) {
	logText("metal: out of memory: no frame for ")
	logText(what)
	if address != 0 {
		logText(" at 0x")
		logNumber(address, 16)
	}
	logText("; all ")
	logDecimal(frames.used * pageSize >> 10)
	logText(" KiB are in use. Give the machine more memory, or set GOMEMLIMIT.\n")
	powerOff(statusFatal)
}
