package metal

import (
	"bytes"
	"math/rand/v2"
	"reflect"
	"runtime"
	"slices"
	"testing"
)

// TestSymbols compares what the table says with what the runtime says, all over the code
// of this test.
func TestSymbols(t *testing.T) {
	table := ownLineTable()
	if !table.valid() {
		t.Fatal("the program's own table is not understood")
	}
	r := rand.New(rand.NewPCG(1, 1))
	end, _ := table.word(table.part(tableIndex) + table.part(tableFunctions)*tableIndexEntry)
	named, lines := 0, 0
	for range 20_000 {
		pc := table.text + uintptr(r.Uint32N(end))
		f := runtime.FuncForPC(pc)
		s, ok := table.find(pc)
		if f == nil {
			continue
		}
		if !ok {
			t.Fatalf("nothing at %#x, where %s is", pc, f.Name())
		}
		if pc-s.offset != f.Entry() {
			// An inlined function has the entry of the one that it is part of.
			t.Fatalf("%#x is in %s, which starts at %#x, not %#x", pc, s.function, f.Entry(), pc-s.offset)
		}
		if string(s.function) == f.Name() {
			named++
		}
		if file, line := f.FileLine(pc); line == s.line && file == string(s.file) {
			lines++
		}
	}
	// Names of functions that were inlined, and of instances of generic ones, are the
	// runtime's own affair.
	if named < 10_000 || lines < 15_000 {
		t.Errorf("of 20000 addresses %d have the runtime's name, %d its line", named, lines)
	}
	if s, _ := table.find(reflect.ValueOf(TestSymbols).Pointer()); !bytes.HasSuffix(s.function, []byte("/metal.TestSymbols")) ||
		!bytes.HasSuffix(s.file, []byte("/symbol_linux_amd64_test.go")) || s.offset != 0 {
		t.Errorf("this is %s+%d, %s:%d", s.function, s.offset, s.file, s.line)
	}
	for _, pc := range []uintptr{0, table.text - 1, table.text + uintptr(end), ^uintptr(0)} {
		if s, ok := table.find(pc); ok {
			t.Errorf("%#x is in %s", pc, s.function)
		}
	}
}

// TestBrokenSymbols damages the table, which must not become a fault.
func TestBrokenSymbols(t *testing.T) {
	whole := ownLineTable()
	r := rand.New(rand.NewPCG(2, 2))
	for range 300 {
		broken := lineTable{slices.Clone(whole.data), whole.text}
		for range 1 + r.IntN(5) {
			at := r.IntN(len(broken.data))
			if r.IntN(2) == 0 {
				at = r.IntN(tableHeader)
			}
			broken.data[at] = byte(r.Uint32())
		}
		if r.IntN(3) == 0 {
			broken.data = broken.data[:r.IntN(len(broken.data))]
		}
		for range 100 {
			broken.find(whole.text + uintptr(r.Uint32N(4<<20)))
		}
	}
	for n := range 100 {
		(&lineTable{whole.data[:n], whole.text}).find(whole.text)
	}
}
