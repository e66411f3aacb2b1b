package instance_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/witan-os/witan/internal/testwasm"
	"github.com/witan-os/witan/runtime/glue"
	"github.com/witan-os/witan/runtime/instance"
	"github.com/witan-os/witan/runtime/value"
	"github.com/witan-os/witan/runtime/vm"
)

// The tests in this file have several programs in one store, each with a goroutine of its own: see instance.NewTeam.

const (
	serviceAPI = "acme:service/api@1.0.0"
	hostAPI    = "test:host/host"
	countdown  = "loop local.get 0 i32.const 1 i32.sub local.tee 0 br_if 0 end"
)

// serviceFuncs are the scalar functions of a service, and their core types.
var serviceFuncs = [][4]string{
	{"add", "i32 i32 -> i32", "func(a: u32, b: u32) -> u32", "local.get 0 local.get 1 i32.add"},
	// count works for n rounds, and traps when somebody comes in meanwhile.
	{"count", "i32 -> i32", "func(n: u32) -> u32", `global.get 0 if unreachable end
		i32.const 1 global.set 0 ` + countdown + ` i32.const 0 global.set 0
		global.get 1 i32.const 1 i32.add global.set 1 global.get 1`},
	{"fail", "->", "func()", "unreachable"},
	{"deep", "i32 -> i32", "func(n: u32) -> u32", "local.get 0 i32.eqz if-i32 i32.const 0 else local.get 0 i32.const 1 i32.sub call 4 end"},
	{"wait", "->", "func()", "call 0"},
	{"wait-work", "->", "func()", "local i32 call 0 i32.const 50000000 local.set 0 " + countdown},
}

// service exports what serviceFuncs are, lie, which returns no text, and echo, which returns its text from a place that the next call uses, too.
func service() *testwasm.Component {
	c := testwasm.NewComponent()
	from := c.ImportInstance(hostAPI, testwasm.NewInstanceType().Func("wait", "func()"))
	given := c.CoreInline(testwasm.CoreExport{Name: "wait", Index: c.Lower(c.Alias(from, testwasm.SortFunc, "wait"))})
	m := testwasm.NewModule()
	m.ImportFunc("host", "wait", "->")
	m.Memory("memory", 1)
	m.Global("", 0)
	m.Global("", 0)
	for _, f := range serviceFuncs {
		m.Func(f[0], f[1], f[3])
	}
	m.Func("realloc", "i32 i32 i32 i32 -> i32", "i32.const 64")
	m.Func("echo", "i32 i32 -> i32", "i32.const 8 local.get 0 i32.store 0 i32.const 8 local.get 1 i32.store 4 i32.const 8")
	m.Func("lie", "-> i32", "i32.const 65536") // a text outside of the memory
	inst := c.Instantiated(m, testwasm.CoreArg{Name: "host", Instance: given})
	var members []testwasm.Arg
	for _, f := range serviceFuncs {
		members = append(members, testwasm.Arg{Name: f[0], Sort: testwasm.SortFunc, Index: c.Lift(c.CoreFunc(inst, f[0]), f[2])})
	}
	memory, realloc := testwasm.WithMemory(c.Core(inst, testwasm.Memory, "memory")), testwasm.WithRealloc(c.CoreFunc(inst, "realloc"))
	for name, typ := range map[string]string{"echo": echoType, "lie": "func() -> string"} {
		members = append(members, testwasm.Arg{
			Name: name, Sort: testwasm.SortFunc, Index: c.Lift(c.CoreFunc(inst, name), typ, memory, realloc),
		})
	}
	c.Export(serviceAPI, testwasm.SortInstance, c.Inline(members...))
	return c
}

