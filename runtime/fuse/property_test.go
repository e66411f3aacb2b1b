package fuse

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/witan-os/witan/runtime/abi"
	"github.com/witan-os/witan/runtime/engine"
	"github.com/witan-os/witan/runtime/value"
	"github.com/witan-os/witan/runtime/value/valuetest"
)

// For any types and values, the callee gets what the interpreter lifts from the caller, and the caller gets
// what it lifts from the callee.
func TestAdaptersMoveValues(t *testing.T) {
	e := newEngine(t)
	rapid.Check(t, func(t *rapid.T) { checkCall(t, e, honest) })
}

// For any core values and memories, also those that break rules, the adapter ends the call where the
// interpreter does, and otherwise moves the same values.
func TestAdaptersTrapLikeTheInterpreter(t *testing.T) {
	e := newEngine(t)
	rapid.Check(t, func(t *rapid.T) { checkCall(t, e, hostile) })
}

// guests says how the guests behave.
type guests struct{ hostile bool }

var honest, hostile = guests{}, guests{hostile: true}

// damage changes what a guest has lowered: core values, or bytes of its memory.
func (g guests) damage(t *rapid.T, p *party, types []abi.CoreType, slots []uint64) {
	if !g.hostile {
		return
	}
	number := rapid.OneOf(rapid.Uint64Range(0, 12), rapid.Uint64Range(1<<16-8, 1<<16+8), rapid.Uint64())
	for range rapid.IntRange(0, 2).Draw(t, "damages") {
		if len(types) > 0 && rapid.Bool().Draw(t, "in a core value") {
			i := rapid.IntRange(0, len(types)-1).Draw(t, "slot")
			slots[i] = bitsOf(types[i], number.Draw(t, "number"))
		} else if p.top > 0 {
			at := uint32(rapid.IntRange(0, int(p.top)).Draw(t, "address"))
			p.memory.WriteByte(at, rapid.Byte().Draw(t, "byte"))
		}
	}
}

// bitsOf are those bits of a stack slot that belong to the core value.
func bitsOf(t abi.CoreType, slot uint64) uint64 {
	if t == abi.I32 || t == abi.CoreF32 {
		return slot & (1<<32 - 1)
	}
	return slot
}

// realloc may have a hostile guest return addresses of its choice.
func (g guests) realloc(t *rapid.T, p *party) {
	if g.hostile && rapid.IntRange(0, 3).Draw(t, "lies") == 0 {
		p.lie = rapid.SampledFrom([]func(uint32) uint32{
			func(ptr uint32) uint32 { return ptr + 1 },
			func(uint32) uint32 { return 1<<16 - 8 },
			func(uint32) uint32 { return 1<<32 - 8 },
		}).Draw(t, "lie")
	}
}

// drawEdge draws which guards an edge has.
func drawEdge(t *rapid.T) func(*Edge) {
	post, enter := rapid.Bool().Draw(t, "post-return"), rapid.Bool().Draw(t, "enter")
	caller, callee := valuetest.Encoding(t), valuetest.Encoding(t)
	return func(e *Edge) {
		e.Caller.Encoding, e.Callee.Encoding = caller, callee
		if post {
			withPost(e)
		}
		if !enter {
			withoutEnter(e)
		}
	}
}

func checkCall(t *rapid.T, e *engine.Engine, harm guests) {
	f, args, result := valuetest.Func(t)
	where := rapid.SampledFrom(placements()).Draw(t, "placement")
	l := newTrialIn(e, f, where, drawEdge(t))
	defer l.end()
	harm.realloc(t, &l.caller)
	harm.realloc(t, &l.callee)
	stack := l.newStack(args)
	ret := l.resultAddress(stack)
	harm.damage(t, &l.caller, l.plan.Lowered.Params, stack)
	l.caller.mixed = ret != l.resultAddress(stack) // a result there may overwrite itself
	ret = l.resultAddress(stack)
	var want []value.Value
	badParams := try(func() { want = value.LiftParams(&l.caller, l.plan, stack) })

	var got []value.Value
	var wantResult value.Value
	var badResult error
	var returned uint64
	served := false
	l.serve = func(s []uint64) {
		served = true
		own := append(make([]uint64, 0, len(stack)+1), s...)
		own = own[:cap(own)]
		if err := try(func() { got = value.LiftParams(&l.callee, l.plan, own) }); err != nil && !l.callee.mixed {
			l.callee.bad = err
		}
		if l.callee.bad == nil && !l.callee.mixed {
			l.callee.bad = l.checkSlots(l.plan.Params, own, got)
		}
		l.reply(own, result)
		harm.damage(t, &l.callee, l.plan.Lifted.Results, own)
		badResult = try(func() {
			wantResult = value.LiftResult(&l.callee, l.plan, own)
			if b := l.plan.ResultBlock; b != nil {
				l.caller.View(ret, b.Size, b.Align)
			}
		})
		returned = own[0]
		copy(s, own[:len(l.plan.Lifted.Results)])
	}

	err := l.call.CallWithStack(ctx, stack)
	for _, p := range []*party{&l.caller, &l.callee} {
		if p.bad != nil {
			t.Fatalf("%s: %v", f, p.bad)
		}
	}
	switch lied := l.caller.lied || l.callee.lied; {
	case served && (badParams != nil || l.callee.lied):
		t.Fatalf("%s: the callee was called in spite of %v", f, badParams)
	case (err != nil) != (badParams != nil || badResult != nil || lied):
		t.Fatalf("%s: the adapter says %v\nthe interpreter of parameters %v, of the result %v, of realloc %v", f, err, badParams, badResult, lied)
	case err != nil:
		return
	}
	for i := range want {
		if !l.callee.mixed && !value.Equal(got[i], want[i]) {
			t.Fatalf("%s: the callee got %v as parameter %d, not %v", f, got[i], i, want[i])
		}
	}
	if !l.caller.mixed {
		if have := l.result(ret, stack); !value.Equal(have, wantResult) {
			t.Fatalf("%s: the caller got %v, not %v", f, have, wantResult)
		}
	}
	if l.plan.Result != nil {
		if err := l.checkSlots([]abi.Flat{*l.plan.Result}, stack, []value.Value{wantResult}); err != nil {
			t.Fatalf("%s: the result: %v", f, err)
		}
	}
	l.checkAfter(t, returned)
}

