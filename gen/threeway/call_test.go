package threeway

import (
	"context"
	"encoding/binary"
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/witan-os/witan/gen/model"
	"github.com/witan-os/witan/gen/threeway/testdata/generated/test/threeway/v1/resources"
	"github.com/witan-os/witan/runtime/abi"
	"github.com/witan-os/witan/runtime/glue"
	"github.com/witan-os/witan/runtime/value"
	"github.com/witan-os/witan/runtime/vm"
)

// This file draws calls and makes them: it fills the memories of the guests, lets the caller call, and reads what
// came of it.

// experiment draws calls of one function.
type experiment struct {
	*linker
	t     testing.TB
	tally *tally
	alive []*link   // nil when there are none to go on with
	mem   [2][]byte // of the images, which are made anew for each call
}

// image starts the image of the caller or the callee.
func (e *experiment) image(side int, give func(*abi.Resource, any) uint32) *image {
	e.mem[side] = append(e.mem[side][:0], emptyPage...)
	return &image{encoding: e.encoding[side], give: give, mem: e.mem[side], next: dataBase}
}

func (e *experiment) recycle() {
	for _, l := range e.alive {
		l.close()
	}
	e.alive = nil
}

// draw is one call.
type draw struct {
	*attack
	args    []value.Value
	want    value.Value
	heap    [2]uint32 // where the reallocs of caller and callee start
	handles [2][]given
}

// given is a handle that a guest was given before the call.
type given struct {
	resource *abi.Resource
	handle   uint32
}

func (e *experiment) check(t *rapid.T) {
	if err := e.try(t); err != nil {
		t.Fatal(err)
	}
}

// try draws a call, makes it through all executors, and returns what is not as it should be.
func (e *experiment) try(t *rapid.T) error {
	d := e.draw(t)
	outcomes := make([]*outcome, len(e.alive))
	trapped, grown := false, false
	for i, l := range e.alive {
		outcomes[i] = e.perform(l, d)
		trapped = trapped || outcomes[i].trap != nil
		grown = grown || outcomes[i].grown
	}
	e.tally.draws.Add(1)
	if len(d.done) > 0 {
		e.tally.hostile.Add(1)
	}
	if t := outcomes[0].trap; t != nil {
		e.tally.trapped(t)
	}
	err := e.compare(d, outcomes)
	for _, l := range e.alive {
		if err == nil && !trapped && len(d.done) == 0 {
			err = e.fromGo(l, d)
			grown = grown || len(memory(l.callee)) > pageSize
		}
	}
	if trapped || grown || d.mixed && usesResources([]*model.Func{e.fn}) || err != nil {
		e.recycle()
	} else {
		for _, l := range e.alive {
			takeBack(l.caller, d.handles[0])
			takeBack(l.callee, d.handles[1])
		}
	}
	if err != nil {
		err = fmt.Errorf("%s, strings in %v\narguments: %s\nresult: %s\n%s\n%w", e.fn, e.encoding,
			show(d.args), show([]value.Value{d.want}), d, err)
	}
	return err
}

func show(list []value.Value) string { return fmt.Sprintf("%+v", list) }

// draw draws a call and lays it out.
func (e *experiment) draw(t *rapid.T) *draw {
	d := &draw{}
	v := &values{T: t, left: 8000}
	for _, p := range e.fn.Params {
		d.args = append(d.args, v.value(p.Type.ABI))
	}
	if r := e.fn.Result; r != nil {
		d.want = v.value(r.ABI)
	}
	wide := rapid.Bool().Draw(t, "wide")
	grows := false
	for i := range d.heap {
		d.heap[i] = heapBase
		if rapid.IntRange(0, 49).Draw(t, "heap") == 0 {
			d.heap[i] = pageSize - uint32(rapid.IntRange(0, 64).Draw(t, "room"))
			grows = true
		}
	}
	for !e.layOut(d, wide) {
		// The tables of handles have come to differ: they are all alike when they are new.
		e.recycle()
	}
	d.attack.T = t
	d.reencoded, d.maps = e.reencodes, e.maps
	// How much of its memory a guest has then decides what traps. That depends on how an executor reencodes strings.
	if !(grows && d.reencoded) {
		d.attack.draw()
	}
	return d
}

