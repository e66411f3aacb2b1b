package metal

import (
	"math/rand/v2"
	"testing"
)

func TestContiguousPool(t *testing.T) {
	const start, end = 0x100_0000, 0x110_0000
	p := &contiguousPool{start: start, end: end}
	a, _ := p.alloc(4 * pageSize)
	b, _ := p.alloc(2 * pageSize)
	c, _ := p.alloc(pageSize)
	if a != end-4*pageSize || b != a-2*pageSize || c != b-pageSize {
		t.Fatalf("blocks at %#x, %#x, %#x", a, b, c)
	}
	if _, ok := p.free(b + pageSize); ok {
		t.Error("half a block was taken back")
	}
	if size, ok := p.free(b); !ok || size != 2*pageSize {
		t.Errorf("block of %d bytes, %v", size, ok)
	}
	if _, ok := p.free(b); ok {
		t.Error("a block was taken back twice")
	}
	if again, _ := p.alloc(pageSize); again != b {
		t.Errorf("%#x, want the block that is free at %#x", again, b)
	}
	if _, ok := p.alloc(end - start); ok {
		t.Error("more than there is")
	}
	if single, ok := p.single(); !ok || single != start {
		t.Errorf("single frame at %#x", single)
	}
	for _, block := range []uintptr{a, b, c} {
		p.free(block)
	}
	if p.n != 0 || p.start != start+pageSize || p.end != end {
		t.Errorf("all is free, but %+v", p)
	}
}

// TestContiguousPoolModel gives and takes at random: blocks never overlap, and all comes
// back.
func TestContiguousPoolModel(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	const pages = 300
	p := &contiguousPool{start: pageSize, end: (pages + 1) * pageSize}
	var owner [pages + 1]uintptr // block that each page belongs to
	live := map[uintptr]uintptr{}
	for range 20_000 {
		if r.IntN(2) == 0 {
			size := uintptr(1+r.IntN(12)) * pageSize
			start, ok := p.alloc(size)
			if !ok {
				continue
			}
			for a := start; a < start+size; a += pageSize {
				if owner[a/pageSize] != 0 {
					t.Fatalf("%#x belongs to two blocks", a)
				}
				owner[a/pageSize] = start
			}
			live[start] = size
			continue
		}
		for start, size := range live {
			if got, ok := p.free(start); !ok || got != size {
				t.Fatalf("block of %d bytes, %v; it had %d", got, ok, size)
			}
			for a := start; a < start+size; a += pageSize {
				owner[a/pageSize] = 0
			}
			delete(live, start)
			break
		}
	}
	for start := range live {
		p.free(start)
	}
	if p.n != 0 || p.start != pageSize || p.end != (pages+1)*pageSize {
		t.Errorf("all is free, but %d blocks are left, and %#x to %#x", p.n, p.start, p.end)
	}
}

func TestContiguousPoolIsBounded(t *testing.T) {
	p := &contiguousPool{start: 0, end: 10 * maxContiguousBlocks * pageSize}
	n := 0
	for ; n < 2*maxContiguousBlocks; n++ {
		if _, ok := p.alloc(pageSize); !ok {
			break
		}
	}
	if n != maxContiguousBlocks {
		t.Errorf("%d blocks, want %d", n, maxContiguousBlocks)
	}
}

func TestTakeTop(t *testing.T) {
	m := memoryMap{}
	m.add(0, 0x9_fc00, memoryUsable, 0x50_0000)
	m.add(0x10_0000, 0x1000_0000-0x10_0000, memoryUsable, 0x50_0000)
	m.add(4<<30, 1<<30, memoryUsable, 0x50_0000)
	if got := m.takeTop(1<<20+1, contiguousLimit); got != (memoryRange{0xff0_0000, 0x1000_0000}) {
		t.Errorf("%#x", got)
	}
	if got := m.takeTop(1<<30, contiguousLimit); got.end != 0xff0_0000 || m.ranges[0] != (memoryRange{0x50_0000, got.start}) {
		t.Errorf("%#x leaves %#x", got, m.ranges[0])
	}
	if (&memoryMap{}).takeTop(1<<20, contiguousLimit) != (memoryRange{}) {
		t.Error("a range of nothing")
	}
	for _, r := range []memoryRange{{0x9_f000, 0xa_0000}, {0, 1}, {0xfff_ffff, 0x1000_0000}, {4 << 30, 8 << 30}} {
		if !m.overlaps(r.start, r.end) {
			t.Errorf("%#x has no memory in it", r)
		}
	}
	if m.overlaps(0x1000_0000, 4<<30) || m.overlaps(5<<30, 6<<30) {
		t.Error("memory where there is none")
	}
}
