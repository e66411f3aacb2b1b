package abi_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/witan-os/witan/runtime/abi"
	"github.com/witan-os/witan/runtime/value/valuetest"
)

// TestParseFunc reads what was written for any types: the text is the same again, and so is the layout.
func TestParseFunc(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := &abi.Func{Async: rapid.Bool().Draw(t, "async")}
		for i := range valuetest.Count(t, 0, 4) {
			f.Params = append(f.Params, abi.Param{Name: labels(5)[i], Type: valuetest.Type(t, 3)})
		}
		if rapid.Bool().Draw(t, "result") {
			f.Result = valuetest.Type(t, 3)
		}
		text := f.String()
		again, err := abi.ParseFunc(text)
		if len(text) > 1<<16 {
			if err == nil {
				t.Fatalf("a text that is cut was read")
			}
			return
		}
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		if again.String() != text || again.Async != f.Async {
			t.Fatalf("%s is read as %s", text, again)
		}
		for i, p := range f.Params {
			sameLayout(t, p.Type, again.Params[i].Type)
		}
		if f.Result != nil {
			sameLayout(t, f.Result, again.Result)
		}
	})
}

func sameLayout(t *rapid.T, a, b *abi.Type) {
	if a.Size != b.Size || a.Align != b.Align || a.Payload != b.Payload || len(a.Flat) != len(b.Flat) || (a.Flat == nil) != (b.Flat == nil) {
		t.Fatalf("%s has size %d, alignment %d, payload at %d, flat %v; read back: %d, %d, %d, %v",
			a, a.Size, a.Align, a.Payload, a.Flat, b.Size, b.Align, b.Payload, b.Flat)
	}
}

func TestParseFuncResources(t *testing.T) {
	f, err := abi.ParseFunc("func(a: borrow<a:b/c@0.2/d>, b: own<a:b/c@0.2/e>) -> option<own<a:b/c@0.2/d>>")
	if err != nil {
		t.Fatal(err)
	}
	d := f.Params[0].Type.Resource
	if d.Name != "a:b/c@0.2/d" || f.Params[1].Type.Resource == d || f.Result.Cases[1].Type.Resource != d {
		t.Errorf("the resources are %v, %v and %v", d, f.Params[1].Type.Resource, f.Result.Cases[1].Type.Resource)
	}
}

func TestParseFuncErrors(t *testing.T) {
	for _, tt := range []struct{ text, want string }{
		{"", `at byte 0 of the type: expected "func("`},
		{"func()x", "at byte 6 of the type: expected the end"},
		{"func(", "at byte 5 of the type: expected a name"},
		{"func(a)", `at byte 6 of the type: expected ": "`},
		{"func(a: u8,b: u8)", `at byte 10 of the type: expected ", "`},
		{"func() -> u9", `at byte 10 of the type: there is no type "u9"`},
		{"func() -> list", `expected "<"`},
		{"func() -> list<u8, x>", "expected a length"},
		{"func() -> list<u8, 0>", "at least one element"},
		{"func() -> list<u8, 03>", "written in another way: func() -> list<u8, 3>"},
		{"func() -> result<_>", "written in another way: func() -> result"},
		{"func() -> option<u8, u8>", "expected 1 types, found 2"},
		{"func() -> map<u8>", "expected 2 types, found 1"},
		{"func() -> map<f32, u8>", "f32 can't be the key of a map"},
		{"func() -> record{}", "a record needs at least one field"},
		{"func() -> tuple<>", "a tuple needs at least one field"},
		{"func() -> flags{}", "a flags type needs 1 to 32 labels"},
		{"func() -> variant{a(u8}", `expected ")"`},
		{"func() -> stream<char>", "a stream may not carry char"},
		{"func() -> " + strings.Repeat("option<", 200), "more than 100 types stand in each other"},
		{"func() -> " + strings.Repeat("list<", 90) + strings.Repeat("x", 1<<16), "the text is longer than 65536 bytes"},
		{"func() -> list<list<list<u8, 100000>, 100000>, 100000>", "larger than"},
	} {
		if f, err := abi.ParseFunc(tt.text); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%.100s: %v, error %v, want %s", tt.text, f, err, tt.want)
		}
	}
}

func FuzzParseFunc(f *testing.F) {
	f.Add("func()")
	f.Add("async func(self: borrow<a:b/c@0.2/d>, v: list<tuple<u8, f64, map<string, bool>>>) -> result<_, variant{a, b(enum{x, y}), c(flags{r, w})}>")
	f.Add("func(a: stream<u8>, b: future, c: list<record{a: s8, b: char}, 7>) -> option<own<r>>")
	f.Fuzz(func(t *testing.T, text string) {
		typ, err := abi.ParseFunc(text)
		if err != nil {
			return
		}
		if got := typ.String(); got != text {
			t.Errorf("%q is written as %q", text, got)
		}
		if plan, err := abi.NewPlan(typ); err == nil && len(plan.Lowered.Params) > abi.MaxFlatParams+1 {
			t.Errorf("%s is lowered to %s", text, plan.Lowered)
		}
	})
}
