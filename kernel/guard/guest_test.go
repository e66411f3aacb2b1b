package guard

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/witan-os/witan/internal/testwasm"
	"github.com/witan-os/witan/runtime/abi"
	"github.com/witan-os/witan/runtime/component"
	"github.com/witan-os/witan/runtime/value"
	"github.com/witan-os/witan/runtime/vm"
)

// This file has a provider and a client, small components both, and a process around the provider that does what a
// kernel would.

const (
	api     = "test:guard/api@1.0.0"
	failure = "enum{other, unavailable}"
)

// members are what the provider exports and the client imports and exports again, each with the core function that
// does it.
var members = []struct{ name, typ, core, code string }{
	{"add", "func(a: u32, b: u32) -> u32", "i32 i32 -> i32", "local.get 0 local.get 1 i32.add"},
	{"mixed", "func(p: tuple<u16, s8>, c: s16) -> s8", "i32 i32 i32 -> i32", "local.get 0 local.get 1 i32.add local.get 2 i32.add"},
	{"nothing", "func()", "->", ""},
	{"wide", "func(a: u64, b: bool, c: u8) -> u64", "i64 i32 i32 -> i64", "local.get 0 local.get 0 i64.add"},
	{"positive", "func(a: u32) -> bool", "i32 -> i32", "local.get 0"},
	{"echo", "func(s: string) -> string", "i32 i32 -> i32", "i32.const 8 local.get 0 i32.store 0 i32.const 8 local.get 1 i32.store 4 i32.const 8"},
	{"fail", "func() -> u32", "-> i32", "unreachable"},
	{
		"try", "func(n: u32) -> result<u32, failure>", "i32 -> i32",
		"i32.const 8 i32.const 0 i32.store8 0 i32.const 8 local.get 0 i32.store 4 i32.const 8 local.get 0 i32.eqz if unreachable end",
	},
	{"spin", "func()", "->", "loop br 0 end"},
	// The memory is nearly empty, and so are the lists that are said to be there.
	{"lists", "func(n: u32) -> list<list<u8>>", "i32 -> i32", "i32.const 8 i32.const 16 i32.store 0 i32.const 8 local.get 0 i32.store 4 i32.const 8"},
}

// handles are functions about the provider's resource.
var handles = []struct{ name, typ, core string }{
	{"give", "func(rep: u32) -> own<thing>", "i32 -> i32"},
	{"lend", "func(h: borrow<thing>) -> u32", "i32 -> i32"},
	{"take", "func(h: own<thing>) -> u32", "i32 -> i32"},
	{"try-take", "func(h: own<thing>) -> result<u32, failure>", "i32 -> i32"},
}

// provider exports all of it, with a sum of the resources that were destroyed.
func provider() []byte {
	c := testwasm.NewComponent()
	libc := testwasm.NewModule()
	libc.Allocator()
	sum := libc.Global("sum", 0)
	libc.Func("destroy", "i32 ->", fmt.Sprintf("global.get %[1]d local.get 0 i32.add global.set %[1]d", sum))
	lib := c.Instantiated(libc)
	r := c.Resource(c.CoreFunc(lib, "destroy"))
	own := c.CoreInline(
		testwasm.CoreExport{Name: "new", Index: c.ResourceNew(r)}, testwasm.CoreExport{Name: "rep", Index: c.ResourceRep(r)})
	m := testwasm.NewModule()
	makeNew, rep := m.ImportFunc("own", "new", "i32 -> i32"), m.ImportFunc("own", "rep", "i32 -> i32")
	total := m.ImportGlobal("lib", "sum")
	m.ImportMemory("lib", "memory", 1)
	for _, f := range members {
		m.Func(f.name, f.core, f.code)
	}
	m.Func("give", "i32 -> i32", fmt.Sprintf("local.get 0 call %d", makeNew))
	m.Func("lend", "i32 -> i32", "local.get 0")
	m.Func("take", "i32 -> i32", fmt.Sprintf("local.get 0 call %d", rep))
	m.Func("try-take", "i32 -> i32", fmt.Sprintf("i32.const 8 i32.const 0 i32.store8 0 i32.const 8 local.get 0 call %d i32.store 4 i32.const 8", rep))
	m.Func("sum", "-> i32", fmt.Sprintf("global.get %d", total))
	inst := c.Instantiated(m, testwasm.CoreArg{Name: "own", Instance: own}, testwasm.CoreArg{Name: "lib", Instance: lib})
	opts := []testwasm.Option{testwasm.WithMemory(c.Core(lib, testwasm.Memory, "memory")), testwasm.WithRealloc(c.CoreFunc(lib, "realloc"))}

	c.Export("failure", testwasm.SortType, c.ValueType(failure))
	c.Export("thing", testwasm.SortType, r)
	for _, f := range members {
		c.ExportFunc(f.name, c.CoreFunc(inst, f.name), f.typ, opts...)
	}
	for _, f := range handles {
		c.ExportFunc(f.name, c.CoreFunc(inst, f.name), f.typ, opts...)
	}
	c.ExportFunc("sum", c.CoreFunc(inst, "sum"), "func() -> u32")
	return c.Bytes()
}