// clientFuncs are what a client exports. Their code calls those of serviceFuncs, echo and the host by their numbers.
var clientFuncs = [][4]string{
	// deep goes down without end, and deep-then-there n calls before it has the service count.
	{"deep", "i32 -> i32", "func(n: u32) -> u32", "local.get 0 i32.const 1 i32.add call 9 i32.const 1 i32.add"},
	{"deep-then-there", "i32 -> i32", "func(n: u32) -> u32", `local.get 0 if-i32 local.get 0 i32.const 1 i32.sub call 10
		i32.const 1 i32.add else i32.const 100000 call 1 end`},
	{"add", "i32 i32 -> i32", "func(a: u32, b: u32) -> u32", "local.get 0 local.get 1 call 0"},
	{"count", "i32 -> i32", "func(n: u32) -> u32", "local.get 0 call 1"},
	// counts has the service count 1000 rounds n times, and works as long itself in between.
	{"counts", "i32 -> i32", "func(n: u32) -> u32", `local i32 loop
		i32.const 1000 call 1 drop
		i32.const 1000 local.set 1 loop local.get 1 i32.const 1 i32.sub local.tee 1 br_if 0 end
		local.get 0 i32.const 1 i32.sub local.tee 0 br_if 0 end i32.const 1 call 1`},
	{"fail-there", "->", "func()", "call 2"},
	{"deep-there", "i32 -> i32", "func(n: u32) -> u32", "local.get 0 call 3"},
	{"wait-there", "->", "func()", "call 4"},
	{"wait-work-there", "->", "func()", "call 5"},
	{"wrong", "->", "func()", "i32.const 65530 i32.const 9 i32.const 16 call 6"}, // a text outside of the memory
	{"wait", "->", "func()", "call 7"},
	{"lie-there", "->", "func()", "i32.const 16 call 8"},
	{"fail", "->", "func()", "unreachable"},
	{"work", "i32 ->", "func(n: u32)", countdown},
	{"spin", "->", "func()", "loop br 0 end"},
	{"spin-there", "->", "func()", "loop i32.const 100000 call 1 drop br 0 end"},
}

// client imports a service, and exports clientFuncs and echo. To have the text of an echo allocated takes it as long as
// some turns.
func client() *testwasm.Component {
	c := testwasm.NewComponent()
	libc := testwasm.NewModule()
	heap := 0
	libc.Memory("memory", 1)
	libc.Global("", 1024)
	libc.Func("realloc", "i32 i32 i32 i32 -> i32", fmt.Sprintf(`i32.const 3000000 local.set 0 %s
		global.get %d i32.const 64 i32.add global.set %[2]d global.get %[2]d`, countdown, heap))
	lib := c.Instantiated(libc)
	memory, realloc := testwasm.WithMemory(c.Core(lib, testwasm.Memory, "memory")), testwasm.WithRealloc(c.CoreFunc(lib, "realloc"))

	types := testwasm.NewInstanceType().Func("echo", echoType).Func("lie", "func() -> string")
	for _, f := range serviceFuncs {
		types.Func(f[0], f[2])
	}
	from := c.ImportInstance(serviceAPI, types)
	host := c.ImportInstance(hostAPI, testwasm.NewInstanceType().Func("wait", "func()"))
	m := testwasm.NewModule()
	var given []testwasm.CoreExport
	lower := func(from int, name, as, typ string) {
		m.ImportFunc("given", as, typ)
		given = append(given, testwasm.CoreExport{Name: as, Index: c.Lower(c.Alias(from, testwasm.SortFunc, name), memory, realloc)})
	}
	for _, f := range serviceFuncs {
		lower(from, f[0], f[0], f[1])
	}
	lower(from, "echo", "echo", "i32 i32 i32 ->")
	lower(host, "wait", "host-wait", "->")
	lower(from, "lie", "lie", "i32 ->")
	for _, f := range clientFuncs {
		m.Func(f[0], f[1], f[3])
	}
	m.Func("echo", "i32 i32 -> i32", "local.get 0 local.get 1 i32.const 8 call 6 i32.const 8")
	inst := c.Instantiated(m, testwasm.CoreArg{Name: "given", Instance: c.CoreInline(given...)})
	for _, f := range clientFuncs {
		c.ExportFunc(f[0], c.CoreFunc(inst, f[0]), f[2])
	}
	c.ExportFunc("echo", c.CoreFunc(inst, "echo"), echoType, memory, realloc)
	return c
}

// hostWaits is a host whose function wait calls f, with the turn given up if that may be.
func hostWaits(f func(ctx context.Context)) *glue.Interface {
	return &glue.Interface{Name: hostAPI, Funcs: []glue.Func{
		hostFunc("wait", "func()", 0, 0, func(ctx context.Context, _ *glue.Boundary, _ []uint64) {
			vm.Blocking(ctx, func() { f(ctx) })
		}),
	}}
}

func dontWait(context.Context) {}

// crew is a team with a service and what its clients are made of.
type crew struct {
	vm      *vm.VM
	store   *vm.Store
	service *vm.Instance
	client  *vm.Component
	link    vm.Link
}

func newCrew(t *testing.T, overdraft uint64, wait func(context.Context)) *crew {
	t.Helper()
	v := newVM(t)
	s := v.NewTeam(overdraft)
	i := instantiate(t, compileAs(t, v, "service", service()), vm.Options{Store: s, Imports: []*glue.Interface{hostWaits(wait)}})
	t.Cleanup(func() {
		if err := s.Close(ctx); err != nil {
			t.Error(err)
		}
	})
	return &crew{v, s, i, compileAs(t, v, "client", client()), vm.Link{Instance: i}}
}

