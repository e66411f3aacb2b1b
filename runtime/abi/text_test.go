package abi_test

import (
	"testing"

	"github.com/witan-os/witan/runtime/abi"
)

func TestTypeText(t *testing.T) {
	tests := []struct {
		typ  *abi.Type
		want string
	}{
		{u8T, "u8"},
		{abi.NewList(abi.NewList(stringT)), "list<list<string>>"},
		{fixed(fixed(u8T, 3), 1<<20), "list<list<u8, 3>, 1048576>"},
		{dict(stringT, abi.NewList(u8T)), "map<string, list<u8>>"},
		{record(u8T, bytesT), "record{f0: u8, f1: list<u8>}"},
		{tuple(u8T, tuple(boolT, f32T)), "tuple<u8, tuple<bool, f32>>"},
		{variant(nil, u64T, nil), "variant{c0, c1(u64), c2}"},
		{enum(2), "enum{l0, l1}"},
		{flags(2), "flags{l0, l1}"},
		{option(f64T), "option<f64>"},
		{result(nil, nil), "result"},
		{result(u8T, nil), "result<u8>"},
		{result(nil, u16T), "result<_, u16>"},
		{result(u8T, u16T), "result<u8, u16>"},
		{ownT, "own<file>"},
		{option(borrowT), "option<borrow<file>>"},
	}
	for _, test := range tests {
		if got := test.typ.String(); got != test.want {
			t.Errorf("got %s, want %s", got, test.want)
		}
	}
}

func TestFuncText(t *testing.T) {
	tests := []struct {
		f    abi.Func
		want string
	}{
		{abi.Func{}, "func()"},
		{abi.Func{Result: result(nil, u8T)}, "func() -> result<_, u8>"},
		{abi.Func{Params: []abi.Param{{Name: "self", Type: borrowT}, {Name: "n", Type: u64T}}, Result: bytesT}, "func(self: borrow<file>, n: u64) -> list<u8>"},
	}
	for _, test := range tests {
		if got := test.f.String(); got != test.want {
			t.Errorf("got %s, want %s", got, test.want)
		}
	}
}

// TestTextOfSharedTypes writes types that would be 2²⁷ times "bool" in full.
func TestTextOfSharedTypes(t *testing.T) {
	const bound = 1 << 17
	huge := doubled(27)
	cases := boolT
	for range 90 {
		cases = variant(cases, cases, cases)
	}
	f := abi.Func{Params: []abi.Param{{Name: "a", Type: huge}, {Name: "b", Type: cases}}, Result: huge}
	for name, text := range map[string]string{"tuple": huge.String(), "variant": cases.String(), "func": f.String()} {
		if len(text) > bound {
			t.Errorf("%s: the text has %d bytes", name, len(text))
		}
	}
}

func TestNames(t *testing.T) {
	for k := abi.Bool; k <= abi.Borrow; k++ {
		if name := k.String(); name == "" || name[0] < 'a' || name[0] > 'z' || name[:min(4, len(name))] == "kind" {
			t.Errorf("kind %d is called %q", k, name)
		}
	}
	if got := abi.Kind(99).String(); got != "kind(99)" {
		t.Errorf("kind 99 is called %s", got)
	}
	if got := abi.CoreType(0).String(); got != "?" {
		t.Errorf("core type 0 is called %s", got)
	}
	s := abi.Signature{Params: []abi.CoreType{abi.I32, abi.I64}, Results: []abi.CoreType{abi.CoreF32, abi.CoreF64}}
	if got := s.String(); got != "(i32 i64) -> (f32 f64)" {
		t.Errorf("signature %s", got)
	}
}

func TestSignatureEqual(t *testing.T) {
	a := abi.Signature{Params: []abi.CoreType{abi.I32}, Results: []abi.CoreType{abi.I64}}
	for _, test := range []struct {
		b    abi.Signature
		want bool
	}{
		{abi.Signature{Params: []abi.CoreType{abi.I32}, Results: []abi.CoreType{abi.I64}}, true},
		{abi.Signature{Params: []abi.CoreType{abi.I64}, Results: []abi.CoreType{abi.I64}}, false},
		{abi.Signature{Params: []abi.CoreType{abi.I32}}, false},
		{abi.Signature{Params: []abi.CoreType{abi.I32, abi.I32}, Results: []abi.CoreType{abi.I64}}, false},
	} {
		if got := a.Equal(test.b); got != test.want {
			t.Errorf("%s and %s: equal is %v", a, test.b, got)
		}
	}
}
