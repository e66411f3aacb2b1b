package fuse

import (
	"errors"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/witan-os/witan/internal/testutil"
	"github.com/witan-os/witan/runtime/abi"
	"github.com/witan-os/witan/runtime/value"
)

// Types for tables of tests.
var (
	u8      = abi.Primitive(abi.U8)
	u32     = abi.Primitive(abi.U32)
	u64     = abi.Primitive(abi.U64)
	f32     = abi.Primitive(abi.F32)
	char    = abi.Primitive(abi.Char)
	boolean = abi.Primitive(abi.Bool)
	text    = abi.Primitive(abi.String)
	color   = must(abi.NewEnum("red", "green", "blue"))
	mode    = must(abi.NewFlags("read", "write", "exec"))
	point   = must(abi.NewRecord(abi.Field{Name: "x", Type: u32}, abi.Field{Name: "y", Type: f32}))
	shape   = must(abi.NewVariant(abi.Case{Name: "none"}, abi.Case{Name: "dot", Type: f32}, abi.Case{Name: "far", Type: u64}))
	file    = &abi.Resource{Name: "file"}
)

func TestAdapterText(t *testing.T) {
	edge := func(f *abi.Func, post bool) *Edge {
		e := testEdge(must(abi.NewPlan(f)))
		if post {
			e.PostReturn = &Import{"post", "f"}
		}
		return e
	}
	bare := edge(&abi.Func{Params: []abi.Param{{Name: "c", Type: char}}}, false)
	bare.CheckLeave, bare.Enter, bare.Caller.Leave, bare.Callee.Leave = false, nil, nil, nil
	narrow := edge(&abi.Func{Params: []abi.Param{{Name: "s", Type: text}}}, false)
	narrow.Callee.Encoding = abi.Latin1OrUTF16
	unseen := edge(oneFunc(abi.NewList(shape)), false)
	unseen.Window, unseen.Caller.Memory, unseen.Reach = Window{}, &Import{"caller-memory", "memory"}, "callee-reach"
	tests := []struct {
		name string
		edge *Edge
	}{
		{"bare", bare},
		{"narrow", narrow},
		{"apart", unseen},
		{"guarded", edge(&abi.Func{}, false)},
		{"scalars", edge(&abi.Func{Params: []abi.Param{{Name: "m", Type: mode}, {Name: "s", Type: shape}}, Result: u8}, true)},
		{"points", edge(oneFunc(abi.NewList(point)), false)},
		{"flagged", edge(oneFunc(abi.NewList(boolean)), true)},
		{"handles", edge(&abi.Func{Params: []abi.Param{{Name: "f", Type: abi.NewBorrow(file)}}, Result: abi.NewOwn(file)}, false)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			testutil.Golden(t, "testdata/"+tt.name+".adapter", []byte(must(Build(tt.edge)).Text()))
		})
	}
}

func TestDirect(t *testing.T) {
	two, err := abi.NewTuple(u32, f32)
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name string
		f    *abi.Func
		want bool
	}{
		{"nothing", &abi.Func{}, true},
		{"whole integers", &abi.Func{Params: []abi.Param{{Type: u32}, {Type: u64}}, Result: f32}, true},
		{"a record of them", &abi.Func{Params: []abi.Param{{Type: two}}}, true},
		{"bits to clear", &abi.Func{Params: []abi.Param{{Type: u8}}}, false},
		{"a character to check", &abi.Func{Result: char}, false},
		{"a variant", &abi.Func{Params: []abi.Param{{Type: color}}}, false},
		{"memory", &abi.Func{Params: []abi.Param{{Type: text}}}, false},
		{"a result in memory", &abi.Func{Result: two}, false},
		{"a resource", &abi.Func{Params: []abi.Param{{Type: abi.NewOwn(file)}}}, false},
	}
	for _, tt := range tests {
		e := testEdge(must(abi.NewPlan(tt.f)))
		if got := Direct(e); got != tt.want {
			t.Errorf("%s: direct is %v", tt.name, got)
		}
		e.PostReturn = &Import{"post", "f"}
		if Direct(e) {
			t.Errorf("%s: post-return would not be called", tt.name)
		}
	}
}

