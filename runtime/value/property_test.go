package value_test

import (
	"flag"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/witan-os/witan/runtime/abi"
	"github.com/witan-os/witan/runtime/value"
	"github.com/witan-os/witan/runtime/value/valuetest"
)

// The properties are cheap to try, and a type that goes wrong may be rare. The flag still overrules this.
func init() {
	if err := flag.Set("rapid.checks", "2000"); err != nil {
		panic(err)
	}
}

// drawGuest is newGuest with strings in any encoding.
func drawGuest(t *rapid.T, memory []byte) *guest {
	g := newGuest(memory)
	g.encoding = valuetest.Encoding(t)
	return g
}

func TestStoreThenLoad(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		typ := valuetest.Type(t, 4)
		want := valuetest.Value(t, typ)
		g := drawGuest(t, nil)
		ptr := g.Alloc(typ.Size, typ.Align)
		value.Store(g, typ, ptr, want)
		if got := value.Load(g, typ, ptr); !value.Equal(got, want) {
			t.Fatalf("%s: stored %#v, loaded %#v", typ, want, got)
		}
	})
}

func TestLowerThenLift(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		typ := valuetest.Type(t, 3)
		flat := flatOf(t, typ)
		if flat == nil {
			t.Skip("too large for the flat form")
		}
		want := valuetest.Value(t, typ)
		g := drawGuest(t, nil)
		stack := rapid.SliceOfN(rapid.Uint64(), len(typ.Flat), len(typ.Flat)).Draw(t, "stack")
		value.LowerFlat(g, flat, stack, want)
		for i, core := range typ.Flat {
			if (core == abi.I32 || core == abi.CoreF32) && stack[i]>>32 != 0 {
				t.Fatalf("%s: slot %d is an %s but holds %#x", typ, i, core, stack[i])
			}
		}
		if got := value.LiftFlat(g, flat, stack); !value.Equal(got, want) {
			t.Fatalf("%s: lowered %#v, lifted %#v", typ, want, got)
		}
	})
}

// TestStrayBits checks that what lies above an i32 in its slot means nothing.
func TestStrayBits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		typ := valuetest.Type(t, 3)
		flat := flatOf(t, typ)
		if flat == nil {
			t.Skip("too large for the flat form")
		}
		want := valuetest.Value(t, typ)
		g := drawGuest(t, nil)
		stack := make([]uint64, len(typ.Flat))
		value.LowerFlat(g, flat, stack, want)
		for i, core := range typ.Flat {
			if core == abi.I32 || core == abi.CoreF32 {
				stack[i] |= rapid.Uint64().Draw(t, "stray") << 32
			}
		}
		if got := value.LiftFlat(g, flat, stack); !value.Equal(got, want) {
			t.Fatalf("%s: lowered %#v, lifted %#v", typ, want, got)
		}
	})
}

func TestCall(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f, args, result := valuetest.Func(t)
		p := plan(t, f)
		g := drawGuest(t, nil)
		stack := make([]uint64, p.Slots())

		value.LowerParams(g, p, stack, args)
		if got := value.LiftParams(g, p, stack); !slices.EqualFunc(got, args, value.Equal) {
			t.Fatalf("%s: lowered %#v, lifted %#v", f, args, got)
		}

		clear(stack)
		var block uint32
		if p.ResultBlock != nil {
			block = g.Alloc(p.ResultBlock.Size, p.ResultBlock.Align)
			stack[p.ResultSlot()] = uint64(block)
		}
		value.LowerResult(g, p, stack, result)
		if p.ResultBlock != nil {
			stack[0] = uint64(block) // where an export returns what an import takes as its last parameter
		}
		if got := value.LiftResult(g, p, stack); !value.Equal(got, result) {
			t.Fatalf("%s: lowered %#v, lifted %#v", f, result, got)
		}
	})
}

// hostileBudget is small, so that random memory can exceed it.
const hostileBudget = 1 << 10

func hostileGuest(t *rapid.T, memory []byte) *guest {
	g := drawGuest(t, memory)
	g.budget = hostileBudget
	for _, r := range valuetest.Resources {
		g.GiveOwn(r, "owned")
		g.Lend(r, "lent")
	}
	return g
}

// TestHostileMemory lifts whatever lies in memory: that gives a value of the type, or a trap.
func TestHostileMemory(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		typ := valuetest.Type(t, 4)
		g := hostileGuest(t, valuetest.Memory(t))
		ptr := rapid.OneOf(rapid.SampledFrom([]uint32{0, 4, 8, 16}), rapid.Uint32()).Draw(t, "ptr")
		var v value.Value
		if trapped(func() { v = value.Load(g, typ, ptr) }) != "" {
			return
		}
		checkLifted(t, typ, v)
	})
}

// TestHostileStack lifts whatever core values a guest passes.
func TestHostileStack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f, _, _ := valuetest.Func(t)
		p := plan(t, f)
		g := hostileGuest(t, valuetest.Memory(t))
		word := rapid.OneOf(rapid.Uint64Range(0, 4), rapid.SampledFrom([]uint64{8, 16, 24}), rapid.Uint64())
		stack := rapid.SliceOfN(word, p.Slots(), p.Slots()).Draw(t, "stack")
		var params []value.Value
		if trapped(func() { params = value.LiftParams(g, p, stack) }) == "" {
			for i, v := range params {
				checkLifted(t, f.Params[i].Type, v)
			}
		}
		var v value.Value
		if trapped(func() { v = value.LiftResult(g, p, stack) }) == "" && f.Result != nil {
			checkLifted(t, f.Result, v)
		}
	})
}

// checkLifted checks that a value that came out of hostile memory is as good as any other.
func checkLifted(t *rapid.T, typ *abi.Type, v value.Value) {
	if err := value.Check(typ, v); err != nil {
		t.Fatalf("%s: lifted %#v: %v", typ, v, err)
	}
	g := drawGuest(t, nil)
	ptr := g.Alloc(typ.Size, typ.Align)
	value.Store(g, typ, ptr, v)
	if again := value.Load(g, typ, ptr); !value.Equal(again, v) {
		t.Fatalf("%s: stored %#v, loaded %#v", typ, v, again)
	}
}

// TestHostileRealloc lowers into a guest whose allocator returns what it likes: unaligned addresses,
// addresses beyond the memory, and memory that is in use already.
func TestHostileRealloc(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f, args, result := valuetest.Func(t)
		p := plan(t, f)
		g := drawGuest(t, valuetest.Memory(t))
		answers := rapid.SliceOfN(rapid.OneOf(rapid.Uint32Range(0, 64), rapid.Uint32()), 1, 4).Draw(t, "answers")
		honest := rapid.Bool().Draw(t, "first one honest")
		g.lie = func(n int, ptr uint32) uint32 {
			if n == 0 && honest {
				return ptr
			}
			return answers[n%len(answers)]
		}
		stack := make([]uint64, p.Slots())
		trapped(func() { value.LowerParams(g, p, stack, args) })
		trapped(func() { value.LowerResult(g, p, stack, result) })
	})
}

// TestParseFormat checks that text means what it was written for.
func TestParseFormat(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		typ := valuetest.Type(t, 4)
		if typ.HasHandle() {
			t.Skip("resources have no text")
		}
		want := valuetest.Value(t, typ)
		text := value.Format(typ, want)
		got, err := value.Parse(typ, text)
		if err != nil {
			t.Fatalf("%s: %s: %v", typ, text, err)
		}
		if !value.Equal(got, want) {
			t.Fatalf("%s: %s: parsed %#v, want %#v", typ, text, got, want)
		}
	})
}
