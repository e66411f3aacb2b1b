package fuse

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"testing"

	"github.com/witan-os/witan/runtime/abi"
	"github.com/witan-os/witan/runtime/engine"
	"github.com/witan-os/witan/runtime/transcode"
	"github.com/witan-os/witan/runtime/value"
)

// This file links adapters with parties that are written in Go, except for their memories: the canonical ABI's
// interpreter lowers into them and lifts out of them, and so says what an adapter must do.

// trapped is what a party panics with when a rule is broken.
type trapped string

func (t trapped) Error() string { return string(t) }

// party is one side of an edge in a test. It implements [value.Boundary].
type party struct {
	memory   engine.Memory
	encoding abi.Encoding
	blocks   map[uint32]uint32 // what realloc has given out: sizes by addresses
	requests [][4]uint32       // what realloc was asked for
	top      uint32            // where the allocator goes on
	lie      func(ptr uint32) uint32
	lied     bool // realloc has returned an address that it must not return
	mixed    bool // realloc has returned memory that is in use: what was there is lost
	gate     engine.Global
	bad      error // what the adapter did wrong
}

func (p *party) Trap(format string, args ...any)   { panic(trapped(fmt.Sprintf(format, args...))) }
func (p *party) Refuse(format string, args ...any) { p.Trap(format, args...) }
func (p *party) Reserve(uint64)                    {}

func (p *party) View(ptr, size, align uint32) []byte {
	if ptr%align != 0 {
		p.Trap("address %#x is not a multiple of %d", ptr, align)
	}
	view, ok := p.memory.Read(ptr, size)
	if !ok {
		p.Trap("%d bytes at address %#x are outside of the memory", size, ptr)
	}
	return view
}

func (p *party) ListView(ptr, n, size, align uint32) []byte {
	if uint64(n)*uint64(size) > abi.MaxSize {
		p.Trap("a list of %d elements of %d bytes is larger than %d bytes", n, size, abi.MaxSize)
	}
	return p.View(ptr, n*size, align)
}

func (p *party) LoadString(ptr, n uint32) string {
	return transcode.Load(p, p.encoding, ptr, n).String
}

// Alloc leaves a gap of a byte between allocations and grows the memory only as far as needed, so that a copy
// of one byte too many is noticed.
func (p *party) Alloc(size, align uint32) uint32 {
	ptr := (p.top + align) &^ (align - 1)
	p.top = ptr + size
	if missing := int64(p.top) - int64(p.memory.Size()); missing > 0 {
		if _, ok := p.memory.Grow(uint32((missing + 1<<16 - 1) >> 16)); !ok {
			p.Trap("out of memory")
		}
	}
	return ptr
}

func (p *party) AllocList(n int, size, align uint32) (ptr, length uint32) {
	return p.Alloc(uint32(n)*size, align), uint32(n)
}

func (p *party) StoreString(s string) (ptr, n uint32) {
	return transcode.Store(p, p.encoding, transcode.Of(s))
}

// Realloc moves a block. A string that shrinks to Latin-1 is not asked to stay aligned, but has to.
func (p *party) Realloc(old, size, align, room uint32) uint32 {
	if size != 0 {
		align = max(align, p.encoding.Align())
	}
	ptr := p.Alloc(room, align)
	if size != 0 {
		from := p.View(old, min(size, room), 1)
		copy(p.View(ptr, min(size, room), 1), from)
	}
	return ptr
}

// A resource is a number below 100. Its handle is firstHandle more, or passedHandle more once an adapter has
// passed it.
const (
	firstHandle  = 1
	passedHandle = 1001
)

func (p *party) TakeOwn(_ *abi.Resource, handle uint32) any {
	for _, first := range []uint32{firstHandle, passedHandle} {
		if handle >= first && handle < first+100 {
			return int(handle - first)
		}
	}
	p.Trap("%d is not a handle", handle)
	return nil
}

