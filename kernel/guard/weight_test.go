package guard

import (
	"strings"
	"testing"

	"github.com/witan-os/witan/runtime/abi"
	"github.com/witan-os/witan/runtime/value"
)

// TestWeigh weighs values of all types that point to memory, and of some that don't.
func TestWeigh(t *testing.T) {
	text, u64 := abi.Primitive(abi.String), abi.Primitive(abi.U64)
	made := func(typ *abi.Type, err error) *abi.Type {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return typ
	}
	for _, tt := range []struct {
		name string
		typ  *abi.Type
		v    value.Value
		want uint64
	}{
		{"number", u64, uint64(7), 0},
		{"string", text, "four", 4},
		{"characters", text, "naïve😀", 6},
		{"bytes", abi.NewList(abi.Primitive(abi.U8)), []byte("12345"), 5},
		{"bytes in place", made(abi.NewFixedList(abi.Primitive(abi.U8), 3)), []byte("123"), 0},
		{"numbers", abi.NewList(u64), value.List{uint64(1), uint64(2)}, 16},
		{"strings", abi.NewList(text), value.List{"a", "bc"}, 2*8 + 3},
		{"strings in place", made(abi.NewFixedList(text, 2)), value.List{"a", "bc"}, 3},
		{"lists", abi.NewList(abi.NewList(u64)), value.List{value.List{uint64(1)}, value.List{}}, 2*8 + 8},
		{"map", made(abi.NewMap(text, text)), value.Map{{Key: "a", Value: "bc"}}, 16 + 3},
		{"tuple", made(abi.NewTuple(u64, text)), value.Tuple{uint64(1), "abc"}, 3},
		{"record", made(abi.NewRecord(abi.Field{Name: "a", Type: text})), value.Record{{Name: "a", Value: "abc"}}, 3},
		{"some", made(abi.NewOption(text)), value.Some("abc"), 3},
		{"none", made(abi.NewOption(text)), value.None(), 0},
		{"ok", made(abi.NewResult(text, u64)), value.OK("abc"), 3},
		{"no string", made(abi.NewResult(text, u64)), value.Err(uint64(1)), 0},
		{"error", made(abi.NewResult(nil, text)), value.Err("ab"), 2},
		{"case", made(abi.NewVariant(abi.Case{Name: "a"}, abi.Case{Name: "b", Type: text})), value.Variant{Case: "b", Payload: "ab"}, 2},
		{"empty case", made(abi.NewVariant(abi.Case{Name: "a"}, abi.Case{Name: "b", Type: text})), value.Variant{Case: "a"}, 0},
	} {
		p, err := abi.NewPlan(&abi.Func{Params: []abi.Param{{Name: "a", Type: tt.typ}}})
		if err != nil {
			t.Fatal(err)
		}
		if got := weigh(p, []value.Value{tt.v}); got != tt.want {
			t.Errorf("%s: %d bytes, want %d", tt.name, got, tt.want)
		}
	}
}

// TestWeighMany has more parameters than pass as core values: they take memory, too.
func TestWeighMany(t *testing.T) {
	f, args := &abi.Func{}, []value.Value{}
	for i := range abi.MaxFlatParams/2 + 1 {
		f.Params = append(f.Params, abi.Param{Name: strings.Repeat("p", i+1), Type: abi.Primitive(abi.String)})
		args = append(args, "ab")
	}
	p, err := abi.NewPlan(f)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := weigh(p, args), uint64(9*8+9*2); got != want {
		t.Errorf("%d bytes, want %d", got, want)
	}
}
