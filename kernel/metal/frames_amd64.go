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
	idle   uintptr // frames given back
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
		p.idle--
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

// preferHigh makes fresh frames come from the top of memory: what lies low is dear to
// devices. The first frames must be low, as the loader's page tables reach no further, and
// nor do CPUs that start.
func (p *framePool) preferHigh() { p.memory.reverse(); p.next = 0 }

// left returns how many bytes can still be handed out.
func (p *framePool) left() uintptr {
	p.lock.lock()
	n := uintptr(p.memory.free()) + p.contiguous.end - p.contiguous.start + p.idle*pageSize
	p.lock.unlock()
	return n
}

// promises reports whether an area of so many bytes that can be written to can be backed,
// as far as that is known now. Nothing is set aside for it, since the Go runtime asks for
// much more than it uses, and would take a refusal as its end: up to arenaSize more than
// there is may be promised. What is refused is what could never work.
func (p *framePool) promises(size uintptr) bool {
	const arenaSize = 64 << 20 // by which Go's heap grows at least
	left := p.left()
	return size <= arenaSize || size-arenaSize <= left
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
	p.idle++
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
	if address != 0 && active {
		if faulting := thisCPU().faulting; faulting != 0 {
			printCallers(at[frame](faulting))
		}
	}
	powerOff(StatusFatal)
}