func (p *party) Borrowed(r *abi.Resource, handle uint32) any { return p.TakeOwn(r, handle) }
func (p *party) GiveOwn(_ *abi.Resource, rep any) uint32     { return uint32(rep.(int)) + firstHandle }
func (p *party) Lend(r *abi.Resource, rep any) uint32        { return p.GiveOwn(r, rep) }
func (p *party) pass(r *abi.Resource, handle uint32) uint32 {
	return uint32(p.TakeOwn(r, handle).(int)) + passedHandle
}

// realloc is the party's option of that name.
func (p *party) realloc(stack []uint64) {
	if p.gate.Get() != 0 {
		p.bad = errors.New("realloc runs while the party may call out")
	}
	request := [4]uint32{uint32(stack[0]), uint32(stack[1]), uint32(stack[2]), uint32(stack[3])}
	old, size, align, room := request[0], request[1], request[2], request[3]
	if have, ok := p.blocks[old]; size != have || !ok && old != 0 {
		p.bad = fmt.Errorf("realloc got %v", request)
	}
	p.requests = append(p.requests, request)
	ptr := p.Realloc(old, size, align, room)
	if p.lie != nil {
		ptr, p.mixed = p.lie(ptr), true
		p.lied = p.lied || ptr%align != 0 || uint64(ptr)+uint64(room) > uint64(p.memory.Size())
	}
	delete(p.blocks, old)
	if p.blocks == nil {
		p.blocks = map[uint32]uint32{}
	}
	p.blocks[ptr] = room
	stack[0] = uint64(ptr)
}

var ctx = context.Background()

// newEngine returns an engine that ends with the test.
func newEngine(t testing.TB) *engine.Engine {
	e, err := engine.New(ctx, engine.Config{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = e.Close(ctx) })
	return e
}

// must ends a test when something that is no part of it fails.
func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// trial is an adapter that is linked with two parties.
type trial struct {
	engine         *engine.Engine
	caller, callee party
	enter          engine.Global // the callee's
	plan           *abi.Plan
	adapter        *Adapter
	call           engine.Function
	serve          func(stack []uint64) // the callee
	posted         []uint64             // what post-return got
	settled        int
	site           *Site // where the adapter trapped
	modules        []engine.Module
	codes          []*engine.Code
}

// memoryModule is a core module with a memory of one page.
var memoryModule = []byte(header + "\x05\x03\x01\x00\x01" + "\x07\x0a\x01\x06memory\x02\x00")

// guarded leaves an edge as testEdge makes it; withPost adds a post-return, and withoutEnter takes a guard off.
func guarded(*Edge)        {}
func withoutEnter(e *Edge) { e.Enter = nil }
func withPost(e *Edge)     { e.PostReturn = &Import{"post", "f"} }

// placement says how the memories of a trial lie in address space.
type placement int

const (
	callerFirst placement = iota // side by side
	calleeFirst
	apart   // shown in a window all the same
	unshown // in no window
)

// placements are those that there are on this system.
func placements() []placement {
	if runtime.GOOS != "linux" {
		return []placement{unshown}
	}
	return []placement{callerFirst, calleeFirst, apart, unshown}
}

// newTrial links an adapter for functions of type f; change may change its edge.
func newTrial(e *engine.Engine, f *abi.Func, change func(*Edge)) *trial {
	return newTrialIn(e, f, placements()[0], change)
}

