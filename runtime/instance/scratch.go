package instance

// maxScratch bounds the buffer that a Boundary keeps between calls, and maxKept those of all functions of an account. A
// guest may import the same function under as many indices as it likes, each of which has its own.
const (
	maxScratch   = 1 << 20
	maxKept      = 4 << 20
	smallScratch = 4 << 10 // is not charged
)

// Scratch returns an empty buffer for an implementation to append a byte result to. It lives until the
// next call of the same function.
func (b *Boundary) Scratch() []byte { return b.scratch[:0] }

// FitScratch makes the buffer large enough for results of n bytes, so that the next one is appended
// without allocating. The result itself is not kept: it may be memory of the implementation's own.
func (b *Boundary) FitScratch(n int) {
	if n > cap(b.scratch) && b.keep(n) {
		b.scratch = make([]byte, 0, n)
	}
}

// keep counts a buffer of n bytes in place of the one there is, if there may be one.
func (b *Boundary) keep(n int) bool {
	m := b.inst.member
	more := uint64(n - cap(b.scratch))
	if n > maxScratch || m.kept+more > maxKept {
		return false
	}
	if o := m.limits.Overhead; o != nil && n > smallScratch {
		if !o.Take(more) {
			return false
		}
		m.drawn += more
	}
	m.kept += more
	return true
}

// byteLists is what becomes of the bytes of a list<u8> that is lifted as part of another value.
type byteLists uint8

const (
	copied   byteLists = iota // to memory of their own
	viewed                    // they are seen where they are in the guest's memory
	buffered                  // copied to the scratch buffer
)

// LoadBytes lifts a list<u8>. Its bytes belong to whoever gets them, with two exceptions: a host function that
// [HostFunc.Borrows] sees them in the guest's memory, which can't change before it returns, and those that a function
// of a [Instance.Reuse] interface returns are overwritten by the next call of the function.
func (b *Boundary) LoadBytes(ptr, n uint32) []byte {
	view := b.ListView(ptr, n, 1, 1)
	if b.bytes == viewed {
		return view
	}
	b.Reserve(uint64(n))
	at := len(b.scratch)
	if b.bytes == copied || uint64(at)+uint64(n) > maxScratch {
		own := make([]byte, n)
		copy(own, view)
		return own
	}
	b.scratch = append(b.scratch, view...)
	return b.scratch[at:len(b.scratch):len(b.scratch)]
}

// Reuse has functions of an exported interface that are resolved from now on return byte lists in records in memory
// of theirs. Whoever calls such a function has to be done with its result before the next call.
func (i *Instance) Reuse(iface string) {
	if i.reused == nil {
		i.reused = map[string]bool{}
	}
	i.reused[iface] = true
}
