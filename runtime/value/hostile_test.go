package value_test

import (
	"bytes"
	"encoding/binary"
	"slices"
	"testing"

	"github.com/witan-os/witan/internal/testutil"
	"github.com/witan-os/witan/runtime/abi"
	"github.com/witan-os/witan/runtime/value"
)

// words is a memory of little-endian 32-bit words.
func words(list ...uint32) []byte {
	var memory []byte
	for _, w := range list {
		memory = binary.LittleEndian.AppendUint32(memory, w)
	}
	return memory
}

// TestLiftingIsPaidFor lifts long lists of every kind of element and checks that the call is charged for
// what they take, so that its budget bounds the memory.
func TestLiftingIsPaidFor(t *testing.T) {
	point := value.Record{{Name: "x", Value: uint32(1000)}, {Name: "y", Value: uint32(2000)}}
	tests := []struct {
		elem *abi.Type
		v    value.Value
	}{
		{boolT, true},
		{u8T, uint8(200)},
		{s16T, int16(-1)},
		{u32T, uint32(1 << 20)},
		{u64T, uint64(1 << 40)},
		{f32T, float32(1.5)},
		{f64T, 1.5},
		{charT, value.Char('☃')},
		{stringT, ""},
		{stringT, "a string of some length"},
		{bytesT, []byte{}},
		{bytesT, []byte("some bytes")},
		{abi.NewList(u64T), value.List{}},
		{abi.NewList(u64T), value.List{uint64(1 << 40), uint64(1 << 50)}},
		{fixed(boolT, 1), value.List{true}},
		{fixed(u8T, 3), []byte{1, 2, 3}},
		{fixed(stringT, 2), value.List{"", "a string"}},
		{agesT, value.Map{}},
		{agesT, value.Map{{"a", uint8(200)}, {"b", uint8(201)}}},
		{tuple(boolT), value.Tuple{true}},
		{pointT, point},
		{shapeT, value.Variant{Case: "empty"}},
		{shapeT, value.Variant{Case: "circle", Payload: 2.5}},
		{shapeT, value.Variant{Case: "path", Payload: value.Record{{Name: "points", Value: value.List{point}}}}},
		{colorT, value.Enum("red")},
		{option(u64T), value.None()},
		{option(u64T), value.Some(uint64(1 << 40))},
		{option(option(boolT)), value.Some(value.Some(true))},
		{result(nil, nil), value.OK(nil)},
		{result(u8T, stringT), value.Err("why")},
		{modeT, value.Flags{}},
		{modeT, value.Flags{"read", "write", "exec"}},
		{must(abi.NewFlags(names("b", 32)...)), value.Flags(names("b", 32))},
		{fileT, value.Own{Rep: "file"}},
		{lentT, value.Borrow{Rep: "file"}},
	}
	for _, test := range tests {
		typ := abi.NewList(test.elem)
		list := make(value.List, 1024)
		for i := range list {
			list[i] = test.v
		}
		var v value.Value = list
		if test.elem == u8T {
			v = make([]byte, len(list))
		}
		g := newGuest(nil)
		g.limit = 16 << 20
		ptr := g.Alloc(typ.Size, typ.Align)
		value.Store(g, typ, ptr, v)

		before, handles := g.budget, slices.Clone(g.handles)
		used := testutil.Allocated(func() {
			g.budget = before
			copy(g.handles, handles)
			v = value.Load(g, typ, ptr)
		})
		charged := before - g.budget
		// What may be beyond the charge is the measuring itself and rounding to Go's size classes, which is
		// coarser under the race detector.
		if used > charged+charged/3+4096 {
			t.Errorf("%s: takes %d bytes, of which %d were charged", typ, used, charged)
		}
	}
}

// TestBombs loads small memories that describe huge values.
func TestBombs(t *testing.T) {
	nested := func(depth int) *abi.Type {
		typ := abi.NewList(boolT)
		for range depth {
			typ = abi.NewList(typ)
		}
		return typ
	}
	// A list of four lists, each of which is that list again.
	loop := words(0, 4, 0, 4, 0, 4, 0, 4)
	ones := bytes.Repeat([]byte{1}, 1<<19)
	options := boolT
	for range 20 {
		options = option(options)
	}
	tests := []struct {
		name   string
		typ    *abi.Type
		memory []byte
		want   string
	}{
		{"lists of themselves", nested(98), loop, "out of budget"},
		{"strings that overlap", abi.NewList(stringT), words(8, 4, 0, 40, 0, 40, 0, 40, 0, 40), ""},
		{"bytes that become values", abi.NewList(boolT), append(words(8, 1<<19), ones...), "out of budget"},
		{"bytes that become deep values", abi.NewList(options), append(words(8, 1<<14), ones...), "out of budget"},
		{"a long list of fixed length", fixed(boolT, abi.MaxSize), ones, "268435455 bytes at 0x0 are out of bounds"},
		{"values of a list of fixed length", fixed(boolT, 1<<19), ones, "out of budget"},
		{"entries of maps", must(abi.NewMap(boolT, boolT)), append(words(8, 1<<18), ones...), "out of budget"},
		{"a length of entries", agesT, words(0, 1<<28), "a map of 268435456 elements of 12 bytes is larger than 268435455 bytes"},
		{"a length of bytes", bytesT, words(0, 0xffffffff), "a list of 4294967295 elements of 1 bytes is larger than 268435455 bytes"},
		{"a length that wraps around", abi.NewList(u64T), words(0, 0x20000001), "a list of 536870913 elements of 8 bytes is larger than 268435455 bytes"},
		{"a length of strings", abi.NewList(stringT), words(0, 1<<24), "a list of 134217728 bytes is out of bounds"},
	}
	for _, test := range tests {
		g := newGuest(test.memory)
		var reason trap
		used := testutil.Allocated(func() {
			g.budget = 1 << 20
			reason = trapped(func() { value.Load(g, test.typ, 0) })
		})
		if string(reason) != test.want {
			t.Errorf("%s: trap %q, want %q", test.name, reason, test.want)
		}
		if used > 2<<20 {
			t.Errorf("%s: took %d bytes with a budget of %d", test.name, used, 1<<20)
		}
	}
}