func newTrialIn(e *engine.Engine, f *abi.Func, where placement, change func(*Edge)) *trial {
	l := &trial{engine: e, plan: must(abi.NewPlan(f))}
	memories, gates := l.compile(memoryModule), l.compile(Gate())
	given := map[string]engine.Module{}
	names, parties := []string{"caller", "callee"}, map[string]*party{"caller": &l.caller, "callee": &l.callee}
	if where == calleeFirst {
		slices.Reverse(names)
	}
	var near engine.Memory
	for _, name := range names {
		p := parties[name]
		m := must(e.InstantiateShared(ctx, memories, nil, near))
		given[name+"-memory"] = m
		if where == callerFirst || where == calleeFirst {
			near = m.Memory()
		}
		gate := must(e.Instantiate(ctx, gates, nil))
		l.modules = append(l.modules, m, gate)
		p.memory, p.gate = m.ExportedMemory("memory"), gate.ExportedGlobal(GateLeave).(engine.Global)
		given[name+"-gate"] = gate
		if name == "callee" {
			l.enter = gate.ExportedGlobal(GateEnter).(engine.Global)
		}
		given[name+"-realloc"] = l.host(engine.HostFunc{
			Name: "realloc", Type: coreType(i32s(4), i32s(1)),
			Code: engine.GoFunc(func(_ context.Context, stack []uint64) { p.realloc(stack) }),
		})
	}
	lifted := l.plan.Lifted
	given["callee"] = l.host(engine.HostFunc{
		Name: "f", Type: coreType(lifted.Params, lifted.Results),
		Code: engine.GoFunc(func(_ context.Context, stack []uint64) { l.serve(stack) }),
	})
	given["post"] = l.host(engine.HostFunc{
		Name: "f", Type: coreType(lifted.Results, nil),
		Code: engine.GoFunc(func(_ context.Context, stack []uint64) {
			if l.callee.gate.Get() != 0 {
				l.callee.bad = errors.New("post-return runs while the callee may call out")
			}
			l.posted = append(l.posted, append([]uint64{0}, stack...)[len(stack)])
		}),
	})
	given[HostModule] = l.adapterHost()
	edge := testEdge(l.plan)
	if where == unshown {
		edge.Window, edge.Caller.Memory, edge.Reach = Window{}, &Import{"caller-memory", "memory"}, "callee-reach"
		provide := func(string) engine.Module { return given["callee-memory"] }
		given[edge.Reach] = must(e.Instantiate(ctx, l.compile(Reach("memory")), provide))
		l.modules = append(l.modules, given[edge.Reach])
	} else if w, ok := e.Window(l.caller.memory, l.callee.memory); ok {
		edge.Window.Caller, edge.Window.Callee = w.Caller, w.Callee
	}
	change(edge)
	l.caller.encoding, l.callee.encoding = edge.Caller.Encoding, edge.Callee.Encoding
	l.adapter = must(Build(edge))
	provide := func(name string) engine.Module { return given[name] }
	var m engine.Module
	if code := l.compile(l.adapter.Wasm); l.adapter.Window {
		m = must(e.InstantiateWindow(ctx, code, provide, l.caller.memory, l.callee.memory, sizeGlobals))
	} else {
		m = must(e.Instantiate(ctx, code, provide))
	}
	l.modules = append(l.modules, m)
	l.call = m.ExportedFunction(ExportName)
	return l
}

// testEdge is an edge with everything that one can have, but for post-return.
func testEdge(p *abi.Plan) *Edge {
	return &Edge{
		Caller:     Party{Plan: p, Realloc: &Import{"caller-realloc", "realloc"}, Leave: &Import{"caller-gate", GateLeave}},
		Callee:     Party{Plan: p, Realloc: &Import{"callee-realloc", "realloc"}, Leave: &Import{"callee-gate", GateLeave}},
		Func:       Import{"callee", "f"},
		CheckLeave: true,
		Enter:      &Import{"callee-gate", GateEnter},
		Window:     Window{Pages: engine.WindowPages, Callee: engine.WindowStride},
		Keeps:      func(*abi.Resource) bool { return true },
	}
}

func (l *trial) compile(wasm []byte) *engine.Code {
	code := must(l.engine.Compile(ctx, wasm))
	l.codes = append(l.codes, code)
	return code
}

func (l *trial) host(f ...engine.HostFunc) engine.Module {
	m := must(l.engine.Host(ctx, f))
	l.modules = append(l.modules, m)
	return m
}

