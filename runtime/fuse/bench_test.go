package fuse

import (
	"runtime"
	"testing"

	"github.com/witan-os/witan/runtime/abi"
	"github.com/witan-os/witan/runtime/engine"
)

// The benchmarks call a callee in a loop of compiled code: through the adapter of an edge, and, as the
// measure of it, the core function itself. One operation is one call.
func BenchmarkCall(b *testing.B) {
	if runtime.GOOS != "linux" {
		b.Skip("there are windows on linux only")
	}
	e := newEngine(b)
	record := must(abi.NewRecord(
		abi.Field{Name: "a", Type: u32}, abi.Field{Name: "b", Type: u64}, abi.Field{Name: "c", Type: f32},
		abi.Field{Name: "d", Type: u8}, abi.Field{Name: "e", Type: abi.Primitive(abi.S16)}, abi.Field{Name: "f", Type: boolean},
		abi.Field{Name: "g", Type: char}, abi.Field{Name: "h", Type: text}, abi.Field{Name: "i", Type: u32}, abi.Field{Name: "j", Type: f32}))
	optional := must(abi.NewOption(u32))
	bytes := abi.NewList(u8)
	benchmarks := []struct {
		name string
		f    *abi.Func
		args []uint64
	}{
		{"nothing", &abi.Func{}, nil},
		{"add", &abi.Func{Params: []abi.Param{{Type: u32}, {Type: u32}}, Result: u32}, []uint64{1, 2}},
		{"option", oneFunc(optional), []uint64{1, 2}},
		{"variant", oneFunc(shape), []uint64{2, 3}},
		{"record", oneFunc(record), []uint64{0, 0, 0, 0, 0, 0, 'a', 1024, 16, 0, 0}},
		{"echo 16 B", oneFunc(text), []uint64{1024, 16}},
		{"echo 1 KiB", oneFunc(text), []uint64{1024, 1024}},
		{"echo 1 MiB", oneFunc(text), []uint64{1024, 1 << 20}},
		{"take 1 MiB", &abi.Func{Params: []abi.Param{{Type: bytes}}, Result: u32}, []uint64{1024, 1 << 20}},
	}
	ways := []struct {
		name   string
		change func(e *Edge)
	}{
		{"unguarded", func(e *Edge) {
			e.CheckLeave, e.Enter, e.Caller.Leave, e.Callee.Leave = false, nil, nil, nil
		}},
		{"checked", func(e *Edge) { e.Enter = nil }},
		{"guarded", func(*Edge) {}},
		{"apart", func(e *Edge) {
			e.Window, e.Caller.Memory, e.Reach = Window{}, &Import{"caller", "memory"}, "callee-reach"
		}},
	}
	for _, bb := range benchmarks {
		plan := must(abi.NewPlan(bb.f))
		b.Run(bb.name+"/core", func(b *testing.B) { newBench(e, plan, nil).run(b, bb.args) })
		for _, way := range ways {
			edge := testEdge(plan)
			way.change(edge)
			b.Run(bb.name+"/"+way.name, func(b *testing.B) { newBench(e, plan, edge).run(b, bb.args) })
		}
	}
}

// bench is a driver that is linked with a callee.
type bench struct {
	plan  *abi.Plan
	edge  *Edge
	link  func(driver []byte) engine.Module
	close func()
}