// TestLyingRealloc stores into a guest whose allocator returns memory that is not there.
func TestLyingRealloc(t *testing.T) {
	typ := abi.NewList(u32T)
	v := value.List{uint32(1), uint32(2)}
	for _, test := range []struct {
		name   string
		answer uint32
		want   string
	}{
		{"minus one", 0xffffffff, "address 0xffffffff is not a multiple of 4"},
		{"unaligned", 2, "address 0x2 is not a multiple of 4"},
		{"beyond the memory", 1 << 16, "8 bytes at 0x10000 are out of bounds"},
		{"partly beyond the memory", 12, "8 bytes at 0xc are out of bounds"},
		{"at the end of the address space", 0xfffffffc, "8 bytes at 0xfffffffc are out of bounds"},
		{"in use", 8, ""},
	} {
		g := newGuest(make([]byte, 8))
		g.lie = func(int, uint32) uint32 { return test.answer }
		reason := trapped(func() { value.Store(g, typ, 0, v) })
		if string(reason) != test.want {
			t.Errorf("%s: trap %q, want %q", test.name, reason, test.want)
		}
	}
}

// TestWrongAddress lowers to addresses that are not there: that is found before the guest is asked for
// memory or anything is written.
func TestWrongAddress(t *testing.T) {
	typ := tuple(u64T, stringT, u64T)
	v := value.Tuple{uint64(1), "text", uint64(1)}
	p := plan(t, &abi.Func{Result: typ})
	lowerings := map[string]func(g *guest, ptr uint32){
		"Store": func(g *guest, ptr uint32) { value.Store(g, typ, ptr, v) },
		"LowerResult": func(g *guest, ptr uint32) {
			stack := make([]uint64, p.Slots())
			stack[p.ResultSlot()] = uint64(ptr)
			value.LowerResult(g, p, stack, v)
		},
	}
	for name, lower := range lowerings {
		for ptr, want := range map[uint32]trap{
			4:          "address 0x4 is not a multiple of 8",
			16:         "24 bytes at 0x10 are out of bounds",
			0xfffffff8: "24 bytes at 0xfffffff8 are out of bounds",
		} {
			g := newGuest(make([]byte, 32))
			if reason := trapped(func() { lower(g, ptr) }); reason != want {
				t.Errorf("%s to %#x: trap %q, want %q", name, ptr, reason, want)
			}
			if g.allocs != 0 || !bytes.Equal(g.memory, make([]byte, 32)) {
				t.Errorf("%s to %#x: the guest was touched", name, ptr)
			}
		}
	}
}

func TestHandles(t *testing.T) {
	f := &abi.Func{
		Params: []abi.Param{{Name: "file", Type: fileT}, {Name: "lent", Type: lentT}},
		Result: fileT,
	}
	p := plan(t, f)
	file, lent := &struct{ name string }{"file"}, &struct{ name string }{"lent"}
	g := newGuest(nil)
	stack := make([]uint64, p.Slots())

	value.LowerParams(g, p, stack, []value.Value{value.Own{Rep: file}, value.Borrow{Rep: lent}})
	if stack[0] != 1 || stack[1] != 2 {
		t.Errorf("handles %d and %d, want 1 and 2", stack[0], stack[1])
	}
	if !g.handles[0].own || g.handles[1].own {
		t.Error("the own is lent, or the borrow given away")
	}

	args := value.LiftParams(g, p, stack)
	if args[0] != (value.Own{Rep: file}) || args[1] != (value.Borrow{Rep: lent}) {
		t.Errorf("lifted %v", args)
	}
	if reason := trapped(func() { value.LiftParams(g, p, stack) }); reason != "no handle 1 of a file" {
		t.Errorf("an own that was taken already: trap %q", reason)
	}
	stack[0] = 2
	if reason := trapped(func() { value.LiftResult(g, p, stack) }); reason != "handle 2 is borrowed" {
		t.Errorf("a borrow given away: trap %q", reason)
	}
}
