package abi_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/witan-os/witan/internal/testutil"
	"github.com/witan-os/witan/runtime/abi"
)

func function(result *abi.Type, params ...*abi.Type) *abi.Func {
	f := &abi.Func{Result: result}
	for i, t := range params {
		f.Params = append(f.Params, abi.Param{Name: fmt.Sprintf("p%d", i), Type: t})
	}
	return f
}

func plan(t *testing.T, f *abi.Func) *abi.Plan {
	t.Helper()
	p, err := abi.NewPlan(f)
	if err != nil {
		t.Fatalf("%s: %v", f, err)
	}
	return p
}

func i32s(n int) string { return strings.TrimSuffix(strings.Repeat("i32 ", n), " ") }

func TestSignatures(t *testing.T) {
	wide := record(repeat(u8T, 17)...)
	tests := []struct {
		f               *abi.Func
		lifted, lowered string
	}{
		{function(nil), "() -> ()", "() -> ()"},
		{function(u64T, u8T, f32T), "(i32 f32) -> (i64)", "(i32 f32) -> (i64)"},
		{function(nil, stringT, bytesT), "(i32 i32 i32 i32) -> ()", "(i32 i32 i32 i32) -> ()"},
		{function(stringT), "() -> (i32)", "(i32) -> ()"},
		{function(stringT, u64T), "(i64) -> (i32)", "(i64 i32) -> ()"},
		{function(result(nil, nil)), "() -> (i32)", "() -> (i32)"},
		{function(result(nil, u8T)), "() -> (i32)", "(i32) -> ()"},
		{function(tuple(f64T)), "() -> (f64)", "() -> (f64)"},
		{function(ownT, borrowT), "(i32) -> (i32)", "(i32) -> (i32)"},
		// 16 core values are passed as such, 17 are not.
		{function(nil, repeat(u32T, 16)...), "(" + i32s(16) + ") -> ()", "(" + i32s(16) + ") -> ()"},
		{function(nil, repeat(u32T, 17)...), "(i32) -> ()", "(i32) -> ()"},
		{function(nil, repeat(stringT, 8)...), "(" + i32s(16) + ") -> ()", "(" + i32s(16) + ") -> ()"},
		{function(nil, append(repeat(stringT, 8), u8T)...), "(i32) -> ()", "(i32) -> ()"},
		{function(nil, wide), "(i32) -> ()", "(i32) -> ()"},
		{function(nil, u64T, wide), "(i32) -> ()", "(i32) -> ()"},
		// The address of a result comes on top of either.
		{function(stringT, repeat(u32T, 16)...), "(" + i32s(16) + ") -> (i32)", "(" + i32s(17) + ") -> ()"},
		{function(stringT, repeat(u32T, 17)...), "(i32) -> (i32)", "(i32 i32) -> ()"},
		{function(wide), "() -> (i32)", "(i32) -> ()"},
	}
	for _, test := range tests {
		p := plan(t, test.f)
		if p.Lifted.String() != test.lifted || p.Lowered.String() != test.lowered {
			t.Errorf("%s: lifted %s, lowered %s; want %s, %s", test.f, p.Lifted, p.Lowered, test.lifted, test.lowered)
		}
		want := max(len(p.Lifted.Params), len(p.Lowered.Params), len(p.Lifted.Results))
		if p.Slots() != want {
			t.Errorf("%s: %d slots, want %d", test.f, p.Slots(), want)
		}
		if p.ResultBlock != nil && p.ResultSlot() != len(p.Lowered.Params)-1 {
			t.Errorf("%s: the result's address is in slot %d", test.f, p.ResultSlot())
		}
		if p.Func != test.f {
			t.Errorf("%s: the plan is of another function", test.f)
		}
	}
}

func TestAsyncSignatures(t *testing.T) {
	for _, test := range []struct {
		f       *abi.Func
		lowered string
		params  bool // in a block
	}{
		{function(nil), "() -> (i32)", false},
		{function(u8T), "(i32) -> (i32)", false},
		{function(nil, u32T, f32T, u64T, u8T), "(i32 f32 i64 i32) -> (i32)", false},
		{function(stringT, stringT, stringT), "(i32 i32 i32 i32 i32) -> (i32)", false},
		{function(nil, repeat(u32T, 5)...), "(i32) -> (i32)", true},
		{function(u64T, repeat(u32T, 5)...), "(i32 i32) -> (i32)", true},
	} {
		p, err := abi.NewAsyncPlan(test.f)
		if err != nil {
			t.Fatal(err)
		}
		if got := p.Lowered.String(); got != test.lowered || (p.ParamBlock != nil) != test.params {
			t.Errorf("%s: lowered %s, block %v, want %s", test.f, got, p.ParamBlock, test.lowered)
		}
		if p.Result != nil || p.ResultBlock != test.f.Result {
			t.Errorf("%s: the result is at %v, %v", test.f, p.Result, p.ResultBlock)
		}
	}
	if text := (&abi.Func{Async: true, Result: u8T}).String(); text != "async func() -> u8" {
		t.Errorf("the type prints as %s", text)
	}
	if _, err := abi.NewAsyncPlan(function(borrowT)); !errors.Is(err, abi.ErrBorrowResult) {
		t.Errorf("a borrowed result: %v", err)
	}
}

