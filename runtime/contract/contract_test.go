package contract_test

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/witan-os/witan/runtime/abi"
	"github.com/witan-os/witan/runtime/contract"
)

// types are read as the one parameter and as the result of a function. Each rule of layout and of flattening has
// an effect on one of them.
var types = []string{
	"bool", "s8", "u8", "s16", "u16", "s32", "u32", "s64", "u64", "f32", "f64", "char", "string",
	"list<u8>", "list<string>", "list<u8, 3>", "list<u64, 16>", "list<u64, 17>", "map<string, u64>",
	"tuple<u8>", "tuple<u8, u64, u8, u16>", "record{a: u8, b: record{c: u32, d: u8}, e: f64}",
	"variant{a}", "variant{a(u8), b(u64)}", "variant{a(f32), b(u32)}", "variant{a(f32), b(f64)}", "variant{a(f64), b(u64)}",
	"variant{a(f32), b(string), c(tuple<u64, u8>)}", "enum{a}", "enum{a, b, c}",
	"option<u8>", "option<u64>", "option<option<u16>>", "result", "result<u8>", "result<_, string>", "result<f32, u64>",
	"own<r>", "borrow<r>", "list<borrow<r>>", "stream<u8>", "future", "future<string>", "error-context",
	"enum{" + names(256) + "}", "enum{" + names(257) + "}", "variant{" + names(257) + ", z(u8)}",
	"flags{" + names(8) + "}", "flags{" + names(9) + "}", "flags{" + names(17) + "}", "flags{" + names(32) + "}",
	tuple(15, "u8"), tuple(16, "u8"), tuple(17, "u8"), "option<" + tuple(15, "f64") + ">", "option<" + tuple(16, "f64") + ">",
}

func names(n int) string {
	list := make([]string, n)
	for i := range list {
		list[i] = fmt.Sprintf("n%d", i)
	}
	return strings.Join(list, ", ")
}

func tuple(n int, typ string) string { return "tuple<" + strings.Repeat(typ+", ", n-1) + typ + ">" }

// TestABI computes the hash of the ABI. Whoever changes a rule of it has to regenerate all code.
func TestABI(t *testing.T) {
	hash := sha256.New()
	for _, text := range types {
		describe(t, hash, "func(a: "+text+")")
		describe(t, hash, "func() -> "+text)
		describe(t, hash, "func(a: "+text+", b: u8, c: "+text+") -> tuple<"+text+", u8>")
		describe(t, hash, "async func(a: "+text+") -> "+text)
	}
	for n := range 19 {
		describe(t, hash, "func("+strings.TrimSuffix(strings.Repeat("a: u8, ", n), ", ")+")")
	}
	fmt.Fprintln(hash, abi.MaxSize, abi.MaxString, abi.MaxFlags)
	if sum := binary.BigEndian.Uint32(hash.Sum(nil)); sum != contract.ABI {
		t.Errorf("the canonical ABI is computed in another way: set ABI to %#08x and run make generate, unless that is a mistake", sum)
	}
}

// describe writes all that generated code has of a function type. One that is no type says why.
func describe(t *testing.T, w io.Writer, text string) {
	t.Helper()
	f, err := abi.ParseFunc(text)
	if err != nil {
		t.Fatalf("%.100s: %v", text, err)
	}
	fmt.Fprintln(w, f)
	plans := []func(*abi.Func) (*abi.Plan, error){abi.NewPlan}
	if f.Async {
		plans = append(plans, abi.NewAsyncPlan)
	}
	for _, plan := range plans {
		p, err := plan(f)
		if err != nil {
			fmt.Fprintln(w, err)
			continue
		}
		fmt.Fprintln(w, p.Lifted, p.Lowered, p.Slots(), p.NeedsMemory(), p.LowerNeedsRealloc(), p.LiftNeedsRealloc())
		for _, param := range p.Params {
			describeFlat(w, param)
		}
		if p.Result != nil {
			describeFlat(w, *p.Result)
		}
		describeType(w, p.ParamBlock)
		describeType(w, p.ResultBlock)
	}
	for _, param := range f.Params {
		describeType(w, param.Type)
	}
}

func describeFlat(w io.Writer, f abi.Flat) {
	fmt.Fprintln(w, "slot", f.Slot)
	for _, part := range f.Fields {
		describeFlat(w, part)
	}
	for _, c := range f.Cases {
		fmt.Fprintln(w, "casts", c.Casts)
		if c.Payload != nil {
			describeFlat(w, *c.Payload)
		}
	}
}

func describeType(w io.Writer, t *abi.Type) {
	if t == nil {
		return
	}
	fmt.Fprintln(w, t.Kind, t.Size, t.Align, t.Payload, t.Flat)
	describeType(w, t.Elem)
	for _, f := range t.Fields {
		fmt.Fprintln(w, "offset", f.Offset)
		describeType(w, f.Type)
	}
	for _, c := range t.Cases {
		describeType(w, c.Type)
	}
}

// TestNumberFits looks at the parts of the number: they may not run into each other.
func TestNumberFits(t *testing.T) {
	if n := uint64(contract.Number); n>>48 != contract.Version || uint32(n) != contract.ABI {
		t.Errorf("the number is %#x", n)
	}
}