// layOut lowers the values. It reports whether all links gave the same handles.
func (e *experiment) layOut(d *draw, wide bool) bool {
	if e.alive == nil {
		e.alive = e.links(e.t)
		e.tally.links.Add(1)
	}
	same := true
	d.handles = [2][]given{}
	give := func(side int) func(r *abi.Resource, rep any) uint32 {
		return func(r *abi.Resource, rep any) uint32 {
			r = resourceOf(r)
			first := e.alive[0].side(side).GiveOwn(r, rep)
			for _, l := range e.alive[1:] {
				same = l.side(side).GiveOwn(r, rep) == first && same
			}
			d.handles[side] = append(d.handles[side], given{r, first})
			return first
		}
	}
	a := &attack{plan: e.fn.Plan, caller: e.image(0, give(0)), callee: e.image(1, give(1))}
	a.caller.wide, a.callee.wide = wide, wide
	a.caller.params(e.fn.Plan, d.args)
	a.callee.result(e.fn.Plan, d.want)
	d.attack = a
	return same
}

func (l *link) side(i int) *glue.Boundary { return []*glue.Boundary{l.caller, l.callee}[i] }

// resourceOf is the resource type that the model knows by the same name.
func resourceOf(r *abi.Resource) *abi.Resource {
	if r.Name == resources.FileResource.Name {
		return resources.FileResource
	}
	return resources.SocketResource
}

// takeBack takes from a guest what it still has of what it was given.
func takeBack(b *glue.Boundary, list []given) {
	for _, g := range list {
		_, _ = take(b, g.resource, g.handle)
	}
}

// take takes an own handle from a guest.
func take(b *glue.Boundary, r *abi.Resource, handle uint32) (rep any, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = r.(*glue.Trap)
		}
	}()
	return b.TakeOwn(r, handle), nil
}

// outcome is what came of a call through one executor.
type outcome struct {
	trap   *trap
	called bool // the callee was reached
	args   []value.Value
	result value.Value
	bad    error     // what an executor must not do
	grown  bool      // a memory has more pages now
	heaps  [2]uint32 // where the heaps of caller and callee end
}

// perform makes the call through one executor.
func (e *experiment) perform(l *link, d *draw) *outcome {
	o := &outcome{}
	p := e.fn.Plan
	d.caller.install(l.caller, d.heap[0], d.callerLie, len(p.Lowered.Params))
	d.callee.install(l.callee, d.heap[1], d.calleeLie, 0)
	l.answer = func() {
		o.called = true
		if !d.calleeLies {
			o.note(func() { o.args = e.received(l, d) })
		}
		if e.reencodes {
			d.callee.forget(l.callee)
		}
		if len(p.Lifted.Results) > 0 {
			putSlots(l.callee, d.callee.slots[:1])
		}
	}
	_, err := vm.CallExport(context.Background(), l.run)
	o.trap = trapOf(err)
	o.grown = len(memory(l.caller)) > pageSize || len(memory(l.callee)) > pageSize
	if o.trap == nil {
		for i := range o.heaps {
			o.heaps[i] = binary.LittleEndian.Uint32(memory(l.side(i))[heapAt:])
		}
		o.note(func() { e.checkPosted(l, d) })
		if !d.callerLies && !d.block {
			o.note(func() { o.result = e.returned(l, d) })
		}
	}
	return o
}

// note keeps the first thing that an executor must not do.
func (o *outcome) note(f func()) {
	if err := read(f); o.bad == nil {
		o.bad = err
	}
}

// install makes an image the memory of a guest.
func (im *image) install(b *glue.Boundary, heap uint32, l lie, slots int) {
	mem := memory(b)
	word := binary.LittleEndian.PutUint32
	copy(mem, im.mem)
	word(mem[heapAt:], heap)
	word(mem[lieAt:], l.call)
	word(mem[lieWith:], l.address)
	word(mem[pagesAt:], uint32(len(mem)/pageSize))
	putSlots(b, im.slots[:slots])
}

