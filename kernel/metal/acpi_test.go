package metal

import (
	"bytes"
	"encoding/binary"
	"slices"
	"testing"
)

// sealed makes the bytes add up to zero, with the byte at index sum.
func sealed(b []byte, sum int) []byte {
	total := byte(0)
	for _, v := range b {
		total += v
	}
	b[sum] -= total
	return b
}

// rootPointer makes an RSDP.
func rootPointer(revision byte, rsdt uint32, xsdt uint64) []byte {
	le := binary.LittleEndian
	b := append([]byte("RSD PTR \x00maker\x00"), revision)
	b = le.AppendUint32(b, rsdt)
	b = sealed(b, 8)
	b = le.AppendUint32(b, 36)
	b = le.AppendUint64(b, xsdt)
	return sealed(append(b, 0, 0, 0, 0), 32)
}

// acpiTestTable makes a table out of what follows its header.
func acpiTestTable(signature string, body []byte) []byte {
	b := binary.LittleEndian.AppendUint32([]byte(signature), uint32(acpiHeaderSize+len(body)))
	b = append(b, make([]byte, acpiHeaderSize-len(b))...)
	return sealed(append(b, body...), 9)
}

func TestRootPointer(t *testing.T) {
	flipped := func(b []byte, at int) []byte {
		b[at] ^= 1
		return b
	}
	for _, row := range []struct {
		name string
		in   []byte
		root uint64
		wide bool
		ok   bool
	}{
		{"version 1", rootPointer(0, 0x1234, 0), 0x1234, false, true},
		{"version 2", rootPointer(2, 0x1234, 0x1_0000_5678), 0x1_0000_5678, true, true},
		{"version 2 without a wide table", rootPointer(2, 0x1234, 0), 0x1234, false, true},
		{"the second half is broken", flipped(rootPointer(2, 0x1234, 0x5678), 30), 0x1234, false, true},
		{"the first half is broken", flipped(rootPointer(2, 0x1234, 0x5678), 17), 0, false, false},
		{"another signature", sealed(flipped(rootPointer(0, 1, 1), 3)[:20], 8), 0, false, false},
		{"too short", rootPointer(0, 1, 1)[:35], 0, false, false},
		{"nothing", nil, 0, false, false},
	} {
		if root, wide, ok := parseRootPointer(row.in); root != row.root || wide != row.wide || ok != row.ok {
			t.Errorf("%s: %#x, %v, %v", row.name, root, wide, ok)
		}
	}
}

func TestACPILength(t *testing.T) {
	good := acpiTestTable("APIC", make([]byte, 8))
	if n := acpiLength(good, "APIC"); n != len(good) || !acpiSum(good) {
		t.Errorf("a good table has %d bytes", n)
	}
	huge := slices.Clone(good)
	binary.LittleEndian.PutUint32(huge[4:], acpiMaxTable+1)
	small := slices.Clone(good)
	binary.LittleEndian.PutUint32(small[4:], acpiHeaderSize-1)
	for name, b := range map[string][]byte{
		"another": acpiTestTable("FACP", nil), "huge": huge, "small": small, "cut": good[:35], "none": nil,
	} {
		if n := acpiLength(b, "APIC"); n != 0 {
			t.Errorf("%s: %d bytes", name, n)
		}
	}
}

func TestRootEntry(t *testing.T) {
	le := binary.LittleEndian
	body := le.AppendUint64(le.AppendUint64(nil, 0x1_0000_0002), 0x3_0000_0004)
	table := acpiTestTable("XSDT", body)
	for _, row := range []struct {
		wide bool
		want []uint64
	}{
		{true, []uint64{0x1_0000_0002, 0x3_0000_0004}},
		{false, []uint64{2, 1, 4, 3}},
	} {
		var got []uint64
		for i := 0; ; i++ {
			entry, ok := rootEntry(table, row.wide, i)
			if !ok {
				break
			}
			got = append(got, entry)
		}
		if !slices.Equal(got, row.want) {
			t.Errorf("wide %v: %#x", row.wide, got)
		}
	}
	if _, ok := rootEntry(table[:len(table)-1], true, 1); ok {
		t.Error("half an entry counts")
	}
	if _, ok := rootEntry(nil, true, 0); ok {
		t.Error("no table has an entry")
	}
}

// madt makes a MADT out of entries.
func madt(entries ...[]byte) []byte {
	return acpiTestTable("APIC", append(make([]byte, madtEntries-acpiHeaderSize), bytes.Join(entries, nil)...))
}

func localAPICEntry(id, flags byte) []byte { return []byte{0, 8, 0, id, flags, 0, 0, 0} }

func localX2APICEntry(id uint32, flags byte) []byte {
	b := binary.LittleEndian.AppendUint32([]byte{9, 16, 0, 0}, id)
	return append(b, flags, 0, 0, 0, 0, 0, 0, 0)
}

func TestMADT(t *testing.T) {
	var many [][]byte
	for id := range byte(maxCPUs + 3) {
		many = append(many, localAPICEntry(id, 1))
	}
	all := make([]uint8, maxCPUs)
	for i := range all {
		all[i] = uint8(i)
	}
	ioAPIC := []byte{1, 12, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}
	for _, row := range []struct {
		name string
		in   []byte
		want []uint8
		over int
	}{
		{"two and an I/O APIC", madt(localAPICEntry(0, 1), ioAPIC, localAPICEntry(2, 1)), []uint8{0, 2}, 0},
		{"one can be plugged in", madt(localAPICEntry(0, 1), localAPICEntry(1, 2)), []uint8{0}, 0},
		{"both kinds", madt(localAPICEntry(3, 1), localX2APICEntry(3, 1), localX2APICEntry(4, 1)), []uint8{3, 4}, 0},
		{"wide ID", madt(localAPICEntry(0, 1), localX2APICEntry(256, 1)), []uint8{0}, 1},
		{"the ID of all", madt(localAPICEntry(0xff, 1)), nil, 1},
		{"too many", madt(many...), all, 3},
		{"entry without a length", madt(localAPICEntry(0, 1), []byte{0, 0}, localAPICEntry(1, 1)), []uint8{0}, 0},
		{"entry that is cut off", madt(localAPICEntry(0, 1), localAPICEntry(1, 1)[:7]), []uint8{0}, 0},
		{"entry that is too short for what it is", madt([]byte{0, 4, 0, 7}, localAPICEntry(1, 1)), []uint8{1}, 0},
		{"empty", madt(), nil, 0},
	} {
		var got apicIDs
		parseMADT(row.in, &got)
		if !slices.Equal(got.ids[:got.n], row.want) || got.over != row.over {
			t.Errorf("%s: %d and %d more", row.name, got.ids[:got.n], got.over)
		}
	}
}

func FuzzMADT(f *testing.F) {
	f.Add(madt(localAPICEntry(0, 1), localX2APICEntry(1, 1)))
	f.Add(madt([]byte{0, 0}))
	f.Fuzz(func(t *testing.T, b []byte) {
		var got apicIDs
		parseMADT(b, &got)
		if got.n > len(b)/8 || got.n+got.over > len(b)/8 {
			t.Errorf("%d CPUs and %d more out of %d bytes", got.n, got.over, len(b))
		}
		for i, id := range got.ids[:got.n] {
			if id == 0xff || slices.Contains(got.ids[:i], id) {
				t.Errorf("CPUs %d", got.ids[:got.n])
			}
		}
	})
}