func TestBuildRefuses(t *testing.T) {
	big := u32
	for range 12 { // a type that shares its parts, and whose code would not
		big = must(abi.NewResult(abi.NewList(big), abi.NewList(must(abi.NewTuple(big, big)))))
	}
	tests := []struct {
		name   string
		change func(e *Edge)
		want   error
	}{
		{"other types", func(e *Edge) { e.Callee.Plan = must(abi.NewPlan(oneFunc(abi.NewList(u8)))) }, ErrTypes},
		{"other resources", func(e *Edge) {
			e.Caller.Plan = must(abi.NewPlan(oneFunc(abi.NewOwn(file))))
			e.Callee.Plan = must(abi.NewPlan(oneFunc(abi.NewOwn(&abi.Resource{Name: "file"}))))
		}, ErrTypes},
		{"no window", func(e *Edge) { e.Window = Window{} }, ErrNoWindow},
		{"no realloc of the caller", func(e *Edge) { e.Caller.Realloc = nil }, ErrRealloc},
		{"no realloc of the callee", func(e *Edge) { e.Callee.Realloc = nil }, ErrRealloc},
		{"too large", func(e *Edge) {
			e.Caller.Plan = must(abi.NewPlan(oneFunc(big)))
			e.Callee.Plan = e.Caller.Plan
		}, ErrLarge},
	}
	for _, tt := range tests {
		e := testEdge(must(abi.NewPlan(oneFunc(text))))
		tt.change(e)
		if _, err := Build(e); !errors.Is(err, tt.want) {
			t.Errorf("%s: %v, want %v", tt.name, err, tt.want)
		}
	}
}

// Edges of the same shape have the same adapter, so that its machine code is found again.
func TestAdaptersAreDeterministic(t *testing.T) {
	a := must(Build(testEdge(must(abi.NewPlan(oneFunc(abi.NewList(shape)))))))
	b := must(Build(testEdge(must(abi.NewPlan(oneFunc(abi.NewList(shape)))))))
	if string(a.Wasm) != string(b.Wasm) {
		t.Error("the same edge twice gives different modules")
	}
}

// What a trap says: where, and what is wrong.
func TestTrapsSayWhere(t *testing.T) {
	e := newEngine(t)
	const pages = 1 << 16
	tests := []struct {
		name  string
		param *abi.Type
		stack []uint64
		want  string
	}{
		{"char", char, []uint64{0xd800}, "parameter v: 0xd800 is not a Unicode scalar value"},
		{"char beyond all", char, []uint64{0x110000}, "parameter v: 0x110000 is not a Unicode scalar value"},
		{"enum", color, []uint64{3}, "parameter v: 3 is no case of the enum, which has 3"},
		{"variant", shape, []uint64{7, 0}, "parameter v: 7 is no case of the variant, which has 3"},
		{"string", text, []uint64{pages - 4, 5}, "parameter v: 5 bytes at address 0xfffc are outside of the memory"},
		{"string beyond all", text, []uint64{0xffffffff, 2}, "parameter v: 2 bytes at address 0xffffffff are outside of the memory"},
		{"long string", text, []uint64{0, 1 << 28}, "parameter v: a string of 268435456 bytes is longer than 268435455"},
		{"list", abi.NewList(u32), []uint64{pages - 4, 2}, "parameter v: 8 bytes at address 0xfffc are outside of the memory"},
		{"list astray", abi.NewList(u32), []uint64{2, 1}, "parameter v: address 0x2 is not a multiple of 4"},
		{"empty list astray", abi.NewList(u32), []uint64{2, 0}, "parameter v: address 0x2 is not a multiple of 4"},
		{"long list", abi.NewList(u64), []uint64{0, 1 << 29}, "parameter v: a list of 536870912 elements of 8 bytes is larger than 268435455 bytes"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			l := newTrial(e, &abi.Func{Params: []abi.Param{{Name: "v", Type: tt.param}}}, guarded)
			defer l.end()
			l.serve = func([]uint64) { t.Error("the callee was called") }
			err := l.call.CallWithStack(ctx, append(tt.stack, 0))
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want %s", err, tt.want)
			}
		})
	}
}

func TestGuards(t *testing.T) {
	tests := []struct{ name, gate, want string }{
		{"a caller that may not leave", "leave", "the guest called out during realloc or post-return"},
		{"a callee that is in a call", "enter", "the callee's instance is in a call already"},
	}
	e := newEngine(t)
	for _, tt := range tests {
		l := newTrial(e, &abi.Func{}, guarded)
		calls := 0
		l.serve = func([]uint64) { calls++ }
		if err := l.call.CallWithStack(ctx, make([]uint64, 1)); err != nil || calls != 1 {
			t.Errorf("%s: a call beforehand: %v", tt.name, err)
		}
		gate := l.caller.gate
		if tt.gate == GateEnter {
			gate = l.enter
		}
		gate.Set(0)
		err := l.call.CallWithStack(ctx, make([]uint64, 1))
		if err == nil || !strings.Contains(err.Error(), tt.want) || calls != 1 {
			t.Errorf("%s: got %v after %d calls, want %s", tt.name, err, calls, tt.want)
		}
		l.end()
	}
}