func (c *crew) join(t *testing.T, l vm.Limits, wait func(context.Context)) *vm.Instance {
	t.Helper()
	i, err := c.client.Instantiate(ctx, vm.Options{Links: []vm.Link{c.link}, Limits: l, Imports: []*glue.Interface{hostWaits(wait)}})
	if err != nil {
		t.Fatal(err)
	}
	return i
}

// wantBack waits for goroutines; a test whose programs never end fails.
func wantBack(t *testing.T, wait *sync.WaitGroup) {
	t.Helper()
	done := make(chan bool)
	go func() {
		wait.Wait()
		close(done)
	}()
	select {
	case <-done:
	case <-time.After(time.Minute):
		t.Fatal("some program does not come back")
	}
}

// TestTeam has several programs use one service at once: each call of the service is whole.
func TestTeam(t *testing.T) {
	c := newCrew(t, 0, dontWait)
	const clients, rounds = 4, 300
	var wait sync.WaitGroup
	for n := range clients {
		i := c.join(t, vm.Limits{}, dontWait)
		for _, e := range i.Edges() {
			if e.Function == serviceAPI+"#add" && e.Crossing != instance.CrossDirect {
				t.Errorf("add is called by way of %s", e.Crossing)
			}
		}
		wait.Go(func() {
			for round := range 3 {
				if _, err := i.Call(ctx, "", "counts", uint32(rounds)); err != nil {
					t.Error(err)
				}
				text := strings.Repeat(string(rune('a'+n)), 40)
				if got, err := i.Call(ctx, "", "echo", text); err != nil || got != value.Value(text) {
					t.Errorf("round %d: %v, %v", round, got, err)
				}
				if got, err := i.Call(ctx, "", "add", uint32(n), uint32(round)); err != nil || got != value.Value(uint32(n+round)) {
					t.Errorf("round %d: %v, %v", round, got, err)
				}
			}
		})
	}
	const own = 20
	wait.Go(func() {
		for range own {
			if _, err := c.service.Call(ctx, serviceAPI, "count", uint32(5_000_000)); err != nil {
				t.Error(err)
			}
		}
	})
	wantBack(t, &wait)
	got, err := c.service.Call(ctx, serviceAPI, "count", uint32(1))
	if want := uint32(clients*3*(rounds+1) + own + 1); err != nil || got != value.Value(want) {
		t.Errorf("the service has counted to %v (%v), want %d", got, err, want)
	}
}

// TestTurns has programs that never end beside one that does.
func TestTurns(t *testing.T) {
	c := newCrew(t, 0, dontWait)
	stop, cancel := context.WithCancel(ctx)
	var wait sync.WaitGroup
	spinners := map[string]*vm.Instance{"spin": c.join(t, vm.Limits{}, dontWait), "spin-there": c.join(t, vm.Limits{}, dontWait)}
	for name, i := range spinners {
		wait.Go(func() {
			if _, err := i.Call(stop, "", name); !errors.Is(err, context.Canceled) {
				t.Errorf("%s: %v", name, err)
			}
		})
	}
	modest := c.join(t, vm.Limits{}, dontWait)
	for range 20 {
		wantCall(t, modest, uint32(5), "add", uint32(2), uint32(3))
	}
	cancel()
	wantBack(t, &wait)
	wantCall(t, modest, uint32(7), "add", uint32(4), uint32(3))
	for name, i := range spinners {
		if err := i.Err(); !errors.Is(err, context.Canceled) {
			t.Errorf("%s: the instance that was cancelled has the error %v", name, err)
		}
		if err := i.Close(ctx); err != nil {
			t.Error(err)
		}
	}
}

// TestTurnsAreShared has two programs work side by side. Neither is ahead by much: the one that is done first leaves
// little to do for the other one.
func TestTurnsAreShared(t *testing.T) {
	c := newCrew(t, 0, dontWait)
	const rounds = 100_000_000
	one, two := c.join(t, vm.Limits{}, dontWait), c.join(t, vm.Limits{}, dontWait)
	var wait sync.WaitGroup
	var mu sync.Mutex
	var other []uint64 // what the other one had used when one was done
	start := make(chan bool)
	for _, pair := range [][2]*vm.Instance{{one, two}, {two, one}} {
		wait.Go(func() {
			<-start
			if _, err := pair[0].Call(ctx, "", "work", uint32(rounds)); err != nil {
				t.Error(err)
			}
			mu.Lock()
			defer mu.Unlock()
			other = append(other, pair[1].Fuel())
		})
	}
	close(start)
	wantBack(t, &wait)
	if total := two.Fuel(); other[0] < total/2 {
		t.Errorf("one was done when the other one had used %d of %d", other[0], total)
	}
}

