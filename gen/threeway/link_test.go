package threeway

import (
	"context"
	"encoding/binary"
	"runtime"
	"testing"

	"github.com/witan-os/witan/gen/model"
	"github.com/witan-os/witan/gen/threeway/testdata/generated/test/threeway/v1/resources"
	"github.com/witan-os/witan/internal/testwasm"
	"github.com/witan-os/witan/runtime/abi"
	"github.com/witan-os/witan/runtime/component"
	"github.com/witan-os/witan/runtime/glue"
	"github.com/witan-os/witan/runtime/instance"
	"github.com/witan-os/witan/runtime/value"
	"github.com/witan-os/witan/runtime/vm"
)

// This file links a caller to a callee, once through each executor.

// link is a caller that is linked to a callee.
type link struct {
	executor string
	run      *glue.Export // the caller's
	caller   *glue.Boundary
	callee   *glue.Boundary
	answer   func() // while the callee is in a call
	// direct calls the callee from Go, by the same executor; nil for adapters, which no Go can call.
	direct    func(args []value.Value) (value.Value, error)
	instances []*vm.Instance
}

// linker makes links for one function. Components are compiled once.
type linker struct {
	*set
	fn       *model.Func
	caller   *vm.Component
	all      *vm.Component // a callee that exports the whole set, as generated code expects
	callee   *vm.Component
	pair     *vm.Component
	tamper   func(*abi.Plan) *abi.Plan // of the executor on dynamic values
	encoding [2]abi.Encoding           // of caller and callee
	// reencodes is set when strings pass that one side does not have in UTF-8. How much an executor allocates for
	// them, and how often, is its own affair: those in Go do not know what the string was on the other side.
	reencodes bool
	// maps is set when maps pass, of which generated code keeps no more than Go maps do.
	maps bool
}

// allOf compiles the callee for a whole set.
func allOf(t testing.TB, v *vm.VM, s *set, encoding abi.Encoding) *vm.Component {
	return compile(t, v, calleeGuest(s, s.iface.Funcs, encoding))
}

func compile(t testing.TB, v *vm.VM, c *testwasm.Component) *vm.Component {
	t.Helper()
	compiled, err := v.CompileWith(context.Background(), "guest", c.Bytes(), component.AllFeatures)
	if err != nil {
		t.Fatal(err)
	}
	return compiled
}

func newLinker(t testing.TB, v *vm.VM, s *set, fn *model.Func, all *vm.Component, encoding [2]abi.Encoding) *linker {
	t.Helper()
	return &linker{
		set: s, fn: fn, all: all, encoding: encoding,
		reencodes: usesStrings(fn) && encoding != [2]abi.Encoding{},
		maps:      usesMaps(fn),
		caller:    compile(t, v, callerGuest(s, fn, encoding[0])),
		callee:    compile(t, v, calleeGuest(s, []*model.Func{fn}, encoding[1])),
		pair:      compile(t, v, pair(s, fn, encoding)),
	}
}

// close releases the machine code, but that of all.
func (k *linker) close() {
	for _, c := range []*vm.Component{k.caller, k.callee, k.pair} {
		c.Close(context.Background())
	}
}

// links makes a link through each executor. The first is that which the others are compared with.
func (k *linker) links(t testing.TB) []*link {
	t.Helper()
	return []*link{
		k.overGo(t, "dynamic values", k.callee, k.interpret),
		k.overGo(t, "generated Go", k.all, k.generated),
		k.fused(t),
	}
}

// overGo links through a host that is made for an instance of the callee.
func (k *linker) overGo(t testing.TB, executor string, callee *vm.Component, host func(*link, *glue.Instance) (glue.Fixed, error)) *link {
	t.Helper()
	l := &link{executor: executor}
	types := &glue.Interface{Name: k.iface.ID()}
	b := l.instantiate(t, callee, types)
	fixed, err := host(l, b.Instance)
	if err != nil {
		t.Fatal(err)
	}
	a := l.instantiate(t, k.caller, fixed...)
	l.start(t, a, "hello")
	l.start(t, b, "hello")
	l.run = export(t, a, "run")
	return l
}

