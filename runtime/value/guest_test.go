package value_test

import (
	"fmt"
	"testing"

	"github.com/witan-os/witan/runtime/abi"
	"github.com/witan-os/witan/runtime/instance"
	"github.com/witan-os/witan/runtime/transcode"
	"github.com/witan-os/witan/runtime/value"
)

// The real boundary of an instance is a value.Boundary.
var _ value.Boundary = (*instance.Boundary)(nil)

// trap is what a guest's boundary panics with; any other panic is a bug.
type trap string

// guest stands in for a component instance: a memory, an allocator and a handle table, without a program.
// Each allocation moves the memory and spoils the old one, so that a write through a stale view is lost.
type guest struct {
	encoding abi.Encoding
	memory   []byte
	top      uint32 // where the allocator goes on
	limit    uint32 // and ends
	budget   uint64
	allocs   int
	lie      func(n int, ptr uint32) uint32 // replaces the allocator's n-th answer; nil for an honest one
	handles  []handle                       // handle i is at i-1
}

type handle struct {
	resource *abi.Resource
	rep      any
	own      bool
}

// newGuest returns a guest that owns a copy of memory and allocates behind it.
func newGuest(memory []byte) *guest {
	return &guest{memory: append([]byte{}, memory...), top: uint32(len(memory)), limit: 1 << 20, budget: 1 << 24}
}

// fillByte is what memory that nothing was written to holds.
const fillByte = 0xaa

func (g *guest) growTo(n uint32) {
	moved := make([]byte, max(len(g.memory), int(n)))
	for i := copy(moved, g.memory); i < len(moved); i++ {
		moved[i] = fillByte
	}
	for i := range g.memory {
		g.memory[i] = 0x55
	}
	g.memory = moved
}

func (g *guest) Trap(format string, args ...any) { panic(trap(fmt.Sprintf(format, args...))) }

func (g *guest) Refuse(format string, args ...any) { g.Trap(format, args...) }

func (g *guest) Reserve(n uint64) {
	if n > g.budget {
		g.Trap("out of budget")
	}
	g.budget -= n
}

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

func (g *guest) ListView(ptr, n, size, align uint32) []byte {
	bytes := uint64(n) * uint64(size)
	if bytes > uint64(len(g.memory)) {
		g.Trap("a list of %d bytes is out of bounds", bytes)
	}
	return g.View(ptr, uint32(bytes), align)
}

func (g *guest) LoadString(ptr, n uint32) string {
	return transcode.Load(g, g.encoding, ptr, n).String
}

func (g *guest) Alloc(size, align uint32) uint32 { return g.Realloc(0, 0, align, size) }

// Realloc always moves.
func (g *guest) Realloc(old, oldSize, align, size uint32) uint32 {
	ptr := (g.top + align - 1) / align * align
	if uint64(ptr)+uint64(size) > uint64(g.limit) {
		g.Trap("out of guest memory")
	}
	g.top = ptr + size
	g.growTo(g.top)
	copy(g.memory[ptr:g.top], g.View(old, oldSize, 1))
	if g.lie != nil {
		ptr = g.lie(g.allocs, ptr)
	}
	g.allocs++
	g.View(ptr, size, align)
	return ptr
}

func (g *guest) AllocList(n int, size, align uint32) (ptr, length uint32) {
	if uint64(n)*uint64(size) > abi.MaxSize {
		g.Trap("list too large")
	}
	return g.Alloc(uint32(n)*size, align), uint32(n)
}

func (g *guest) StoreString(s string) (ptr, n uint32) {
	return transcode.Store(g, g.encoding, transcode.Of(s))
}

func (g *guest) lookup(r *abi.Resource, i uint32) *handle {
	if i == 0 || uint64(i) > uint64(len(g.handles)) || g.handles[i-1].resource != r {
		g.Trap("no handle %d of a %s", i, r.Name)
	}
	return &g.handles[i-1]
}

func (g *guest) TakeOwn(r *abi.Resource, i uint32) any {
	h := g.lookup(r, i)
	if !h.own {
		g.Trap("handle %d is borrowed", i)
	}
	rep := h.rep
	*h = handle{}
	return rep
}

func (g *guest) Borrowed(r *abi.Resource, i uint32) any { return g.lookup(r, i).rep }

func (g *guest) GiveOwn(r *abi.Resource, rep any) uint32 { return g.add(handle{r, rep, true}) }

func (g *guest) Lend(r *abi.Resource, rep any) uint32 { return g.add(handle{r, rep, false}) }

func (g *guest) add(h handle) uint32 {
	g.handles = append(g.handles, h)
	return uint32(len(g.handles))
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

// must unwraps what can't fail in a test's own set-up.
func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// plan is the plan of a function.
func plan(t interface{ Fatal(...any) }, f *abi.Func) *abi.Plan {
	p, err := abi.NewPlan(f)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// flatOf is the flat form of a type on its own, or nil when it is too large for one.
func flatOf(t interface{ Fatal(...any) }, typ *abi.Type) *abi.Flat {
	p := plan(t, &abi.Func{Params: []abi.Param{{Name: "v", Type: typ}}})
	if p.ParamBlock != nil {
		return nil
	}
	return &p.Params[0]
}

func expectEqual(t *testing.T, typ *abi.Type, got, want value.Value) {
	t.Helper()
	if !value.Equal(got, want) {
		t.Errorf("%s:\n got %s\nwant %s", typ, value.Format(typ, got), value.Format(typ, want))
	}
}