func TestReturnSignatures(t *testing.T) {
	for _, test := range []struct {
		result *abi.Type
		want   string
	}{
		{nil, "() -> ()"},
		{u64T, "(i64) -> ()"},
		{stringT, "(i32 i32) -> ()"},
		{tuple(repeat(u8T, 16)...), "(" + i32s(16) + ") -> ()"},
		{tuple(repeat(u8T, 17)...), "(i32) -> ()"},
	} {
		p, err := abi.NewReturnPlan(test.result)
		if err != nil {
			t.Fatal(err)
		}
		if got := p.Lowered.String(); got != test.want {
			t.Errorf("task.return of %v: %s, want %s", test.result, got, test.want)
		}
	}
}

func TestBlocks(t *testing.T) {
	p := plan(t, function(tuple(u8T, u64T), append(repeat(u8T, 16), u64T)...))
	if p.Params != nil || p.ParamBlock == nil || p.ParamBlock.String() != tuple(append(repeat(u8T, 16), u64T)...).String() {
		t.Errorf("params %v, block %v", p.Params, p.ParamBlock)
	}
	if p.Result != nil || p.ResultBlock != p.Func.Result {
		t.Errorf("result %v, block %v", p.Result, p.ResultBlock)
	}
	p = plan(t, function(u8T, repeat(u8T, 16)...))
	if len(p.Params) != 16 || p.ParamBlock != nil || p.Result == nil || p.ResultBlock != nil {
		t.Errorf("16 params: %d placed, block %v; result %v, block %v", len(p.Params), p.ParamBlock, p.Result, p.ResultBlock)
	}
}

func TestNeeds(t *testing.T) {
	tests := []struct {
		f                                 *abi.Func
		memory, lowerRealloc, liftRealloc bool
	}{
		{function(u8T, u64T), false, false, false},
		{function(nil, stringT), true, false, true},
		{function(stringT), true, true, false},
		{function(bytesT, bytesT), true, true, true},
		{function(tuple(u8T, u8T)), true, false, false},
		{function(nil, repeat(u8T, 17)...), true, false, true},
		{function(ownT, borrowT), false, false, false},
		{function(result(nil, option(stringT)), u8T), true, true, false},
		{function(nil, fixed(u8T, 16)), false, false, false},
		{function(nil, fixed(u8T, 17)), true, false, true},
		{function(fixed(u8T, 1)), false, false, false},
		{function(fixed(u8T, 2)), true, false, false},
		{function(dict(u8T, u8T), fixed(stringT, 2)), true, true, true},
	}
	for _, test := range tests {
		p := plan(t, test.f)
		if p.NeedsMemory() != test.memory || p.LowerNeedsRealloc() != test.lowerRealloc || p.LiftNeedsRealloc() != test.liftRealloc {
			t.Errorf("%s: memory %v, realloc to lower %v, to lift %v; want %v, %v, %v", test.f,
				p.NeedsMemory(), p.LowerNeedsRealloc(), p.LiftNeedsRealloc(), test.memory, test.lowerRealloc, test.liftRealloc)
		}
	}
}

// place writes a flat value's slots, and the casts of its cases, as text.
func place(f *abi.Flat) string {
	text := fmt.Sprintf("%s@%d", f.Type.Kind, f.Slot)
	for i := range f.Fields {
		text += " " + place(&f.Fields[i])
	}
	for _, c := range f.Cases {
		text += " |"
		if c.Payload != nil {
			text += fmt.Sprint(c.Casts) + place(c.Payload)
		}
	}
	return text
}