// TestBlocking lets others run while a program waits, but nobody into a service that does.
func TestBlocking(t *testing.T) {
	waiting, proceed := make(chan bool), make(chan bool)
	block := func(context.Context) {
		waiting <- true
		<-proceed
	}
	c := newCrew(t, 0, block)
	one, two := c.join(t, vm.Limits{}, block), c.join(t, vm.Limits{}, dontWait)
	var wait sync.WaitGroup
	call := func(i *vm.Instance, name string) {
		wait.Go(func() {
			if _, err := i.Call(ctx, "", name); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		})
	}

	call(one, "wait")
	<-waiting
	wantCall(t, two, uint32(5), "add", uint32(2), uint32(3))
	if _, err := one.Call(ctx, "", "add", uint32(1), uint32(1)); err != vm.ErrBusy {
		t.Errorf("a second call of an instance: %v", err)
	}
	if err := one.Close(ctx); err != vm.ErrBusy {
		t.Errorf("closing an instance in a call: %v", err)
	}
	proceed <- true
	wantBack(t, &wait)

	call(one, "wait-there")
	<-waiting
	soon, cancel := context.WithTimeout(ctx, 20*time.Millisecond)
	defer cancel()
	if _, err := two.Call(soon, "", "add", uint32(2), uint32(3)); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("somebody came in while the service waits: %v", err)
	}
	proceed <- true
	wantBack(t, &wait)
	wantCall(t, two, uint32(5), "add", uint32(2), uint32(3))

	// A provider's own call keeps its turn, too.
	wait.Go(func() {
		if _, err := c.service.Call(ctx, serviceAPI, "wait"); err != nil {
			t.Error(err)
		}
	})
	<-waiting
	again, cancel := context.WithTimeout(ctx, 20*time.Millisecond)
	defer cancel()
	if _, err := two.Call(again, "", "add", uint32(2), uint32(3)); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("somebody came in while the service waits in a call of its own: %v", err)
	}
	proceed <- true
	wantBack(t, &wait)
}

// TestCallsFromAHost call another member of the team: in Blocking, because otherwise they would wait for themselves.
func TestCallsFromAHost(t *testing.T) {
	var c *crew
	var two *vm.Instance
	var inner error
	c = newCrew(t, 0, dontWait)
	two = c.join(t, vm.Limits{}, dontWait)
	careless := &glue.Interface{Name: hostAPI, Funcs: []glue.Func{
		hostFunc("wait", "func()", 0, 0, func(ctx context.Context, _ *glue.Boundary, _ []uint64) {
			_, inner = two.Call(ctx, "", "add", uint32(2), uint32(3))
		}),
	}}
	one, err := c.client.Instantiate(ctx, vm.Options{Links: []vm.Link{c.link}, Imports: []*glue.Interface{careless}})
	if err != nil {
		t.Fatal(err)
	}
	wantCall(t, one, nil, "wait")
	if inner != vm.ErrBusy {
		t.Errorf("without Blocking: %v", inner)
	}

	// By way of another team, too.
	other := newCrew(t, 0, dontWait)
	between := other.join(t, vm.Limits{}, func(ctx context.Context) { _, inner = two.Call(ctx, "", "add", uint32(2), uint32(3)) })
	careless.Funcs[0].Call = func(ctx context.Context, _ *glue.Boundary, _ []uint64) {
		if _, err := between.Call(ctx, "", "wait"); err != nil {
			t.Error(err)
		}
	}
	inner = nil
	if one, err = c.client.Instantiate(ctx, vm.Options{Links: []vm.Link{c.link}, Imports: []*glue.Interface{careless}}); err != nil {
		t.Fatal(err)
	}
	wantCall(t, one, nil, "wait")
	if inner != vm.ErrBusy {
		t.Errorf("without Blocking, by way of another team: %v", inner)
	}

	three := c.join(t, vm.Limits{}, func(ctx context.Context) { _, inner = two.Call(ctx, "", "add", uint32(2), uint32(3)) })
	wantCall(t, three, nil, "wait")
	if inner != nil {
		t.Errorf("in Blocking: %v", inner)
	}
}