func (l *trial) adapterHost() engine.Module {
	return l.host(
		engine.HostFunc{
			Name: HostTrap, Type: coreType(i32s(4), nil),
			Code: engine.GoFunc(func(_ context.Context, stack []uint64) {
				l.site = &l.adapter.Sites[uint32(stack[1])]
				panic(trapped(l.site.Message(uint32(stack[2]), uint32(stack[3]))))
			}),
		},
		engine.HostFunc{
			Name: HostPass, Type: coreType(i32s(3), i32s(1)),
			Code: engine.GoFunc(func(_ context.Context, stack []uint64) {
				h := l.adapter.Handles[uint32(stack[1])]
				stack[0] = uint64(l.callee.pass(h.Resource, uint32(stack[2])))
			}),
		},
		engine.HostFunc{
			Name: HostSettle, Type: coreType(i32s(1), nil),
			Code: engine.GoFunc(func(context.Context, []uint64) { l.settled++ }),
		},
		engine.HostFunc{
			Name: HostCopy, Type: coreType(i32s(5), nil),
			Code: engine.GoFunc(func(_ context.Context, stack []uint64) {
				from, to, n := &l.callee, &l.caller, uint32(stack[4])
				if stack[1] != 0 {
					from, to = to, from
				}
				copy(to.View(uint32(stack[2]), n, 1), from.View(uint32(stack[3]), n, 1))
			}),
		})
}

// end releases what the trial holds.
func (l *trial) end() {
	for i := len(l.modules) - 1; i >= 0; i-- {
		_ = l.modules[i].Close(ctx)
	}
	for _, c := range l.codes {
		_ = c.Close(ctx)
	}
}

var sizeGlobals = [2]string{CallerSizeGlobal, CalleeSizeGlobal}

func coreType(params, results []abi.CoreType) engine.FuncType {
	return engine.NewFuncType(appendTypes(nil, params)[1:], appendTypes(nil, results)[1:])
}

// try runs f and returns the rule that it found broken.
func try(f func()) (err error) {
	defer func() {
		if r := recover(); r != nil {
			t, ok := r.(trapped)
			if !ok {
				panic(r)
			}
			err = t
		}
	}()
	f()
	return nil
}

// oneFunc is a function with a parameter and a result of the same type.
func oneFunc(t *abi.Type) *abi.Func {
	return &abi.Func{Params: []abi.Param{{Name: "v", Type: t}}, Result: t}
}

// newStack is the stack of a call of the adapter with arguments lowered into the caller.
func (l *trial) newStack(args []value.Value) []uint64 {
	stack := make([]uint64, max(1, l.plan.Slots()))
	value.LowerParams(&l.caller, l.plan, stack, args)
	if b := l.plan.ResultBlock; b != nil {
		stack[l.plan.ResultSlot()] = uint64(l.caller.Alloc(b.Size, b.Align))
	}
	return stack
}

// reply lowers what the callee returns.
func (l *trial) reply(stack []uint64, result value.Value) {
	switch p := l.plan; {
	case p.Result != nil:
		value.LowerFlat(&l.callee, p.Result, stack, result)
	case p.ResultBlock != nil:
		ptr := l.callee.Alloc(p.ResultBlock.Size, p.ResultBlock.Align)
		value.Store(&l.callee, p.ResultBlock, ptr, result)
		stack[0] = uint64(ptr)
	}
}

// resultAddress is where the caller wants its result, if that goes through memory.
func (l *trial) resultAddress(stack []uint64) uint32 {
	if l.plan.ResultBlock == nil {
		return 0
	}
	return uint32(stack[l.plan.ResultSlot()])
}

// result lifts what the caller has got.
func (l *trial) result(ret uint32, stack []uint64) value.Value {
	switch p := l.plan; {
	case p.Result != nil:
		return value.LiftFlat(&l.caller, p.Result, stack)
	case p.ResultBlock != nil:
		return value.Load(&l.caller, p.ResultBlock, ret)
	}
	return nil
}
