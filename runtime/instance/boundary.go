package instance

import (
	"context"
	"fmt"
	"unicode/utf8"

	"github.com/witan-os/witan/runtime/abi"
	"github.com/witan-os/witan/runtime/engine"
)

// CallBudget is how many bytes of Go memory the values of one call may take, unless the limits say
// otherwise. It bounds what a guest can make its host allocate.
const CallBudget = 128 << 20

// FreeValues is how many bytes of that come from nowhere else, where [Limits.Overhead] is.
const FreeValues = 64 << 10

// Boundary is where the calls of one function pass between a component instance and Go. It holds the
// function's canonical options and the instance's handle table, and it is what generated code lifts from
// and lowers to. Its methods check everything that the guest claims; a broken rule panics with a
// *[Trap], which the call's caller gets as an error.
//
// A Boundary belongs to one instance and, like it, serves one call at a time.
type Boundary struct {
	options
	name    string
	ctx     context.Context
	inst    *Instance
	passage *passage // nil unless values pass to or from another component
	budget  uint64
	scope   scope
	lent    []uint32  // own handles that the caller has lent to the call in progress
	taken   []handle  // Go resources that were lifted, and are not yet with whom they are for
	stack   [4]uint64 // for realloc
	scratch []byte    // see Scratch
	bytes   byteLists // see LoadBytes

	holdings []holding // of resources that components define; nil where Go knows of none
	moves    []move    // of the call in progress, if there are holdings

	drawn uint64 // of the limits' Overhead, for the call in progress
}

// options are the canonical options of a function that a Boundary needs.
type options struct {
	memory   engine.Memory   // nil without that option
	realloc  engine.Function // nil without that option
	encoding abi.Encoding
}

// HostCall is the body of a lowered function: it lifts the parameters from stack, does its work and
// lowers the result.
type HostCall func(ctx context.Context, b *Boundary, stack []uint64)

// serve makes a core function of a host call.
func (b *Boundary) serve(call HostCall) engine.HostCode {
	switch {
	case b.inst.team != nil:
		return &teamFunction{chargedFunction{hostFunction{b, call}}}
	case b.inst.member.limits.Overhead != nil:
		return &chargedFunction{hostFunction{b, call}}
	}
	return &hostFunction{b, call}
}

// hostFunction is a core function of a host call. It is no closure because the engine would wrap that in one
// more call.
type hostFunction struct {
	*Boundary
	call HostCall
}

// Call serves the guest.
func (f *hostFunction) Call(ctx context.Context, stack []uint64) {
	b := f.Boundary
	if !b.inst.canLeave() {
		b.Trap("the guest called out during realloc or post-return")
	}
	b.ctx, b.budget = ctx, b.inst.budget
	f.call(ctx, b, stack)
	if len(b.lent) != 0 {
		b.endLoans()
	}
	b.handOver()
}

// always is serve for what does not leave the instance and needs nothing from the boundary but its name: the
// guest may call it at any time.
func (b *Boundary) always(call HostCall) engine.HostCode { return &bareFunction{b, call} }

type bareFunction struct {
	boundary *Boundary
	call     HostCall
}

// Call serves the guest.
func (f *bareFunction) Call(ctx context.Context, stack []uint64) { f.call(ctx, f.boundary, stack) }

func (b *Boundary) endLoans() {
	for _, i := range b.lent {
		b.inst.handles.entries[i].lends--
	}
	b.lent = b.lent[:0]
}

// Name is how messages call the function, for example "wasi:cli/exit@0.2.12#exit".
func (b *Boundary) Name() string { return b.name }

// Trap stops the guest because it broke a rule. Resources that it has given to the call come to no one any more.
func (b *Boundary) Trap(format string, args ...any) {
	b.abandon()
	panic(&Trap{Component: b.inst.name(), Function: b.name, Reason: fmt.Sprintf(format, args...), inst: b.inst})
}

// Refuse stops the guest because of a value that its host gave.
func (b *Boundary) Refuse(format string, args ...any) {
	b.handOver()
	b.Trap(format, args...)
}

// Fail stops the guest because of an error of the host: err is neither a WIT error nor an *[Exit].
func (b *Boundary) Fail(err error) {
	if exit, ok := err.(*Exit); ok {
		panic(exit)
	}
	panic(&Trap{Component: b.inst.name(), Function: b.name, Reason: "host: " + err.Error(), Cause: err})
}

// View returns size bytes of the guest's memory at an aligned address, without copying. The view is
// stale after any call of [Boundary.Alloc], because the memory may have moved.
func (b *Boundary) View(ptr, size, align uint32) []byte {
	if ptr&(align-1) != 0 {
		b.Trap("address %#x is not a multiple of %d", ptr, align)
	}
	view, ok := b.memory.Read(ptr, size)
	if !ok {
		b.Trap("%d bytes at address %#x are outside of the memory of %d bytes", size, ptr, b.memory.Size())
	}
	return view
}

// ListView returns the n elements of a list, each size bytes, as one view.
func (b *Boundary) ListView(ptr, n, size, align uint32) []byte {
	bytes := uint64(n) * uint64(size)
	if bytes > abi.MaxSize {
		b.Trap("a list of %d elements of %d bytes is larger than %d bytes", n, size, abi.MaxSize)
	}
	return b.View(ptr, uint32(bytes), align)
}

// LoadString copies a string out of the guest's memory. n are its code units there, as the canonical ABI
// passes them for the function's encoding.
func (b *Boundary) LoadString(ptr, n uint32) string {
	if b.encoding != abi.UTF8 {
		return b.loadText(ptr, n)
	}
	if n > abi.MaxString {
		b.Trap("a string of %d bytes is longer than %d", n, abi.MaxString)
	}
	view := b.View(ptr, n, 1)
	if !utf8.Valid(view) {
		b.Trap("the string of %d bytes at %#x is not valid UTF-8", n, ptr)
	}
	b.Reserve(uint64(n))
	return string(view)
}

