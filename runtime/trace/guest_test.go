package trace

import (
	"fmt"

	"github.com/witan-os/witan/runtime/abi"
	"github.com/witan-os/witan/runtime/transcode"
)

// guest is a memory that the canonical ABI's interpreter can lower to, and that can be looked at. Its handles are
// the resources themselves, which are numbers.
type guest struct {
	memory   []byte
	encoding abi.Encoding
}

func (g *guest) Peek(ptr, size uint32) ([]byte, bool) {
	end := uint64(ptr) + uint64(size)
	if end > uint64(len(g.memory)) {
		return nil, false
	}
	return g.memory[ptr:end], true
}

func (g *guest) Encoding() abi.Encoding { return g.encoding }

func (g *guest) Trap(format string, args ...any)   { panic(fmt.Sprintf(format, args...)) }
func (g *guest) Refuse(format string, args ...any) { g.Trap(format, args...) }
func (g *guest) Reserve(uint64)                    {}

func (g *guest) View(ptr, size, _ uint32) []byte {
	view, ok := g.Peek(ptr, size)
	if !ok {
		g.Trap("%d bytes at %#x are outside of the memory", size, ptr)
	}
	return view
}

func (g *guest) ListView(ptr, n, size, align uint32) []byte { return g.View(ptr, n*size, align) }

func (g *guest) Alloc(size, align uint32) uint32 {
	ptr := (len(g.memory) + int(align) - 1) &^ (int(align) - 1)
	g.memory = append(g.memory, make([]byte, ptr+int(size)-len(g.memory))...)
	return uint32(ptr)
}

func (g *guest) Realloc(ptr, old, align, size uint32) uint32 {
	to := g.Alloc(size, align)
	copy(g.View(to, size, 1), g.View(ptr, old, 1))
	return to
}

func (g *guest) AllocList(n int, size, align uint32) (ptr, length uint32) {
	return g.Alloc(uint32(n)*size, align), uint32(n)
}

func (g *guest) StoreString(s string) (ptr, n uint32) {
	return transcode.Store(g, g.encoding, transcode.Of(s))
}

func (g *guest) LoadString(ptr, n uint32) string         { return transcode.Load(g, g.encoding, ptr, n).String }
func (g *guest) TakeOwn(_ *abi.Resource, i uint32) any   { return i }
func (g *guest) Borrowed(_ *abi.Resource, i uint32) any  { return i }
func (g *guest) GiveOwn(_ *abi.Resource, rep any) uint32 { return handleOf(rep) }
func (g *guest) Lend(_ *abi.Resource, rep any) uint32    { return handleOf(rep) }
func handleOf(rep any) uint32                            { var n uint32; fmt.Sscan(fmt.Sprint(rep), &n); return n }