// newBench links both through the edge's adapter, or directly when edge is nil.
func newBench(e *engine.Engine, plan *abi.Plan, edge *Edge) *bench {
	var modules []engine.Module
	var near engine.Memory
	start := func(wasm []byte, given map[string]engine.Module) engine.Module {
		code := must(e.CompileTrusted(ctx, wasm)) // to measure calls, not the counting in between
		m := must(e.InstantiateShared(ctx, code, func(name string) engine.Module { return given[name] }, near))
		near = m.Memory()
		modules = append(modules, m)
		return m
	}
	callee, caller := start(benchCallee(plan), nil), start(benchCallee(plan), nil)
	l := &bench{plan: plan, edge: edge}
	target := callee
	if edge != nil {
		gate := must(e.CompileTrusted(ctx, Gate()))
		given := map[string]engine.Module{
			"callee": callee, "callee-realloc": callee, "caller-realloc": caller,
			"caller-gate": must(e.Instantiate(ctx, gate, nil)), "callee-gate": must(e.Instantiate(ctx, gate, nil)),
			"caller":   caller,
			HostModule: (&trial{engine: e, caller: party{memory: caller.Memory()}, callee: party{memory: callee.Memory()}}).adapterHost(),
		}
		reach := must(e.CompileTrusted(ctx, Reach("memory")))
		given["callee-reach"] = must(e.Instantiate(ctx, reach, func(string) engine.Module { return callee }))
		a := must(Build(edge))
		code := must(e.CompileTrusted(ctx, a.Wasm))
		provide := func(name string) engine.Module { return given[name] }
		if a.Window {
			target = must(e.InstantiateWindow(ctx, code, provide, caller.Memory(), callee.Memory(), sizeGlobals))
		} else {
			target = must(e.Instantiate(ctx, code, provide))
		}
		modules = append(modules, target)
	}
	l.link = func(driver []byte) engine.Module {
		return start(driver, map[string]engine.Module{"target": target})
	}
	l.close = func() {
		for i := len(modules) - 1; i >= 0; i-- {
			_ = modules[i].Close(ctx)
		}
	}
	return l
}

func (l *bench) run(b *testing.B, args []uint64) {
	defer l.close()
	driver := l.link(l.driver(args)).ExportedFunction("drive")
	b.ReportAllocs()
	b.ResetTimer()
	if err := driver.CallWithStack(ctx, []uint64{uint64(b.N)}); err != nil {
		b.Fatal(err)
	}
}

const benchPages = 64

// benchCallee is a module with a memory, a realloc that always gives the same place, and the function f
// of the plan. The function returns its first parameter, or zeros in memory but for a string, which it
// echoes.
func benchCallee(plan *abi.Plan) []byte {
	m := &module{memory: benchPages}
	m.export("memory", memoryKind, 0)
	c, realloc := m.define(abi.Signature{Params: i32s(4), Results: i32s(1)})
	c.i32(1 << 21)
	m.export("realloc", funcKind, realloc)
	c, f := m.define(plan.Lifted)
	if b := plan.ResultBlock; b != nil && b.Kind == abi.String {
		c.i32(64)
		c.get(0)
		c.at(opI32Store, 0)
		c.i32(64)
		c.get(1)
		c.at(opI32Store, 4)
	}
	switch {
	case plan.ResultBlock != nil:
		c.i32(64)
	case plan.Result != nil:
		c.get(0)
	}
	m.export("f", funcKind, f)
	return m.encode()
}

// driver is a module whose function drive calls the target as often as its parameter says.
func (l *bench) driver(args []uint64) []byte {
	m := &module{}
	sig, name := l.plan.Lifted, "f"
	if l.edge != nil {
		sig, name = l.plan.Lowered, ExportName
	}
	target := m.importFunc(Import{"target", name}, sig)
	c, drive := m.define(abi.Signature{Params: i32s(1)})
	done := c.open(opBlock)
	next := c.open(opLoop)
	c.get(0)
	c.emit(opI32Eqz)
	c.branch(opBrIf, done)
	for i, t := range sig.Params {
		var v uint64 = 256 // where a result goes
		if i < len(args) {
			v = args[i]
		}
		switch t {
		case abi.I32:
			c.i32(uint32(v))
		case abi.I64:
			c.i64(v)
		case abi.CoreF32:
			c.with(opF32Const, 4)
		case abi.CoreF64:
			c.with(opF64Const, 8)
		}
	}
	c.call(target)
	for _, t := range sig.Results {
		c.set(c.local(t))
	}
	c.get(0)
	c.i32(1)
	c.emit(opI32Sub)
	c.set(0)
	c.branch(opBr, next)
	c.end()
	c.end()
	m.export("drive", funcKind, drive)
	return m.encode()
}