// TestFates ends programs in several ways, and looks at whom that concerns.
func TestFates(t *testing.T) {
	exit := func(context.Context) { panic(&vm.Exit{Code: 3}) }
	for _, tt := range []struct {
		call   string
		args   []value.Value
		alone  bool
		reason string
	}{
		{"fail", nil, true, "unreachable"},
		{"wait", nil, true, "exited with code 3"},
		{"spin", nil, true, "out of fuel"},
		{"spin-there", nil, true, "out of fuel"},
		{"wrong", nil, true, "are outside of the memory"},
		{"deep", []value.Value{uint32(0)}, true, "stack overflow"},
		{"deep-then-there", []value.Value{uint32(100_000_000)}, true, "stack overflow"},
		{"lie-there", nil, false, "are outside of the memory"},
		{"fail-there", nil, false, "unreachable"},
		{"deep-there", []value.Value{uint32(100_000_000)}, false, "stack overflow"},
		{"wait-there", nil, false, "exited with code 3"},
	} {
		t.Run(tt.call, func(t *testing.T) {
			c := newCrew(t, 0, exit)
			limits := vm.Limits{Fuel: 50_000_000_000}
			if tt.reason == "out of fuel" {
				limits.Fuel = 3_000_000
			}
			one, two := c.join(t, limits, exit), c.join(t, vm.Limits{}, dontWait)
			_, err := one.Call(ctx, "", tt.call, tt.args...)
			wantError(t, err, tt.reason)
			if _, again := one.Call(ctx, "", "add", uint32(1), uint32(2)); again != err || one.Err() != err {
				t.Errorf("the next call: %v, and the error is %v", again, one.Err())
			}
			if used, most := one.Fuel(), limits.Fuel+instance.DefaultOverdraft/100; used > most {
				t.Errorf("used %d, more than %d", used, most)
			}
			if one.EndedTeam() == tt.alone || two.EndedTeam() {
				t.Errorf("who has ended the team is said to be: one %v, two %v", one.EndedTeam(), two.EndedTeam())
			}
			if !tt.alone {
				if _, other := two.Call(ctx, "", "add", uint32(1), uint32(2)); other != err || c.store.Err() != err {
					t.Errorf("another one's call: %v, and the team's error is %v", other, c.store.Err())
				}
				if _, joining := c.client.Instantiate(ctx, vm.Options{Links: []vm.Link{c.link}, Imports: []*glue.Interface{hostWaits(exit)}}); joining != err {
					t.Errorf("another one joins: %v", joining)
				}
				return
			}
			wantCall(t, two, uint32(3), "add", uint32(1), uint32(2))
			if err := one.Close(ctx); err != nil {
				t.Error(err)
			}
			wantCall(t, c.join(t, vm.Limits{}, exit), uint32(3), "add", uint32(1), uint32(2))
		})
	}
}

// TestProvidersOwnTrap ends the team: others are linked to what it leaves behind.
func TestProvidersOwnTrap(t *testing.T) {
	c := newCrew(t, 0, dontWait)
	one := c.join(t, vm.Limits{}, dontWait)
	if err := c.service.Close(ctx); err != vm.ErrProvides {
		t.Errorf("closing an instance that others use: %v", err)
	}
	_, err := c.service.Call(ctx, serviceAPI, "fail")
	wantError(t, err, "unreachable")
	if one.Err() != err {
		t.Errorf("the client has the error %v", one.Err())
	}
	if err := one.Close(ctx); err != nil {
		t.Error(err)
	}
	if err := c.service.Close(ctx); err != nil {
		t.Error(err)
	}
}

// TestSameCode has an instance and its provider be made of one component: which of them has trapped can't be told.
func TestSameCode(t *testing.T) {
	const api = "acme:scale/api@1.0.0"
	c := testwasm.NewComponent()
	from := c.ImportInstance(api, testwasm.NewInstanceType().Func("scale", scaleType))
	m := testwasm.NewModule()
	m.ImportFunc("given", "scale", "i32 -> i32")
	m.Func("scale", "i32 -> i32", "local.get 0 i32.const 7 i32.eq if unreachable end local.get 0 i32.const 1 i32.add call 0")
	inst := c.Instantiated(m, testwasm.CoreArg{Name: "given", Instance: c.CoreInline(
		testwasm.CoreExport{Name: "scale", Index: c.Lower(c.Alias(from, testwasm.SortFunc, "scale"))})})
	c.Export(api, testwasm.SortInstance, c.Inline(
		testwasm.Arg{Name: "scale", Sort: testwasm.SortFunc, Index: c.Lift(c.CoreFunc(inst, "scale"), scaleType)}))

	v := newVM(t)
	s := v.NewTeam(0)
	end := instantiate(t, compileAs(t, v, "end", echoer(api, 2)), vm.Options{Store: s})
	relay := compileAs(t, v, "relay", c)
	one := instantiate(t, relay, vm.Options{Links: []vm.Link{{Instance: end}}})
	two := instantiate(t, relay, vm.Options{Links: []vm.Link{{Instance: one}}})
	if got, err := two.Call(ctx, api, "scale", uint32(4)); err != nil || got != value.Value(uint32(12)) {
		t.Errorf("got %v, %v", got, err)
	}
	if err := end.Close(ctx); err != vm.ErrProvides {
		t.Errorf("closing the end: %v", err)
	}
	_, err := two.Call(ctx, api, "scale", uint32(6))
	wantError(t, err, "unreachable")
	if s.Err() != err {
		t.Errorf("the provider has trapped, and the team has the error %v", s.Err())
	}
}