// Alloc asks the guest's realloc for size bytes and checks what it returns. Like all that lowers a value, it is
// for after the call: what was lifted is with the host by then.
func (b *Boundary) Alloc(size, align uint32) uint32 { return b.Realloc(0, 0, align, size) }

// Realloc asks the guest's realloc to make a block of size bytes out of the one of old bytes at ptr, and
// checks what it returns.
func (b *Boundary) Realloc(ptr, old, align, size uint32) uint32 {
	b.handOver()
	if size > FreeValues { // the host has about as much in its hands until the guest has it
		b.Hold(uint64(size))
	}
	if b.realloc == nil {
		b.Trap("the guest gave no realloc option for a value that needs memory")
	}
	b.stack = [4]uint64{uint64(ptr), uint64(old), uint64(align), uint64(size)}
	b.inst.setLeave(false)
	storage := b.inst.storage
	b.inst.storage = [2]uint32{} // realloc has a context of its own
	err := b.inst.meter.CallLast(b.ctx, b.realloc, b.stack[:])
	b.inst.storage = storage
	b.inst.setLeave(true)
	if err != nil {
		b.abandon()
		panic(TrapOf(b.inst.name(), b.name+" (realloc)", err))
	}
	ptr = uint32(b.stack[0])
	b.View(ptr, size, align)
	return ptr
}

// StoreString copies s into memory that the guest allocates, in the function's encoding. n are its code
// units there, as the canonical ABI passes them.
func (b *Boundary) StoreString(s string) (ptr, n uint32) {
	if len(s) > abi.MaxString {
		b.Refuse("a string of %d bytes is longer than %d", len(s), abi.MaxString)
	}
	if !utf8.ValidString(s) {
		b.Refuse("the host gave a string that is not valid UTF-8")
	}
	if b.encoding != abi.UTF8 || b.passage != nil {
		return b.storeText(s)
	}
	n = uint32(len(s))
	ptr = b.Alloc(n, 1)
	copy(b.View(ptr, n, 1), s)
	return ptr, n
}

// StoreBytes copies p into memory that the guest allocates.
func (b *Boundary) StoreBytes(p []byte) (ptr, n uint32) {
	ptr, n = b.AllocList(len(p), 1, 1)
	copy(b.View(ptr, n, 1), p)
	return ptr, n
}

// AllocList asks the guest for room for n elements of size bytes each.
func (b *Boundary) AllocList(n int, size, align uint32) (ptr, length uint32) {
	bytes := uint64(n) * uint64(size)
	if bytes > abi.MaxSize {
		b.Refuse("a list of %d elements of %d bytes is larger than %d bytes", n, size, abi.MaxSize)
	}
	return b.Alloc(uint32(bytes), align), uint32(n)
}

// Rep is a resource that a component defines, as others hold it: an opaque number of its owner.
type Rep uint32

// TakeOwn removes an owned handle from the guest's table and returns the resource: ownership moves out.
func (b *Boundary) TakeOwn(r *abi.Resource, i uint32) any {
	if h := b.holding(r); h != nil {
		return h.take(b, i)
	}
	e, err := b.inst.handles.takeOwn(i, r)
	if err != nil {
		b.Trap("%v", err)
	}
	if e.host != nil {
		b.taken = append(b.taken, e)
	}
	return e.value()
}

// Borrowed returns the resource behind a handle that the guest lends for the duration of the call.
func (b *Boundary) Borrowed(r *abi.Resource, i uint32) any {
	e := b.get(r, i)
	if e.own {
		e.lends++
		b.lent = append(b.lent, i)
	}
	return e.value()
}

// value is the resource of an entry as Go sees it.
func (e *handle) value() any {
	if e.host == nil {
		return Rep(e.rep)
	}
	return e.host
}

// GiveOwn puts a resource into the guest's table: ownership moves to the guest.
func (b *Boundary) GiveOwn(r *abi.Resource, v any) uint32 {
	b.handOver()
	if h := b.holding(r); h != nil {
		return h.give(b, v)
	}
	e := b.entryOf(r, v, true)
	if b.passage != nil && e.host != nil {
		b.passage.taken = b.passage.taken[1:]
	}
	i := b.add(e)
	b.moved(move{index: i})
	return i
}

// Lend puts a resource into the guest's table for the duration of the call. A guest that defines the
// resource itself gets its representation instead.
func (b *Boundary) Lend(r *abi.Resource, v any) uint32 {
	b.handOver()
	if h := b.holding(r); h != nil {
		return h.lend(b, v)
	}
	e := b.entryOf(r, v, false)
	if l, ok := b.inst.locals[r]; ok && l.inst == b.inst {
		return e.rep
	}
	e.scope = &b.scope
	i := b.add(e)
	b.scope.borrows++
	b.moved(move{index: i, lent: true})
	return i
}

func (b *Boundary) entryOf(r *abi.Resource, v any, own bool) handle {
	if v == nil {
		b.Refuse("the host gave no resource of type %s", r.Name)
	}
	if rep, ok := v.(Rep); ok {
		return handle{resource: r, rep: uint32(rep), own: own}
	}
	return handle{resource: r, host: v, own: own}
}

func (b *Boundary) get(r *abi.Resource, i uint32) *handle {
	e, err := b.inst.handles.get(i, r)
	if err != nil {
		b.Trap("%v", err)
	}
	return e
}

func (b *Boundary) add(e handle) uint32 {
	i, err := b.inst.handles.add(e)
	if err != nil {
		b.inst.handles.keep([]handle{e})
		b.Trap("%v", err)
	}
	return i
}