// forget makes the memory of a guest that has read its arguments the same as before: what is left there of strings
// that were reencoded depends on the executor, and a hostile guest's result may refer to it.
func (im *image) forget(b *glue.Boundary) {
	mem := memory(b)
	copy(mem[dataBase:], im.mem[dataBase:])
	binary.LittleEndian.PutUint32(mem[heapAt:], heapBase)
}

func putSlots(b *glue.Boundary, slots []uint64) {
	view := b.View(slotsAt, 8*maxSlots, 8)
	clear(view)
	for i, s := range slots {
		binary.LittleEndian.PutUint64(view[8*i:], s)
	}
}

// reading starts to read a guest's memory, and the core values at an address.
func (e *experiment) reading(b *glue.Boundary, encoding abi.Encoding, slots, n uint32) *reading {
	mem := memory(b)
	r := &reading{encoding: encoding, mem: mem, heapTop: binary.LittleEndian.Uint32(mem[heapAt:])}
	for i := range n {
		r.slots = append(r.slots, r.number(slots+8*i, 8))
	}
	r.resource = func(t *abi.Type, handle uint32) any {
		rep, err := take(b, resourceOf(t.Resource), handle)
		if err != nil {
			refuse("%v", err)
		}
		return rep
	}
	return r
}

// received reads the arguments in the callee, and has it drop what it has borrowed.
func (e *experiment) received(l *link, d *draw) []value.Value {
	r := e.reading(l.callee, e.encoding[1], slotsAt, maxSlots)
	own := r.resource
	r.resource = func(t *abi.Type, handle uint32) any {
		if t.Kind == abi.Own {
			return own(t, handle)
		}
		if _, err := take(l.callee, resourceOf(t.Resource), handle); err == nil {
			refuse("the callee owns handle %d, which is lent to it", handle)
		}
		e.drop(l.callee, resourceOf(t.Resource), handle)
		return l.callee.Borrowed(resourceOf(t.Resource), handle)
	}
	args := r.params(e.fn.Plan)
	if !e.reencodes {
		r.checkRest(d.callee.mem)
	}
	return args
}

// drop adds a handle to those that the callee is to drop.
func (e *experiment) drop(b *glue.Boundary, r *abi.Resource, handle uint32) {
	mem := memory(b)
	n := binary.LittleEndian.Uint32(mem[dropsAt:])
	at := dropList + 8*n
	if at+8 > dataBase {
		panic("threeway: too many borrowed handles")
	}
	binary.LittleEndian.PutUint32(mem[dropsAt:], n+1)
	binary.LittleEndian.PutUint32(mem[at:], uint32(slices.Index([]*abi.Resource{resources.FileResource, resources.SocketResource}, r)))
	binary.LittleEndian.PutUint32(mem[at+4:], handle)
}

// returned reads the result in the caller.
func (e *experiment) returned(l *link, d *draw) value.Value {
	r := e.reading(l.caller, e.encoding[0], resultAt, 1)
	block := uint32(0)
	if e.fn.Plan.ResultBlock != nil {
		block = uint32(d.caller.slots[e.fn.Plan.ResultSlot()])
	}
	result := r.result(e.fn.Plan, block)
	if !e.reencodes {
		r.checkRest(d.caller.mem)
	}
	return result
}

// checkPosted checks that post-return ran once, with what the callee returned.
func (e *experiment) checkPosted(l *link, d *draw) {
	mem := memory(l.callee)
	if n := binary.LittleEndian.Uint32(mem[postedAt:]); n != 1 {
		refuse("post-return ran %d times", n)
	}
	results := e.fn.Plan.Lifted.Results
	if len(results) == 0 {
		return
	}
	want := d.callee.slots[0]
	if t := results[0]; t == abi.I32 || t == abi.CoreF32 {
		want = uint64(uint32(want))
	}
	if got := binary.LittleEndian.Uint64(mem[postedBy:]); got != want {
		refuse("post-return got %#x, not %#x", got, want)
	}
}