// fused links through an adapter.
func (k *linker) fused(t testing.TB) *link {
	t.Helper()
	l := &link{executor: "adapter"}
	p := l.instantiate(t, k.pair, &glue.Interface{Name: k.iface.ID()})
	edges := p.Edges()
	if len(edges) != 1 || edges[0].Crossing == instance.CrossDynamic && runtime.GOOS == "linux" && !k.reencodes {
		t.Fatalf("%s is called through %v", k.fn, edges)
	}
	l.start(t, p, "hello-caller")
	l.start(t, p, "hello-callee")
	l.run = export(t, p, "run")
	return l
}

// generated makes a host that passes the call on through generated code.
func (k *linker) generated(l *link, callee *glue.Instance) (glue.Fixed, error) {
	client, host, err := k.forward(callee)
	l.direct = func(args []value.Value) (value.Value, error) { return callClient(client, k.fn, args) }
	return host, err
}

// interpret makes a host that passes the call on as dynamic values.
func (k *linker) interpret(l *link, callee *glue.Instance) (glue.Fixed, error) {
	e, err := callee.Func(k.iface.ID(), k.fn.Name)
	if err != nil {
		return nil, err
	}
	plan := e.Plan()
	if k.tamper != nil {
		plan = k.tamper(plan)
	}
	l.direct = func(args []value.Value) (value.Value, error) {
		return callWith(context.Background(), e, plan, args)
	}
	call := func(ctx context.Context, b *glue.Boundary, stack []uint64) {
		result, err := callWith(ctx, e, plan, value.LiftParams(b, plan, stack))
		if err != nil {
			b.Fail(err)
		}
		value.LowerResult(b, plan, stack, result)
	}
	return glue.Fixed{{Name: k.iface.ID(), Funcs: []glue.Func{{
		Name: k.fn.Name, Type: e.Type().String(), Params: plan.Lowered.Params, Results: plan.Lowered.Results, Call: call,
	}}}}, nil
}

func callWith(ctx context.Context, e *glue.Export, plan *abi.Plan, args []value.Value) (result value.Value, err error) {
	if err := e.Enter(ctx); err != nil {
		return nil, err
	}
	defer e.Leave(&err)
	value.LowerParams(e, plan, e.Stack(), args)
	e.Invoke()
	return value.LiftResult(e, plan, e.Stack()), nil
}

// The bounds of what a hostile guest can make an executor in Go do.
var limits = vm.Limits{MaxHandles: 1000, CallBudget: 64 << 20}

func (l *link) instantiate(t testing.TB, c *vm.Component, host ...*glue.Interface) *vm.Instance {
	t.Helper()
	host = append(host, resources.Provide()...)
	host = append(host, l.probes()...)
	i, err := c.Instantiate(context.Background(), vm.Options{Imports: host, Limits: limits})
	if err != nil {
		t.Fatal(err)
	}
	l.instances = append(l.instances, i)
	return i
}

// probes are the hosts that guests show themselves to.
func (l *link) probes() []*glue.Interface {
	probe := func(guest string, b **glue.Boundary) *glue.Interface {
		call := func(_ context.Context, from *glue.Boundary, stack []uint64) {
			if stack[0] == hello {
				*b = from
				return
			}
			l.answer()
		}
		return &glue.Interface{Name: probeID(guest), Funcs: []glue.Func{{
			Name: "call", Type: probeType, Params: []glue.CoreType{glue.I32}, Call: call,
		}}}
	}
	return []*glue.Interface{probe("caller", &l.caller), probe("callee", &l.callee)}
}

func (l *link) start(t testing.TB, i *vm.Instance, export string) {
	t.Helper()
	if _, err := i.Call(context.Background(), "", export); err != nil {
		t.Fatal(err)
	}
}

func export(t testing.TB, i *vm.Instance, name string) *glue.Export {
	t.Helper()
	e, err := i.Func("", name)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func (l *link) close() {
	for _, i := range l.instances {
		_ = i.Close(context.Background()) // what is left of an instance that trapped is of no interest
	}
}

// memory is all of a guest's memory.
func memory(b *glue.Boundary) []byte {
	pages := binary.LittleEndian.Uint32(b.View(pagesAt, 4, 4))
	return b.View(0, pages*pageSize, 1)
}