// client imports all of that, but for the sum, and exports it by itself. Handles are numbers there.
func client() []byte {
	c := testwasm.NewComponent()
	t := testwasm.NewInstanceType()
	t.Type("failure", t.ValueType(failure))
	t.Resource("thing")
	for _, f := range members {
		t.Func(f.name, f.typ)
	}
	for _, f := range handles {
		t.Func(f.name, f.typ)
	}
	from := c.ImportInstance(api, t)
	c.Export("failure", testwasm.SortType, c.Alias(from, testwasm.SortType, "failure"))
	libc := testwasm.NewModule()
	libc.Allocator()
	lib := c.Instantiated(libc)
	opts := []testwasm.Option{testwasm.WithMemory(c.Core(lib, testwasm.Memory, "memory")), testwasm.WithRealloc(c.CoreFunc(lib, "realloc"))}
	given := []testwasm.CoreExport{{Name: "drop", Index: c.ResourceDrop(c.Alias(from, testwasm.SortType, "thing"))}}
	m := testwasm.NewModule()
	m.ImportMemory("lib", "memory", 1)
	// A result in memory is written to where the caller says, and returned as a pointer to there.
	pointer := map[string]string{"echo": "i32 i32", "lists": "i32", "try": "i32", "try-take": "i32"}
	pass := func(name, core string) {
		given = append(given, testwasm.CoreExport{Name: name, Index: c.Lower(c.Alias(from, testwasm.SortFunc, name), opts...)})
		if pointer[name] == "" {
			m.Export(name, testwasm.Func, m.ImportFunc("api", name, core))
		}
	}
	for _, f := range members {
		pass(f.name, f.core)
	}
	for _, f := range handles {
		pass(f.name, f.core)
	}
	m.Export("drop", testwasm.Func, m.ImportFunc("api", "drop", "i32 ->"))
	imported := map[string]int{}
	for name, params := range pointer {
		imported[name] = m.ImportFunc("api", name, params+" i32 ->")
	}
	for name, params := range pointer {
		code := ""
		for i := range strings.Fields(params) {
			code += fmt.Sprintf("local.get %d ", i)
		}
		m.Func(name, params+" -> i32", code+fmt.Sprintf("i32.const 16 call %d i32.const 16", imported[name]))
	}
	inst := c.Instantiated(m, testwasm.CoreArg{Name: "api", Instance: c.CoreInline(given...)}, testwasm.CoreArg{Name: "lib", Instance: lib})
	for _, f := range members {
		c.ExportFunc(f.name, c.CoreFunc(inst, f.name), f.typ, opts...)
	}
	numbers := strings.NewReplacer("own<thing>", "u32", "borrow<thing>", "u32")
	for _, f := range handles {
		c.ExportFunc(f.name, c.CoreFunc(inst, f.name), numbers.Replace(f.typ), opts...)
	}
	c.ExportFunc("drop", c.CoreFunc(inst, "drop"), "func(h: u32)")
	return c.Bytes()
}

