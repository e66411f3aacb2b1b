package metal

import "testing"

func TestMemoryMap(t *testing.T) {
	const floor = 0x80_0000
	for _, c := range []struct {
		name        string
		start, size uint64
		kind        uint32
		want        []memoryRange
		total       uint64
	}{
		{"low memory", 0, 0x9fc00, 1, nil, 0x9fc00},
		{"reserved", 0x100_0000, 0x10000, 2, nil, 0},
		{"around the kernel", 0x10_0000, 0x100_0000, 1, []memoryRange{{floor, 0x110_0000}}, 0x100_0000},
		{"unaligned", 0x100_0001, 0x2000, 1, []memoryRange{{0x100_1000, 0x100_2000}}, 0x2000},
		{"less than a page", 0x100_0001, 0xffe, 1, nil, 0xffe},
		{"size wraps", 0x100_0000, ^uint64(0), 1, []memoryRange{{0x100_0000, memoryLimit}}, memoryLimit - 0x100_0000},
		{"beyond the limit", memoryLimit, 0x1000, 1, nil, 0},
		{"above 4 GiB", 4 << 30, 1 << 30, 1, []memoryRange{{4 << 30, 5 << 30}}, 1 << 30},
	} {
		var m memoryMap
		m.add(c.start, c.size, c.kind, floor)
		if m.n != len(c.want) || m.total != c.total {
			t.Errorf("%s: %d ranges of %#x bytes, want %d of %#x", c.name, m.n, m.total, len(c.want), c.total)
			continue
		}
		for i, r := range c.want {
			if m.ranges[i] != r {
				t.Errorf("%s: %#x, want %#x", c.name, m.ranges[i], r)
			}
		}
	}
}

func TestMemoryMapSums(t *testing.T) {
	var m memoryMap
	m.reuse(0x1000, 0x1000)
	if m.n != 0 {
		t.Fatal("an empty range was kept")
	}
	m.reuse(0x1000, 0x3000)
	if m.n != 1 || m.free() != 0x2000 || m.total != 0 {
		t.Fatalf("%d ranges, %#x bytes free of %#x", m.n, m.free(), m.total)
	}
	m = memoryMap{}
	for i := range uint64(2 * maxRanges) {
		m.add(i<<20, 0x1000, memoryUsable, 0)
	}
	if m.n != maxRanges || m.free() != maxRanges*0x1000 || m.top() != (maxRanges-1)<<20+0x1000 {
		t.Fatalf("%d ranges, %#x bytes free, top %#x", m.n, m.free(), m.top())
	}
	if m.lost != maxRanges || m.total != 2*maxRanges*0x1000 {
		t.Errorf("%d ranges lost of %#x bytes in all", m.lost, m.total)
	}
	if !m.overlaps(3*maxRanges<<20, 3*maxRanges<<20+0x1000) {
		t.Error("a range that was lost could be mapped as a device's")
	}
}
