package metal

import (
	"bytes"
	"encoding/binary"
	"testing"
)

// TestTrampoline looks for the operands, each behind its instruction, and in the
// order in which a CPU must come by them.
func TestTrampoline(t *testing.T) {
	page := bytes.Repeat([]byte{0xcc}, trampolineSize+1)
	code := trampoline{
		page: 0x9e000, cr0: 0x8001_0033, cr3: 0x27c_0000, cr4: 0x5_06a0, extendedFeatures: 0xd01,
		blocks: 0x1234_5678_9abc, entryPoint: 0x4321_8765_cba9,
	}
	code.write(page)
	word := func(v uint32, instruction ...byte) []byte { return binary.LittleEndian.AppendUint32(instruction, v) }
	long := func(v uint64, instruction ...byte) []byte { return binary.LittleEndian.AppendUint64(instruction, v) }
	from := func(name string, at, end int, want ...[]byte) {
		t.Helper()
		for i, part := range want {
			n := bytes.Index(page[at:end], part)
			if n < 0 {
				t.Fatalf("%s: part %d, % x, is not in % x", name, i, part, page[at:end])
			}
			at += n + len(part)
		}
	}
	from("16 bits", 0, trampolineLong,
		[]byte{0x0f, 0x01, 0x16, trampolineGDTR, 0}, // lgdt
		word(0x5_06a0, 0xb8), []byte{0x0f, 0x22, 0xe0},
		word(0x27c_0000, 0xb8), []byte{0x0f, 0x22, 0xd8},
		word(0xc000_0080, 0xb9), word(0x901, 0xb8), []byte{0x0f, 0x30}, // wrmsr, without LMA
		word(0x8001_0033, 0xb8), []byte{0x0f, 0x22, 0xc0},
		word(0x9e000+trampolineLong, 0xea), []byte{codeSelector, 0},
		[]byte{0xcc}, // there is room left
	)
	from("64 bits", trampolineLong, trampolineGDT,
		long(0x1234_5678_9abc, 0x48, 0xb8),
		long(0x4321_8765_cba9, 0x48, 0xb8), []byte{0xff, 0xe0},
		[]byte{0xcc},
	)
	from("tables", trampolineGDT, trampolineSize,
		long(0), long(codeDescriptor|accessed), long(dataDescriptor|accessed),
		[]byte{23, 0}, word(0x9e000+trampolineGDT),
	)
	if page[trampolineSize] != 0xcc {
		t.Error("the code is longer than its size")
	}
}

func TestLowPage(t *testing.T) {
	for _, row := range []struct {
		name   string
		ranges [][2]uint64
		want   uint32
	}{
		{"a PC", [][2]uint64{{0, 0x9fc00}, {0x10_0000, 0x1000_0000}}, 0x9e000},
		{"up to video memory", [][2]uint64{{0, 0x10_0000}}, 0x9f000},
		{"in pieces", [][2]uint64{{0x1000, 0x2000}, {0x5000, 0x8000}, {0x3000, 0x4000}}, 0x7000},
		{"the first page must not be", [][2]uint64{{0, 0x1fff}}, noTrampoline},
		{"part of a page", [][2]uint64{{0x5800, 0x6800}}, noTrampoline},
		{"nothing below 1 MiB", [][2]uint64{{0x10_0000, 0x1000_0000}}, noTrampoline},
	} {
		m := new(memoryMap)
		for _, r := range row.ranges {
			m.add(r[0], r[1]-r[0], memoryUsable, 0x20_0000)
		}
		if got := m.lowPage(); got != row.want {
			t.Errorf("%s: %#x, want %#x", row.name, got, row.want)
		}
	}
}