// TestDeepCalls has a client call the service with as much on the stack as it may have: that must be enough.
func TestDeepCalls(t *testing.T) {
	c := newCrew(t, 0, dontWait)
	for _, n := range []uint32{1000, 10_000, 100_000} {
		call(t, c.join(t, vm.Limits{}, dontWait), "deep-then-there", n)
	}
	one := c.join(t, vm.Limits{MaxStack: 1 << 20}, dontWait)
	_, err := one.Call(ctx, "", "deep-then-there", uint32(100_000))
	wantError(t, err, "stack overflow")
	if c.store.Err() != nil {
		t.Errorf("the team has the error %v", c.store.Err())
	}
}

// TestOverdraft ends a team whose service works for too long for one that has no fuel, or was cancelled.
func TestOverdraft(t *testing.T) {
	c := newCrew(t, 1_000_000, dontWait)
	one, two := c.join(t, vm.Limits{Fuel: 1_000_000}, dontWait), c.join(t, vm.Limits{}, dontWait)
	_, err := one.Call(ctx, "", "count", uint32(50_000_000))
	if !errors.Is(err, vm.ErrOutOfFuel) || c.store.Err() != err {
		t.Errorf("got %v, and the team has %v", err, c.store.Err())
	}
	if _, other := two.Call(ctx, "", "add", uint32(1), uint32(1)); other != err {
		t.Errorf("another one: %v", other)
	}

	soon, cancel := context.WithCancel(ctx)
	c = newCrew(t, 1_000_000, func(context.Context) { cancel() })
	one = c.join(t, vm.Limits{}, dontWait)
	if _, err := one.Call(soon, "", "wait-work-there"); !errors.Is(err, context.Canceled) || c.store.Err() != err {
		t.Errorf("got %v, and the team has %v", err, c.store.Err())
	}

	// Within the overdraft, the service finishes, and the client is back in its own code when it ends.
	c = newCrew(t, 1_000_000_000, dontWait)
	one, two = c.join(t, vm.Limits{Fuel: 100_000}, dontWait), c.join(t, vm.Limits{}, dontWait)
	if _, err := one.Call(ctx, "", "counts", uint32(1000)); !errors.Is(err, vm.ErrOutOfFuel) || c.store.Err() != nil {
		t.Errorf("got %v, and the team has %v", err, c.store.Err())
	}
	call(t, two, "count", uint32(1)) // traps if the service was broken off
}

// TestFuelOfATeam is charged to whose turn it is.
func TestFuelOfATeam(t *testing.T) {
	c := newCrew(t, 0, dontWait)
	one, two := c.join(t, vm.Limits{}, dontWait), c.join(t, vm.Limits{}, dontWait)
	before := c.service.Fuel()
	call(t, one, "count", uint32(10_000_000))
	if n := one.Fuel(); n < 10_000_000 {
		t.Errorf("the client has used %d", n)
	}
	if n := two.Fuel(); n > 100_000 {
		t.Errorf("the other client has used %d", n)
	}
	if n := c.service.Fuel(); n != before {
		t.Errorf("the service has used %d by itself, and %d before", n, before)
	}
	one.AddFuel(1) // no limit: no effect
	if c.store.AddFuel(1); c.store.Fuel() != 0 {
		t.Errorf("the team has used %d", c.store.Fuel())
	}
	limited := c.join(t, vm.Limits{Fuel: 1_000_000}, dontWait)
	limited.AddFuel(100_000_000)
	call(t, limited, "work", uint32(5_000_000))
}

