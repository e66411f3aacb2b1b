package transcode_test

import "fmt"

// trap is what a guest panics with; any other panic is a bug.
type trap string

// fill is what memory that nothing was written to holds.
const fill = 0xaa

// guest is a memory with an allocator that always moves and remembers what it was asked for.
type guest struct {
	memory   []byte
	requests [][4]uint32
	charged  uint64
	answer   func(n int, ptr uint32) uint32 // replaces the allocator's n-th answer; nil for an honest one
}

func newGuest(memory []byte) *guest { return &guest{memory: append([]byte{}, memory...)} }

func (g *guest) Trap(format string, args ...any) { panic(trap(fmt.Sprintf(format, args...))) }
func (g *guest) Reserve(n uint64)                { g.charged += n }

func (g *guest) View(ptr, size, align uint32) []byte {
	if ptr%align != 0 {
		g.Trap("address %#x is not a multiple of %d", ptr, align)
	}
	end := uint64(ptr) + uint64(size)
	if end > uint64(len(g.memory)) {
		g.Trap("%d bytes at %#x are out of bounds", size, ptr)
	}
	return g.memory[ptr:end:end]
}

// Realloc moves the whole memory, so that what is written to an old view is lost.
func (g *guest) Realloc(ptr, old, align, size uint32) uint32 {
	g.requests = append(g.requests, [4]uint32{ptr, old, align, size})
	start := (uint32(len(g.memory)) + align - 1) / align * align
	moved := make([]byte, start+size)
	for i := copy(moved, g.memory); i < len(moved); i++ {
		moved[i] = fill
	}
	if old > 0 {
		copy(moved[start:], g.memory[ptr:ptr+min(old, size)])
	}
	clear(g.memory)
	g.memory = moved
	if g.answer != nil {
		start = g.answer(len(g.requests)-1, start)
	}
	g.View(start, size, align)
	return start
}

// trapped runs f and returns the reason of its trap, or "" without one. Other panics go on.
func trapped(f func()) (reason trap) {
	defer func() {
		switch r := recover().(type) {
		case nil:
		case trap:
			reason = r
		default:
			panic(r)
		}
	}()
	f()
	return ""
}
