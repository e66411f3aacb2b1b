// Package gluetest feeds hostile guests to generated code.
//
// What a guest passes is a few core values and a memory, and both may hold anything. The code that makes Go values
// of them may trap; it may do nothing else: no panic of Go's own, no endless work, no more memory than a call has.
package gluetest

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/witan-os/witan/internal/testwasm"
	"github.com/witan-os/witan/runtime/engine"
	"github.com/witan-os/witan/runtime/glue"
	"github.com/witan-os/witan/runtime/instance"
)

// Resource is a resource that the guest holds a handle of.
type Resource struct {
	Type  *glue.Resource
	Value any
}

// memorySize is what the guest has. The image of a fuzzer's choice is at its start, the rest is zero.
const memorySize = 1 << 16

// seeds are where the fuzzer begins: nothing, small numbers, and what lists and strings with their addresses look like.
var seeds = [][]byte{
	nil,
	{1, 0, 0, 0, 0, 0, 0, 0},
	{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15},
	binary.LittleEndian.AppendUint64(binary.LittleEndian.AppendUint64(nil, 1<<32|16), 2<<32|24),
	{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff},
}

// Fuzz calls the functions of one interface as a guest would. The fuzzer chooses the function, the core values and the
// memory. Handles 1, 2, … are those of the resources.
func Fuzz(f *testing.F, iface *glue.Interface, resources ...Resource) {
	f.Helper()
	funcs := slices.DeleteFunc(slices.Clone(iface.Funcs), func(fn glue.Func) bool { return fn.Call == nil })
	if len(funcs) == 0 {
		f.Fatalf("%s has no function that a guest could call", iface.Name)
	}
	guest := newGuest(f)
	for i := range funcs {
		for _, s := range seeds {
			f.Add(uint8(i), s, s)
		}
	}
	f.Fuzz(func(t *testing.T, which uint8, values, image []byte) {
		fn := funcs[int(which)%len(funcs)]
		err := guest.call(t.Context(), fn, values, image, resources)
		var trap *glue.Trap
		var exit *glue.Exit
		if err != nil && !errors.As(err, &trap) && !errors.As(err, &exit) {
			t.Errorf("%s: got %v, want a trap or nothing", fn.Name, err)
		}
	})
}

// stack holds the parameters, eight bytes of values each. As the engine does it, a core value of 32 bits has zeros
// above them.
func stack(fn glue.Func, values []byte) []uint64 {
	s := make([]uint64, max(len(fn.Params), len(fn.Results)))
	for i, t := range fn.Params {
		var word [8]byte
		n := copy(word[:], values)
		values = values[n:]
		s[i] = binary.LittleEndian.Uint64(word[:])
		if t == glue.I32 || t == glue.F32 {
			s[i] &= 1<<32 - 1
		}
	}
	return s
}

// guest is a core instance with a memory, and a realloc that always gives the same place: what is lowered may lie on
// top of each other, and larger things do not fit.
type guest struct {
	memory  engine.Memory
	realloc engine.Function
}

func newGuest(f testing.TB) *guest {
	f.Helper()
	ctx := context.Background()
	e, err := engine.New(ctx, engine.Config{})
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { _ = e.Close(ctx) })
	m := testwasm.NewModule()
	m.Memory("memory", memorySize>>16, memorySize>>16)
	m.Func("realloc", "i32 i32 i32 i32 -> i32", fmt.Sprintf("i32.const %d", memorySize/2))
	code, err := e.CompileTrusted(ctx, m.Bytes())
	if err != nil {
		f.Fatal(err)
	}
	inst, err := e.Instantiate(ctx, code, nil)
	if err != nil {
		f.Fatal(err)
	}
	return &guest{memory: inst.Memory(), realloc: inst.ExportedFunction("realloc")}
}

// call makes one call, from a memory that begins with an image.
func (g *guest) call(ctx context.Context, fn glue.Func, values, image []byte, resources []Resource) error {
	memory, ok := g.memory.Read(0, memorySize)
	if !ok {
		return errors.New("the guest has lost its memory")
	}
	clear(memory[copy(memory, image):])
	specimen := instance.NewSpecimen(g.memory, g.realloc)
	for _, r := range resources {
		if _, err := specimen.Own(r.Type, r.Value); err != nil {
			return err
		}
	}
	return specimen.Call(ctx, fn.Call, stack(fn, values))
}
