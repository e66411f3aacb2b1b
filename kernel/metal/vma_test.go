package metal

import (
	"testing"

	"pgregory.net/rapid"
)

// checkInvariants fails when areas overlap, are empty, or could have been merged.
func checkInvariants(t *rapid.T, table *vmaTable) {
	for i := range table.n {
		a := table.areas[i]
		if a.start >= a.end || (a.start|a.end)&pageMask != 0 {
			t.Fatalf("area %d is [%#x, %#x)", i, a.start, a.end)
		}
		if i == 0 {
			continue
		}
		b := table.areas[i-1]
		if b.end > a.start {
			t.Fatalf("areas %d and %d overlap", i-1, i)
		}
		if b.end == a.start && b.prot == a.prot && b.backing == a.backing &&
			(a.backing != shared || b.file == a.file && b.offset+(b.end-b.start) == a.offset) {
			t.Fatalf("areas %d and %d should be one", i-1, i)
		}
	}
}

// TestVMATableModel compares the table to a map from page to what it allows.
func TestVMATableModel(t *testing.T) {
	type pageModel struct {
		prot    prot
		backing backing
		offset  uintptr
	}
	const pages = 32
	rapid.Check(t, func(t *rapid.T) {
		table := new(vmaTable)
		model := map[uintptr]pageModel{}
		span := func(t *rapid.T) (uintptr, uintptr) {
			first := rapid.UintptrRange(0, pages-1).Draw(t, "first")
			last := rapid.UintptrRange(first, pages-1).Draw(t, "last")
			return mmapLowest + first*pageSize, mmapLowest + (last+1)*pageSize
		}
		t.Repeat(map[string]func(*rapid.T){
			"": func(t *rapid.T) {
				checkInvariants(t, table)
				for i := range uintptr(pages) {
					a := mmapLowest + i*pageSize
					v := table.at(a)
					m, mapped := model[a]
					if (v != nil) != mapped {
						t.Fatalf("page %d: mapped %v, want %v", i, v != nil, mapped)
					}
					if v == nil {
						continue
					}
					if v.prot != m.prot || v.backing != m.backing ||
						v.backing == shared && v.offset+(a-v.start) != m.offset {
						t.Fatalf("page %d: %+v, want %+v", i, *v, m)
					}
				}
			},
			"map": func(t *rapid.T) {
				start, end := span(t)
				p := prot(rapid.IntRange(0, 7).Draw(t, "prot"))
				v := vma{start: start, end: end, prot: p}
				if rapid.Bool().Draw(t, "shared") {
					v.backing, v.offset = shared, start-mmapLowest
				}
				if !table.remove(start, end) || !table.insert(v) {
					t.Fatal("the table is full")
				}
				for a := start; a < end; a += pageSize {
					model[a] = pageModel{p, v.backing, a - mmapLowest}
				}
			},
			"unmap": func(t *rapid.T) {
				start, end := span(t)
				if !table.remove(start, end) {
					t.Fatal("the table is full")
				}
				for a := start; a < end; a += pageSize {
					delete(model, a)
				}
			},
			"protect": func(t *rapid.T) {
				start, end := span(t)
				whole := true
				for a := start; a < end; a += pageSize {
					_, mapped := model[a]
					whole = whole && mapped
				}
				p := prot(rapid.IntRange(0, 7).Draw(t, "prot"))
				if table.protect(start, end, p) != whole {
					t.Fatalf("protect succeeded: %v, want %v", !whole, whole)
				}
				for a := start; whole && a < end; a += pageSize {
					m := model[a]
					m.prot = p
					model[a] = m
				}
			},
			"covers": func(t *rapid.T) {
				start, end := span(t)
				need := prot(rapid.IntRange(0, 7).Draw(t, "need"))
				want := true
				for a := start; a < end; a += pageSize {
					m, mapped := model[a]
					want = want && mapped && m.prot&need == need
				}
				if table.covers(start, end, need) != want {
					t.Fatalf("covers is %v, want %v", !want, want)
				}
			},
		})
	})
}

func TestVMAPlace(t *testing.T) {
	table := new(vmaTable)
	insert := func(start, end uintptr) { table.insert(vma{start: start, end: end}) }
	insert(0xc0_0000_0000, 0xc0_0001_0000)
	insert(mmapBase, mmapBase+0x3000)
	insert(mmapBase+0x5000, mmapBase+0x6000)
	for _, c := range []struct {
		name             string
		hint, size, want uintptr
		ok               bool
	}{
		{"free hint", 0xc1_0000_0000, 0x1000, 0xc1_0000_0000, true},
		{"taken hint", 0xc0_0000_0000, 0x1000, mmapBase + 0x3000, true},
		{"hint that ends in an area", 0xbf_ffff_f000, 0x2000, mmapBase + 0x3000, true},
		{"hint below the kernel's reach", 0x40_0000, 0x1000, mmapBase + 0x3000, true},
		{"gap too small", 0, 0x3000, mmapBase + 0x6000, true},
		{"exact gap", 0, 0x2000, mmapBase + 0x3000, true},
		{"hint too close to the limit", mmapLimit - 0x1000, 0x2000, mmapBase + 0x3000, true},
		{"everything", 0, mmapLimit, 0, false},
		{"sizes do not wrap", 0, ^uintptr(0) &^ pageMask, 0, false},
	} {
		got, ok := table.place(c.hint, c.size)
		if ok != c.ok || ok && got != c.want {
			t.Errorf("%s: %#x, %v; want %#x, %v", c.name, got, ok, c.want, c.ok)
		}
	}
}

func TestVMATableFull(t *testing.T) {
	table := new(vmaTable)
	next := uintptr(mmapLowest)
	for table.n < maxVMAs-1 {
		if !table.insert(vma{start: next, end: next + 3*pageSize}) {
			t.Fatalf("full at %d", table.n)
		}
		next += 4 * pageSize
	}
	middle := uintptr(mmapLowest + pageSize)
	if table.remove(middle, middle+pageSize) || table.protect(middle, middle+pageSize, protRead) {
		t.Fatal("a split succeeded without room for it")
	}
	if table.roomForSplits() {
		t.Fatal("a full table says it has room")
	}
	if !table.insert(vma{start: next, end: next + pageSize}) || table.insert(vma{start: next + 2*pageSize, end: next + 3*pageSize}) {
		t.Fatal("the table holds other than maxVMAs areas")
	}
}