// TestLimitsOfMembers are their own.
func TestLimitsOfMembers(t *testing.T) {
	v := newVM(t)
	s := v.NewTeam(0)
	c := compileAs(t, v, "grower", grower(1, 0))
	one := instantiate(t, c, vm.Options{Store: s, Limits: vm.Limits{MaxTotalMemory: 2 * page}})
	two := instantiate(t, c, vm.Options{Store: s, Limits: vm.Limits{MaxTotalMemory: 3 * page, MaxInstances: 1}})
	wantCall(t, one, int32(-1), "grow", uint32(2))
	wantCall(t, two, int32(1), "grow", uint32(2))
	wantCall(t, one, int32(1), "grow", uint32(1))
	_, err := c.Instantiate(ctx, vm.Options{Store: s, Limits: vm.Limits{MaxMemory: page / 2}})
	wantError(t, err, "the limits leave 32768")
	if s.Err() != nil {
		t.Errorf("the team has ended: %v", s.Err())
	}
	if err := one.Close(ctx); err != nil {
		t.Error(err)
	}
	if _, err := one.Call(ctx, "", "size"); err != instance.ErrClosed {
		t.Errorf("a call after closing: %v", err)
	}
	wantCall(t, two, uint32(3), "size")
}

// TestResourcesOfAMember go back to where they are from when it leaves, whatever has become of it.
func TestResourcesOfAMember(t *testing.T) {
	v := newVM(t)
	s := v.NewTeam(0)
	shared := instantiate(t, compileAs(t, v, "keeper", keeper("")), vm.Options{Store: s})
	user := compileAs(t, v, "user", thingUser())
	o := vm.Options{Links: []vm.Link{{Name: "keeper", Instance: shared}}}
	one, two, three := instantiate(t, user, o), instantiate(t, user, o), instantiate(t, user, o)
	call(t, one, "give", uint32(1))
	call(t, one, "give", uint32(10))
	h := call(t, two, "give", uint32(100))
	call(t, three, "give", uint32(1000))

	_, err := three.Call(ctx, "", "lend", uint32(99))
	wantError(t, err, "99 is not a handle of this instance")
	if three.Err() != err || s.Err() != nil {
		t.Errorf("a wrong handle: the member has %v, and the team %v", three.Err(), s.Err())
	}
	wantCall(t, two, uint32(100), "lend", h)
	for _, i := range []*vm.Instance{one, three} {
		if err := i.Close(ctx); err != nil {
			t.Error(err)
		}
	}
	wantCall(t, shared, uint32(1011), "sum")
	call(t, two, "drop", h)
	wantCall(t, shared, uint32(1111), "sum")
}

// TestDestructorThatTraps ends the team of a member that leaves.
func TestDestructorThatTraps(t *testing.T) {
	v := newVM(t)
	s := v.NewTeam(0)
	shared := instantiate(t, compileAs(t, v, "keeper", keeper("unreachable")), vm.Options{Store: s})
	user := compileAs(t, v, "user", thingUser())
	one := instantiate(t, user, vm.Options{Links: []vm.Link{{Name: "keeper", Instance: shared}}})
	call(t, one, "give", uint32(1))
	if err := one.Close(ctx); err != nil {
		t.Error(err)
	}
	wantError(t, s.Err(), "unreachable")
	if _, err := shared.Call(ctx, "", "sum"); err != s.Err() {
		t.Errorf("a call: %v", err)
	}
}

// TestEnd ends a team from outside, in whatever its members are.
func TestEnd(t *testing.T) {
	why := errors.New("enough")
	waiting, until, serving := make(chan bool), make(chan bool), make(chan error, 1)
	c := newCrew(t, 0, func(ctx context.Context) {
		waiting <- true
		<-ctx.Done() // of whom it works for nothing is left, only the team's end
		serving <- context.Cause(ctx)
	})
	var wait sync.WaitGroup
	call := func(i *vm.Instance, name string, args ...value.Value) {
		wait.Go(func() {
			if _, err := i.Call(ctx, "", name, args...); err != why {
				t.Errorf("%s: %v", name, err)
			}
		})
	}
	call(c.join(t, vm.Limits{}, dontWait), "spin")
	call(c.join(t, vm.Limits{}, dontWait), "spin-there")
	call(c.join(t, vm.Limits{}, func(context.Context) { waiting <- true; <-until }), "wait")
	<-waiting
	late, holding := c.join(t, vm.Limits{}, dontWait), c.join(t, vm.Limits{}, dontWait)
	wait.Go(func() { _, _ = holding.Call(ctx, "", "wait-there") }) // what it returns is for the host function to say
	<-waiting
	call(late, "add", uint32(1), uint32(1))
	c.store.End(why)
	close(until)
	wantBack(t, &wait)
	if c.store.Err() != why {
		t.Errorf("the team has the error %v", c.store.Err())
	}
	if err := <-serving; err != why {
		t.Errorf("the host function of the service was ended by %v", err)
	}
}