func TestPlaces(t *testing.T) {
	const none, f32i32, i32i64, f32i64, f64i64 = abi.CastNone, abi.CastF32I32, abi.CastI32I64, abi.CastF32I64, abi.CastF64I64
	casts := func(list ...abi.Cast) string { return fmt.Sprint(list) }
	tests := []struct {
		types []*abi.Type
		want  []string
	}{
		{[]*abi.Type{u8T, stringT, f32T}, []string{"u8@0", "string@1", "f32@3"}},
		{[]*abi.Type{u8T, tuple(stringT, tuple(u8T, u64T)), u8T}, []string{"u8@0", "tuple@1 string@1 tuple@3 u8@3 u64@4", "u8@5"}},
		{[]*abi.Type{flags(3), enum(2)}, []string{"flags@0", "enum@1 | |"}},
		{[]*abi.Type{u8T, fixed(tuple(u8T, u64T), 2), dict(u8T, f32T), boolT}, []string{"u8@0", "list@1 tuple@1 u8@1 u64@2 tuple@3 u8@3 u64@4", "map@5", "bool@7"}},
		{[]*abi.Type{variant(fixed(u8T, 2), f32T, f64T)}, []string{"variant@0 |" + casts(i32i64, none) + "list@1 u8@1 u8@2 |" + casts(f32i64) + "f32@1 |" + casts(f64i64) + "f64@1"}},
		{[]*abi.Type{option(u64T), boolT}, []string{"option@0 | |" + casts(none) + "u64@1", "bool@2"}},
		{[]*abi.Type{variant(u32T, f32T)}, []string{"variant@0 |" + casts(none) + "u32@1 |" + casts(f32i32) + "f32@1"}},
		{[]*abi.Type{variant(f32T, f32T)}, []string{"variant@0 |" + casts(none) + "f32@1 |" + casts(none) + "f32@1"}},
		{
			[]*abi.Type{u8T, variant(u32T, f32T, u64T, f64T, nil)},
			[]string{"u8@0", "variant@1 |" + casts(i32i64) + "u32@2 |" + casts(f32i64) + "f32@2 |" + casts(none) + "u64@2 |" + casts(f64i64) + "f64@2 |"},
		},
		{ // Each slot is joined on its own, and an inner join becomes part of the outer one.
			[]*abi.Type{result(variant(f32T, u8T), tuple(u64T, f32T, f64T))},
			[]string{"result@0 |" + casts(i32i64, none) + "variant@1 |" + casts(f32i32) + "f32@2 |" + casts(none) + "u8@2" +
				" |" + casts(none, f32i32, none) + "tuple@1 u64@1 f32@2 f64@3"},
		},
	}
	for _, test := range tests {
		p := plan(t, function(nil, test.types...))
		for i := range p.Params {
			if got := place(&p.Params[i]); got != test.want[i] {
				t.Errorf("%s:\n got %s\nwant %s", test.types[i], got, test.want[i])
			}
		}
	}
	p := plan(t, function(u64T, u8T, u8T))
	if got := place(p.Result); got != "u64@0" {
		t.Errorf("a result is placed %s", got)
	}
}

func TestBorrowedResult(t *testing.T) {
	for _, typ := range []*abi.Type{borrowT, option(borrowT), abi.NewList(tuple(u8T, borrowT))} {
		if _, err := abi.NewPlan(function(typ)); !errors.Is(err, abi.ErrBorrowResult) {
			t.Errorf("%s: error %v", typ, err)
		}
	}
}

func TestParamsTooLarge(t *testing.T) {
	half := doubled(27)
	if _, err := abi.NewPlan(function(nil, half, half)); !errors.Is(err, abi.ErrTooLarge) {
		t.Errorf("error %v", err)
	}
}

// TestPlanOfSharedTypes plans a call whose parameter, written out, has 100¹² cases.
func TestPlanOfSharedTypes(t *testing.T) {
	cases := u8T
	for range 12 {
		cases = variant(repeat(cases, 100)...)
	}
	var p *abi.Plan
	if used := testutil.Allocated(func() { p = plan(t, function(nil, cases, cases)) }); used > 1<<20 {
		t.Errorf("the plan took %d bytes", used)
	}
	if p.ParamBlock == nil {
		t.Error("26 core values were not spilled")
	}
	p = plan(t, function(nil, cases))
	innermost := &p.Params[0]
	for innermost.Cases != nil {
		innermost = innermost.Cases[99].Payload
	}
	if innermost.Type != u8T || innermost.Slot != 12 || !slices.Equal(p.Params[0].Cases[7].Casts, make([]abi.Cast, 12)) {
		t.Errorf("the innermost payload is %s in slot %d", innermost.Type, innermost.Slot)
	}
}