// checkSlots checks that values in core values are exactly as the interpreter lowers them: nothing is left of what
// was in the same slots before. Addresses and handles are the adapter's to choose.
func (l *trial) checkSlots(flat []abi.Flat, stack []uint64, values []value.Value) error {
	want := make([]uint64, len(stack))
	for i := range flat {
		f := &flat[i]
		if f.Type.HasPointer() || f.Type.HasHandle() {
			continue
		}
		value.LowerFlat(&l.callee, f, want, values[i])
		for n, t := range f.Type.Flat {
			if have := bitsOf(t, stack[f.Slot+n]); have != want[f.Slot+n] {
				return fmt.Errorf("%v is in core value %d as %#x, not %#x", values[i], f.Slot+n, have, want[f.Slot+n])
			}
		}
	}
	return nil
}

// checkAfter checks what has to happen around a call.
func (l *trial) checkAfter(t *rapid.T, returned uint64) {
	for _, p := range []*party{&l.caller, &l.callee} {
		if p.gate.Get() != 1 {
			t.Fatal("a party may not call out after the call")
		}
	}
	if l.adapter.module.imports[1].module == "post" {
		want := []uint64{0}
		if r := l.plan.Lifted.Results; len(r) > 0 {
			want[0] = bitsOf(r[0], returned)
			l.posted[0] = bitsOf(r[0], l.posted[0])
		}
		if !slices.Equal(l.posted, want) {
			t.Fatalf("post-return got %x, not %x", l.posted, want)
		}
	}
	if l.adapter.Settles != (l.settled == 1) {
		t.Fatalf("the call was settled %d times", l.settled)
	}
}

// An adapter with nothing to do after the call leaves its place on the stack to the callee, if all parameters are
// in registers.
func TestAdaptersEndWithTheCall(t *testing.T) {
	e := newEngine(t)
	tests := []struct {
		name   string
		change func(*Edge)
		params int // of each of four types
		want   bool
	}{
		{"few", withoutEnter, 1, true},
		{"two of each", withoutEnter, 2, true},
		{"more integers than there may be registers", withoutEnter, 3, false},
		{"as many as go in core values", withoutEnter, 4, false},
		{"a flag to set afterwards", guarded, 1, false},
		{"post-return", func(e *Edge) { withoutEnter(e); withPost(e) }, 1, false},
	}
	for _, tt := range tests {
		f := &abi.Func{Result: u64}
		var args []value.Value
		for i := range 4 * tt.params {
			f.Params = append(f.Params, abi.Param{Name: "p", Type: []*abi.Type{u8, u64, f32, abi.Primitive(abi.F64)}[i%4]})
			args = append(args, []value.Value{uint8(i), uint64(i) << 40, float32(i) / 2, float64(i) / 3}[i%4])
		}
		l := newTrial(e, f, tt.change)
		if got := strings.Contains(l.adapter.Text(), "return_call"); got != tt.want {
			t.Errorf("%s: the adapter ends with the call: %v", tt.name, got)
		}
		var got []value.Value
		l.serve = func(s []uint64) {
			got = value.LiftParams(&l.callee, l.plan, s)
			s[0] = 77
		}
		for range 1000 { // a stack that is not cleared up would run out
			stack := l.newStack(args)
			if err := l.call.CallWithStack(ctx, stack); err != nil || stack[0] != 77 {
				t.Fatalf("%s: %d, %v", tt.name, stack[0], err)
			}
		}
		for i := range args {
			if !value.Equal(got[i], args[i]) {
				t.Errorf("%s: parameter %d is %v, not %v", tt.name, i, got[i], args[i])
			}
		}
		l.end()
	}
}