// TestCloseWaits for those that are inside, or gives up with its context.
func TestCloseWaits(t *testing.T) {
	waiting, proceed := make(chan bool), make(chan bool)
	c := newCrew(t, 0, dontWait)
	one := c.join(t, vm.Limits{}, func(context.Context) {
		waiting <- true
		<-proceed
	})
	var wait sync.WaitGroup
	wait.Go(func() {
		if _, err := one.Call(ctx, "", "wait"); err != instance.ErrClosed {
			t.Errorf("the call that is inside: %v", err)
		}
	})
	<-waiting
	soon, cancel := context.WithTimeout(ctx, 10*time.Millisecond)
	defer cancel()
	if err := c.store.Close(soon); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("closing while a call is inside: %v", err)
	}
	if _, err := c.service.Call(ctx, serviceAPI, "count", uint32(1)); err != instance.ErrClosed {
		t.Errorf("a call after that: %v", err)
	}
	go func() {
		time.Sleep(10 * time.Millisecond)
		proceed <- true
	}()
	if err := c.store.Close(ctx); err != nil {
		t.Error(err)
	}
	wantBack(t, &wait)
	if err := one.Close(ctx); err != nil {
		t.Errorf("closing what is closed: %v", err)
	}
}

// TestJoining an instance that waits in a call of its own would let others into that.
func TestJoining(t *testing.T) {
	waiting, proceed := make(chan bool), make(chan bool)
	c := newCrew(t, 0, func(context.Context) {
		waiting <- true
		<-proceed
	})
	var wait sync.WaitGroup
	wait.Go(func() {
		if _, err := c.service.Call(ctx, serviceAPI, "wait"); err != nil {
			t.Error(err)
		}
	})
	<-waiting
	o := vm.Options{Links: []vm.Link{c.link}, Imports: []*glue.Interface{hostWaits(dontWait)}}
	if _, err := c.client.Instantiate(ctx, o); err != vm.ErrBusy {
		t.Errorf("got %v", err)
	}
	proceed <- true
	wantBack(t, &wait)
	i, err := c.client.Instantiate(ctx, o)
	if err != nil {
		t.Fatal(err)
	}
	if err := i.Close(ctx); err != nil {
		t.Error(err)
	}
	if err := c.service.Close(ctx); err != nil {
		t.Errorf("closing what nobody uses any more: %v", err)
	}
	if _, err := c.client.Instantiate(ctx, o); err != instance.ErrClosed {
		t.Errorf("linking to what is closed: %v", err)
	}
}

// TestStartsInATeam have turns, and fates, as calls have.
func TestStartsInATeam(t *testing.T) {
	c := newCrew(t, 0, dontWait)
	starting := func(code string) *vm.Component {
		comp := testwasm.NewComponent()
		from := comp.ImportInstance(serviceAPI, testwasm.NewInstanceType().Func("fail", "func()"))
		given := comp.CoreInline(testwasm.CoreExport{Name: "fail", Index: comp.Lower(comp.Alias(from, testwasm.SortFunc, "fail"))})
		m := testwasm.NewModule()
		m.ImportFunc("given", "fail", "->")
		m.Start(m.Func("", "->", code))
		comp.Instantiated(m, testwasm.CoreArg{Name: "given", Instance: given})
		return compileAs(t, c.vm, "starting", comp)
	}
	one := c.join(t, vm.Limits{}, dontWait)
	soon, cancel := context.WithCancel(ctx)
	var wait sync.WaitGroup
	spinning := starting("loop br 0 end")
	wait.Go(func() {
		if _, err := spinning.Instantiate(soon, vm.Options{Links: []vm.Link{c.link}}); !errors.Is(err, context.Canceled) {
			t.Errorf("a start function that does not end: %v", err)
		}
	})
	for range 20 {
		wantCall(t, one, uint32(3), "add", uint32(1), uint32(2))
	}
	cancel()
	wantBack(t, &wait)
	_, err := starting("unreachable").Instantiate(ctx, vm.Options{Links: []vm.Link{c.link}})
	wantError(t, err, "unreachable")
	wantCall(t, one, uint32(3), "add", uint32(1), uint32(2))
	_, err = starting("call 0").Instantiate(ctx, vm.Options{Links: []vm.Link{c.link}})
	wantError(t, err, "unreachable")
	if c.store.Err() != err {
		t.Errorf("the team has the error %v", c.store.Err())
	}
}