// service is the process around the provider.
type service struct {
	t         *testing.T
	vm        *vm.VM
	component *vm.Component
	provider  Provider

	turn     chan struct{} // has something in it while somebody has the turn
	turns    atomic.Int32
	instance *vm.Instance
	life     *Life
	cancel   context.CancelCauseFunc
	calls    int // that are in progress
	limits   vm.Limits
	room     uint64 // for what a call passes
	ended    error  // why the latest call has ended
}

func newService(t *testing.T) *service {
	v, err := vm.New(t.Context(), vm.Config{})
	if err != nil {
		t.Fatal(err)
	}
	s := &service{t: t, vm: v, component: compile(t, v, "provider", provider()), turn: make(chan struct{}, 1), room: 16 << 20}
	t.Cleanup(func() { _ = v.Close(context.Background()) })
	s.start()
	return s
}

func compile(t *testing.T, v *vm.VM, name string, wasm []byte) *vm.Component {
	t.Helper()
	c, err := v.Compile(t.Context(), name, wasm)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// start begins a new life.
func (s *service) start() {
	s.t.Helper()
	i, err := s.component.Instantiate(s.t.Context(), vm.Options{Limits: s.limits})
	if err != nil {
		s.t.Fatal(err)
	}
	ctx, cancel := context.WithCancelCause(context.Background())
	s.instance, s.life, s.cancel = i, NewLife(ctx, i.Instance, s), cancel
}

var (
	errGone = fmt.Errorf("%w: it was told to", ErrGone)
	errRoom = errors.New("there is no room")
)

// Name implements Callee.
func (s *service) Name() string { return "provider" }

// Admit implements Callee.
func (s *service) Admit(bytes uint64) error {
	if bytes > s.room {
		return errRoom
	}
	return nil
}

// Begin implements Callee.
func (s *service) Begin(ctx context.Context) (*Life, error) {
	select {
	case s.turn <- struct{}{}:
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
	if s.life == nil {
		<-s.turn
		return nil, errGone
	}
	s.calls++
	s.turns.Add(1)
	return s.life, nil
}

// End implements Callee.
func (s *service) End(life *Life, err error) {
	s.calls--
	s.ended = err
	if life == s.life && s.instance.Err() != nil {
		s.life = nil
	}
	<-s.turn
}

// await waits until there were so many turns.
func (s *service) await(turns int32) {
	s.t.Helper()
	for deadline := time.Now().Add(20 * time.Second); s.turns.Load() < turns; time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			s.t.Fatalf("there were %d turns, want %d", s.turns.Load(), turns)
		}
	}
}

// connect makes a client.
func (s *service) connect() *vm.Instance {
	s.t.Helper()
	i, err := s.tryConnect(compile(s.t, s.vm, "client", client()))
	if err != nil {
		s.t.Fatal(err)
	}
	return i
}

func (s *service) tryConnect(c *vm.Component) (*vm.Instance, error) {
	return s.connectFor(s.t.Context(), c, vm.Limits{})
}

// connectFor makes a client that lives as long as ctx.
func (s *service) connectFor(ctx context.Context, c *vm.Component, l vm.Limits) (*vm.Instance, error) {
	link := s.provider.NewLink(ctx, s, func(*abi.Resource) bool { return false })
	t := c.Decoded().Type.Imports[0].Type.Type.(*component.InstanceType)
	return c.Instantiate(s.t.Context(), vm.Options{Imports: []*vm.Interface{link.Interface(api, "", t)}, Limits: l})
}

// call calls what the client exports.
func call(t *testing.T, i *vm.Instance, name string, args ...value.Value) value.Value {
	t.Helper()
	v, err := i.Call(t.Context(), "", name, args...)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return v
}