// Bits in memory that mean nothing do not pass.
func TestMemoryIsMadeCanonical(t *testing.T) {
	e := newEngine(t)
	small := must(abi.NewTuple(mode, boolean, color, u8))
	tests := []struct {
		name     string
		elem     *abi.Type
		in, want string
	}{
		{"bool", boolean, "\x00\x01\x02\xff", "\x00\x01\x01\x01"},
		{"flags", mode, "\x00\x07\xf8\xff", "\x00\x07\x00\x07"},
		{"fields", small, "\xff\x80\x02\xfe", "\x07\x01\x02\xfe"},
	}
	for _, tt := range tests {
		l := newTrial(e, &abi.Func{Params: []abi.Param{{Name: "v", Type: abi.NewList(tt.elem)}}}, guarded)
		ptr := l.caller.Alloc(uint32(len(tt.in)), 1)
		copy(l.caller.View(ptr, uint32(len(tt.in)), 1), tt.in)
		l.serve = func(s []uint64) {
			if got := l.callee.View(uint32(s[0]), uint32(len(tt.want)), 1); string(got) != tt.want {
				t.Errorf("%s: %x became %x, not %x", tt.name, tt.in, got, tt.want)
			}
		}
		if err := l.call.CallWithStack(ctx, []uint64{uint64(ptr), uint64(uint32(len(tt.in)) / tt.elem.Size)}); err != nil {
			t.Errorf("%s: %v", tt.name, err)
		}
		l.end()
	}
}

// FuzzUTF8 compares the check of strings with that of Go's library.
func FuzzUTF8(f *testing.F) {
	ascii := strings.Repeat("the quick brown fox ", 8)
	for _, s := range []string{
		"", "a", "sixteen of ASCII", ascii, ascii[:64], ascii[:63] + "é", "é" + ascii, ascii[:70] + "\xff" + ascii,
		"\x7f", "\x80", "\xc1\xbf", "\xc2\x80", "\xdf\xbf", "\xe0\x9f\xbf", "\xe0\xa0\x80", "\xed\x9f\xbf", "\xed\xa0\x80",
		"\xee\x80\x80", "\xef\xbf\xbf", "\xf0\x8f\xbf\xbf", "\xf0\x90\x80\x80", "\xf4\x8f\xbf\xbf", "\xf4\x90\x80\x80",
		"\xf5\x80\x80\x80", "\xc3", "\xe2\x82", "\xf0\x9f\x98", "\xe2\x28\xa1", "\xf8\x88\x80\x80\x80", "日本語 и 😀 " + ascii,
		"1234567\xc3", "1234567é", "12345678é90abcd\xc3",
	} {
		f.Add(s)
	}
	e := newEngine(f)
	l := newTrial(e, &abi.Func{Params: []abi.Param{{Name: "s", Type: text}}}, guarded)
	f.Cleanup(l.end)
	f.Fuzz(func(t *testing.T, s string) {
		l.caller.top, l.callee.top = 0, 0
		ptr := l.caller.Alloc(uint32(len(s)), 1)
		copy(l.caller.View(ptr, uint32(len(s)), 1), s)
		var got value.Value
		l.serve = func(stack []uint64) {
			got = l.callee.LoadString(uint32(stack[0]), uint32(stack[1]))
		}
		err := l.call.CallWithStack(ctx, []uint64{uint64(ptr), uint64(len(s))})
		switch valid := utf8.ValidString(s); {
		case valid != (err == nil):
			t.Fatalf("%q: %v", s, err)
		case valid && got != s:
			t.Fatalf("%q became %q", s, got)
		}
		l.enter.Set(1) // after a trap
	})
}

// A memory that its owner's realloc grows is checked against its new size.
func TestMemoriesThatGrow(t *testing.T) {
	l := newTrial(newEngine(t), oneFunc(abi.NewList(u8)), withPost)
	defer l.end()
	want := make([]byte, 5<<16+3)
	for i := range want {
		want[i] = byte(i * 7)
	}
	stack := l.newStack([]value.Value{want})
	ret := l.resultAddress(stack)
	l.serve = func(s []uint64) {
		own := append([]uint64{}, s...)
		l.reply(own, value.LiftParams(&l.callee, l.plan, own)[0])
		s[0] = own[0]
	}
	if err := l.call.CallWithStack(ctx, stack); err != nil {
		t.Fatal(err)
	}
	if !value.Equal(l.result(ret, stack), want) {
		t.Error("the list that came back is another")
	}
	if l.callee.memory.Size() < uint32(len(want)) {
		t.Error("the callee's memory has not grown")
	}
}
